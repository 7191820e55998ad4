//! Who wrote a value decides how it is read: the same in every language for what machines write, by every way in.

use flowgate::flow::{Bot, Event, Incoming, Input};
use serde_json::{Value, json};

use crate::support::{
    play::compile_texts,
    walk::{Walk, texts},
};

const LANGUAGES: [&str; 12] = ["en", "de", "fr", "es", "it", "pt", "ru", "ar", "hi", "tr", "ja", "fi"];

/// Every attribute is a number, but for the text that templates read.
const BOT: &str = r#"version: 1
bot: ways
start: main
language: en
timezone: Europe/Rome
attributes:
  text: {type: string, default: "1.125"}
  by_default: {type: number, default: "1.125"}
  saved: {type: number}
  answered: {type: number}
  by_template: {type: number}
  by_calc: {type: number}
  by_pieces: {type: number}
  by_literal: {type: number}
  by_expr: {type: number}
  listed: {type: list, of: number}
  boxed: {type: object, fields: {n: number}}
  lines: {type: list, of: {n: number}}
  either: {type: [boolean, number]}
  chosen: {type: number}
  by_item: {type: number}
  by_item_template: {type: number}
  by_skip: {type: number}
  api_title: {type: number}
  extra: {type: number}
  outside: {type: number}
  started: {type: number}
  at: {type: datetime}
  day: {type: date}
  typed: {type: number}
  matched: {type: number}
  replied: {type: number}
  matched_list: {type: list, of: number}
  matched_box: {type: object, fields: {n: number}}
  matched_item: {type: number}
  matched_set: {type: number}
triggers:
  - {pattern: "rate (?<n>.+)", goto: typed}
"#;

const MAIN: &str = r#"version: 1
sequence: main
blocks:
  - api: {name: quote, save: {saved: price, at: at, day: day}}
  - set: {by_template: "{{text}}", by_calc: "{{calc '1 + 0.125'}}", by_pieces: "1.{{calc '100 + 25'}}"}
  - set: {by_literal: "1.125", by_expr: {expr: "text"}, either: "{{text}}"}
  - set: {listed: ["1.125", 1.125, "{{text}}", {expr: "text"}], boxed: {n: "1.125"}, lines: [{n: "{{text}}"}]}
  - id: which
    buttons:
      text: "Which?"
      into: chosen
      items: [{title: S, value: "1.125", set: {by_item: "1.125", by_item_template: "{{text}}"}}]
  - id: more
    quick_replies: {text: "More?", into: api_title, api: offers}
  - text: "Never: an item of an API goes to its sequence."
"#;

const ASKED: &str = r#"version: 1
sequence: asked
number: 7
blocks:
  - id: skipped
    ask: {text: "Skip?", into: text, skip: {title: "Skip", set: {by_skip: "1.125"}}}
  - text: "Done."
"#;

const TYPED: &str = r#"version: 1
sequence: typed
blocks:
  - set: {matched: "{{match.n}}", matched_list: ["{{match.n}}"], matched_box: {n: "{{match.n}}"}}
  - id: again
    buttons: {text: "Keep?", into: matched_item, items: [{title: Keep, value: "{{match.n}}", set: {matched_set: "{{match.n}}"}}]}
  - id: rate
    ask: {text: "Which rate?", into: typed, expect: {type: number}}
  - set: {replied: "{{reply.text}}"}
  - text: "Done."
"#;

const QUOTE: &str = r#"version: 1
api: quote
method: GET
url: https://quote.example/
output: json
response:
  type: object
  properties: {price: {type: string}, at: {type: string}, day: {type: string}}
sample:
  data: {price: "1.125", at: "2026-12-02T18:00:00-05:00", day: "2026-12-02"}
  attributes: {answered: "1.125"}
"#;

const OFFERS: &str = r#"version: 1
api: offers
method: GET
url: https://offers.example/
output: quick_replies
sample: {data: [{title: "1.125", type: sequence, value: "7", extra: "extra=1.125"}]}
"#;

fn bot() -> Bot {
    compile_texts(
        "ways",
        &[
            ("bot.yaml", BOT),
            ("sequences/main.yaml", MAIN),
            ("sequences/asked.yaml", ASKED),
            ("sequences/typed.yaml", TYPED),
            ("apis/quote.yaml", QUOTE),
            ("apis/offers.yaml", OFFERS),
        ],
    )
}

