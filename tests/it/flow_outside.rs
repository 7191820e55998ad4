//! What comes from outside sets no name that only the gateway sets, by no way in.

use flowgate::flow::{Bot, Effect, Envelope, Event, Incoming, Input, SentItem, names};
use serde_json::{Map, Value, json};

use crate::support::{
    play::compile_texts,
    walk::{Walk, texts},
};

const BOT: &str = "version: 1\nbot: ways\nstart: main\nattributes: {n: {type: integer}, tier: {type: string}}\n";

const MAIN: &str = r#"version: 1
sequence: main
blocks:
  - id: which
    buttons: {text: "Which?", api: offers}
"#;

const ORDERS: &str = r#"version: 1
sequence: orders
number: 7
blocks: [{text: "{{uid}} {{user_id}} {{phone_no}} {{n}} {{tier}}: <<orders>>"}]
"#;

const OFFERS: &str = r#"version: 1
api: offers
method: GET
url: https://shop.example/offers
output: buttons
sample: {data: [{title: "Mine", type: sequence, value: "7", extra: "n=4"}]}
"#;

const ORDERS_API: &str = r#"version: 1
api: orders
method: GET
url: "https://shop.example/users/{{uid}}/{{user_id}}"
sample: {data: "none"}
"#;

fn bot_with(offers: &str) -> Bot {
    let files = [
        ("bot.yaml", BOT),
        ("sequences/main.yaml", MAIN),
        ("sequences/orders.yaml", ORDERS),
        ("apis/offers.yaml", offers),
        ("apis/orders.yaml", ORDERS_API),
    ];
    compile_texts("ways", &files)
}

fn bot() -> Bot {
    bot_with(OFFERS)
}

/// Somebody else's, under every name that only the gateway sets.
fn forged() -> Map<String, Value> {
    names::READ_ONLY.iter().chain(names::ROOTS).map(|name| ((*name).to_owned(), json!("42"))).collect()
}

/// The item that the backend offers, pressed with this `extra`; what the bot says then, and the address that it calls.
fn pressed(walk: &mut Walk<'_>, extra: &str) -> (Vec<String>, String) {
    walk.turn(&Event::Message(Incoming { id: "in-0".into(), arrived: None, input: Input::Text("hi".into()), attributes: forged() }));
    let mut answers = walk.samples();
    let data = json!([{"title": "Mine", "type": "sequence", "value": "7", "extra": extra}]);
    answers[0].result = Ok(Envelope { data, attributes: forged(), status: 200 });
    walk.turn(&Event::Answers(answers));
    let item = walk.items.last().expect("it is offered").clone();
    press(walk, item)
}

fn press(walk: &mut Walk<'_>, item: SentItem) -> (Vec<String>, String) {
    let event = walk.message(Input::Press { payload: item.payload.clone(), item: Some(Box::new(item)) });
    let turn = walk.turn(&event);
    let mut said = texts(&turn);
    let called = turn.effects.iter().find_map(|effect| match effect {
        Effect::Call(call) => Some(serde_json::to_value(&call.request.url).expect("it is JSON").to_string()),
        Effect::Send { .. } => None,
    });
    let answers = walk.samples();
    said.extend(texts(&walk.turn(&Event::Answers(answers))));
    (said, called.unwrap_or_default())
}

#[test]
fn no_way_in_makes_a_user_somebody_else() {
    let bot = bot();
    let mut walk = Walk::new(&bot);
    let extra: Vec<String> = forged().keys().map(|name| format!("{name}=42")).collect();
    let (said, called) = pressed(&mut walk, &format!("n=3&{}", extra.join("&")));
    assert_eq!(said, ["7 ann  3 : none"]);
    assert!(called.contains("users/") && called.contains('7') && called.contains("ann") && !called.contains("42"), "{called}");
    walk.turn(&Event::Start { sequence: "main".into(), attributes: forged() });
    for name in names::READ_ONLY.iter().chain(names::ROOTS) {
        assert_eq!(walk.conversation.attributes.get(*name), None, "{name}");
    }
}

#[test]
fn what_was_saved_under_such_a_name_before_is_not_read() {
    let bot = bot();
    let mut walk = Walk::new(&bot);
    walk.conversation.attributes = forged();
    let (said, called) = pressed(&mut walk, "n=3");
    assert_eq!(said, ["7 ann  3 : none"]);
    assert!(!called.contains("42"), "{called}");
}

#[test]
fn an_item_that_was_sent_before_sets_none_either() {
    let bot = bot();
    let mut walk = Walk::new(&bot);
    walk.say("hi");
    let item = SentItem { set: vec![("uid".to_owned(), json!("42"))], ..walk.items[0].clone() };
    press(&mut walk, SentItem { payload: "older".into(), ..item });
    assert_eq!(walk.conversation.attributes.get("uid"), None);
}

#[test]
fn an_extra_that_does_not_fit_leaves_the_old_value_and_the_flow_goes_on() {
    let bot = bot();
    let mut walk = Walk::new(&bot);
    walk.conversation.attributes.insert("n".to_owned(), json!(5));
    assert_eq!(pressed(&mut walk, "n=many&tier=gold").0, ["7 ann  5 gold: none"]);
}

#[test]
fn an_extra_sets_what_answers_of_its_api_may_set() {
    let bot = bot_with(&OFFERS.replace("output:", "sets: [n]\noutput:"));
    let mut walk = Walk::new(&bot);
    assert_eq!(pressed(&mut walk, "n=3&tier=gold").0, ["7 ann  3 : none"]);
}

#[test]
fn built_in_attributes_are_texts_whoever_sets_them() {
    let bot = bot();
    let mut walk = Walk::new(&bot);
    let attributes = json!({"language": {"a": 1}, "timezone": ["x"], "email": 7, "phone": null, "gender": true, "last_name": "Lee"});
    let Value::Object(attributes) = attributes else { unreachable!() };
    walk.turn(&Event::Start { sequence: "main".into(), attributes });
    assert_eq!(Value::from(walk.conversation.attributes.clone()), json!({"email": "7", "gender": "true", "last_name": "Lee"}));
    for (zone, kept) in [("nonsense", false), ("Asia/Kolkata", true), ("+05:30", true), ("5.5", true), ("", false)] {
        let mut walk = Walk::new(&bot);
        walk.turn(&Event::Start { sequence: "main".into(), attributes: Map::from_iter([("timezone".to_owned(), json!(zone))]) });
        assert_eq!(walk.conversation.attributes.contains_key("timezone"), kept, "{zone}");
    }
}
