//! Starts from outside while a human has the conversation, and what is changed from outside.

use flowgate::flow::{Bot, Change, Event, Traced, limits};
use serde_json::{Map, Value, json};

use crate::support::{
    play::compile_texts,
    walk::{Walk, texts},
};

const BOT: &str = "version: 1\nbot: b\nstart: main\nattributes: {n: {type: integer}}\n";
const MAIN: &str = "version: 1\nsequence: main\nblocks: [{text: \"Main.\"}]\n";
const ORDER: &str = "version: 1\nsequence: order\nneeds: [n]\nblocks: [{text: \"Order {{n}}.\"}]\n";

fn bot() -> Bot {
    compile_texts("b", &[("bot.yaml", BOT), ("sequences/main.yaml", MAIN), ("sequences/order.yaml", ORDER)])
}

fn object(value: Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

fn start(attributes: Value) -> Event {
    Event::Start { sequence: "order".into(), attributes: object(attributes) }
}

#[test]
fn starts_wait_while_a_human_has_the_conversation() {
    let bot = bot();
    let mut walk = Walk::new(&bot);
    walk.conversation.bot_enabled = false;
    let mut dropped = 0;
    for n in 0..limits::HELD_STARTS_MAX + 2 {
        let turn = walk.turn(&start(json!({"n": n})));
        assert!(turn.effects.is_empty() && turn.conversation.attributes.is_empty(), "{turn:?}");
        dropped += turn.trace.iter().filter(|trace| matches!(trace.what, Traced::Dropped { .. })).count();
    }
    assert_eq!((walk.conversation.held.len(), dropped), (limits::HELD_STARTS_MAX, 2));
    let stored = serde_json::to_string(&walk.conversation).unwrap();
    assert_eq!(walk.conversation, serde_json::from_str(&stored).unwrap(), "it survives the store");

    walk.conversation.bot_enabled = true;
    let said = texts(&walk.turn(&Event::Wake));
    let expected: Vec<String> = (2..limits::HELD_STARTS_MAX + 2).map(|n| format!("Order {n}.")).collect();
    assert_eq!(said, expected, "each with its own attributes, the oldest were dropped");
}

#[test]
fn starts_that_are_too_large_together_do_not_all_wait() {
    let bot = bot();
    let mut walk = Walk::new(&bot);
    walk.conversation.bot_enabled = false;
    for n in 0..4 {
        walk.turn(&start(json!({"n": n, "text": "x".repeat(limits::SESSION_BYTES_MAX / 2)})));
    }
    assert_eq!(walk.conversation.held.len(), 1);
}

#[test]
fn who_opted_out_is_not_started() {
    let bot = bot();
    let mut walk = Walk::new(&bot);
    walk.turn(&Event::Change(Change { opted_out: Some(true), ..Change::default() }));
    let turn = walk.turn(&start(json!({"n": 1})));
    assert!(turn.effects.is_empty() && walk.conversation.session.is_none());
    walk.turn(&Event::Change(Change { opted_out: Some(false), ..Change::default() }));
    assert_eq!(texts(&walk.turn(&start(json!({"n": "2"})))), ["Order 2."]);
}

#[test]
fn a_change_is_no_word_of_the_user() {
    let bot = bot();
    let mut walk = Walk::new(&bot);
    let add_tags: Vec<String> = (0..limits::TAGS_MAX + 5).map(|n| format!("t{n:03}")).collect();
    let change =
        Change { attributes: object(json!({"n": "7", "now": 1, "uid": 2, "email": "a@b.example"})), add_tags, ..Change::default() };
    let turn = walk.turn(&Event::Change(change));
    assert!(turn.effects.is_empty() && turn.conversation.session.is_none() && turn.conversation.last_input.is_none());
    assert_eq!(Value::Object(turn.conversation.attributes), json!({"n": 7, "now_": 1, "email": "a@b.example"}));
    let refused = turn.trace.iter().filter(|trace| matches!(&trace.what, Traced::Refused { .. }));
    assert_eq!((turn.conversation.tags.len(), refused.count()), (limits::TAGS_MAX, 6));
    let gone = Change { attributes: object(json!({"n": null})), remove_tags: vec!["t000".to_owned()], ..Change::default() };
    let turn = walk.turn(&Event::Change(gone));
    assert!(!turn.conversation.attributes.contains_key("n") && !turn.conversation.tags.contains("t000"));
}