fn speaking<'a>(bot: &'a Bot, language: &str) -> Walk<'a> {
    let mut walk = Walk::new(bot);
    walk.conversation.attributes.insert("language".to_owned(), language.into());
    walk
}

fn press(walk: &mut Walk<'_>, title: &str) -> Vec<String> {
    let item = walk.items.iter().rfind(|item| item.title == title).expect("it is offered").clone();
    let event = walk.message(Input::Press { payload: item.payload.clone(), item: Some(Box::new(item)) });
    let mut said = texts(&walk.turn(&event));
    while !walk.conversation.calls().is_empty() {
        let answers = walk.samples();
        said.extend(texts(&walk.turn(&Event::Answers(answers))));
    }
    said
}

#[test]
fn what_machines_write_is_read_alike_in_every_language() {
    let bot = bot();
    for language in LANGUAGES {
        let mut walk = speaking(&bot, language);
        let given = json!({"outside": "1.125"}).as_object().expect("it is one").clone();
        walk.turn(&Event::Message(Incoming { id: "in-0".into(), arrived: None, input: Input::Text("hi".into()), attributes: given }));
        let answers = walk.samples();
        walk.turn(&Event::Answers(answers));
        press(&mut walk, "S");
        assert_eq!(press(&mut walk, "1.125"), ["Skip?"], "{language}");
        press(&mut walk, "Skip");
        let given = json!({"started": "1.125"}).as_object().expect("it is one").clone();
        walk.turn(&Event::Start { sequence: "asked".into(), attributes: given });

        for name in [
            "by_default",
            "saved",
            "answered",
            "by_template",
            "by_calc",
            "by_pieces",
            "by_literal",
            "by_expr",
            "either",
            "chosen",
            "by_item",
            "by_item_template",
            "by_skip",
            "api_title",
            "extra",
            "outside",
            "started",
        ] {
            assert_eq!(walk.conversation.value(&bot, name), json!(1.125), "{name} in {language}");
        }
        assert_eq!(walk.conversation.value(&bot, "listed"), json!([1.125, 1.125, 1.125, 1.125]), "{language}");
        assert_eq!(walk.conversation.value(&bot, "boxed"), json!({"n": 1.125}), "{language}");
        assert_eq!(walk.conversation.value(&bot, "lines"), json!([{"n": 1.125}]), "{language}");
        assert_eq!(walk.conversation.value(&bot, "at"), json!("2026-12-03T00:00"), "{language}");
        assert_eq!(walk.conversation.value(&bot, "day"), json!("2026-12-02"), "{language}");
    }
}

/// What a user typed is one value, whichever way it goes.
fn typed(bot: &Bot, language: &str, text: &str) -> Value {
    let mut walk = speaking(bot, language);
    walk.say(&format!("rate {text}"));
    press(&mut walk, "Keep");
    assert_eq!(walk.say(text), ["Done."], "{text} in {language}");
    let value = |name: &str| walk.conversation.value(bot, name);
    let typed = value("typed");
    for name in ["matched", "matched_item", "matched_set", "replied"] {
        assert_eq!(value(name), typed, "{name} of {text} in {language}");
    }
    assert_eq!(value("matched_list"), json!([typed]), "{text} in {language}");
    assert_eq!(value("matched_box"), json!({"n": typed}), "{text} in {language}");
    typed
}

#[test]
fn what_users_type_is_read_in_their_language_whichever_way_it_goes() {
    let bot = bot();
    for language in LANGUAGES {
        assert!(typed(&bot, language, "1.125").is_number(), "{language}");
    }
    assert_eq!(typed(&bot, "en", "1.125"), json!(1.125));
    assert_eq!(typed(&bot, "en", "1,125"), json!(1125));
    assert_eq!(typed(&bot, "de", "1.125"), json!(1125));
    assert_eq!(typed(&bot, "de", "1,125"), json!(1.125));
}

#[test]
fn a_moment_is_told_by_the_users_clock_where_it_is_known() {
    let bot = bot();
    let mut walk = Walk::new(&bot);
    walk.conversation.attributes.insert("timezone".to_owned(), "Asia/Kolkata".into());
    walk.say("hi");
    assert_eq!(walk.conversation.value(&bot, "at"), json!("2026-12-03T04:30"));
}
