//! What holds for every bot and every sequence of events, however strange.

use std::sync::OnceLock;

use flowgate::flow::{Bot, Conversation, FailureKind, advance, advance_at_once, limits};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::{
    properties::promises::{Answered, Checked, Happens, Taken},
    support::play::{bots_below, load},
};

fn bots() -> &'static [Bot] {
    static BOTS: OnceLock<Vec<Bot>> = OnceLock::new();
    BOTS.get_or_init(|| {
        let folders = bots_below("bots").into_iter().chain(bots_below("tests/flow"));
        folders.map(|folder| load(&folder).bot.unwrap_or_else(|| panic!("{folder} compiles"))).collect()
    })
}

fn happens() -> impl Strategy<Value = Happens> {
    const WORDS: &[&str] = &[
        "hi",
        "yes",
        "no",
        "1",
        "2",
        "42",
        "menu",
        "stop",
        "start",
        "help",
        "human",
        "cancel",
        "cart",
        "order 1001",
        "2026-03-09",
        "19:00",
        "ada@example.com",
        "Ada",
        "80121",
        "messages",
        "calls",
        "depth",
        "own",
        "api",
        "bot",
        "value",
        "leave",
        "sub",
        "fail",
        "ask",
        "go",
    ];
    prop_oneof![
        4 => proptest::sample::select(WORDS).prop_map(|word| Happens::Says(word.to_owned())),
        2 => "\\PC{0,40}".prop_map(Happens::Says),
        4 => any::<usize>().prop_map(Happens::SaysTitle),
        6 => any::<usize>().prop_map(Happens::Presses),
        1 => "[0-9a-z.-]{0,12}".prop_map(Happens::Forges),
        1 => prop_oneof![Just(json!({"latitude": 1.5, "longitude": 2})), Just(json!({})), Just(json!("x"))].prop_map(Happens::Sends),
        2 => (any::<usize>(), proptest::collection::vec((any::<usize>(), value()), 0..3)).prop_map(|(s, a)| Happens::Starts(s, a)),
        1 => Just(Happens::Rings),
        1 => (-100_000_000_i64..100_000_000).prop_map(Happens::Passes),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,20}".prop_map(Value::from),
        Just(json!([{"name": "x", "qty": 1}])),
        Just(json!({"a": [null]})),
        Just("x".repeat(9_000).into()),
    ]
}

fn answered() -> impl Strategy<Value = Answered> {
    prop_oneof![
        6 => Just(Answered::Sample),
        2 => (0..FailureKind::ALL.len()).prop_map(Answered::Fails),
        1 => Just(Answered::Missing),
        1 => value().prop_map(Answered::Strange),
    ]
}

/// The same arguments give the same turn, and the conversation survives the store.
fn is_a_function(taken: &Taken<'_>) {
    let again = advance(taken.bot, taken.before, taken.event, taken.now);
    assert_eq!(*taken.turn, again, "the same arguments give the same turn");
    let few = taken.turn.conversation.spent.steps <= limits::STEPS_AT_ONCE;
    if let Some(at_once) = advance_at_once(taken.bot, taken.before, taken.event, taken.now) {
        assert_eq!(at_once, again, "the same turn, at once");
    } else {
        assert!(!few, "what takes few steps is done at once");
    }
    let stored = serde_json::to_string(&again.conversation).expect("it is JSON");
    assert_eq!(serde_json::from_str::<Conversation>(&stored).expect("it is read back"), again.conversation, "it survives the store");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_turn_keeps_the_promises_of_the_core(
        bot in 0..10_000_usize,
        events in proptest::collection::vec(happens(), 1..40),
        answers in proptest::collection::vec(answered(), 1..12),
    ) {
        let bots = bots();
        let mut checked = Checked::new(&bots[bot % bots.len()]);
        let mut answers = answers.iter().cycle();
        for happens in &events {
            if let Some(event) = checked.event(happens) {
                checked.run(event, &mut || answers.next().expect("there is an answer").clone(), &mut is_a_function);
            }
        }
    }
}
