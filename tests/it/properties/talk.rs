//! What a random user does, and how random backends answer.

use flowgate::flow::FailureKind;
use serde_json::{Value, json};

use super::{
    dice::Dice,
    promises::{Answered, Happens},
};

const WORDS: &[&str] = &[
    "hi",
    "yes",
    "no",
    "1",
    "2",
    "42",
    "-7",
    "menu",
    "stop",
    "start",
    "help me",
    "word up",
    "2026-03-09",
    "ada@example.com",
    "Ada",
    "Skip it",
    "other 1",
    "item 0",
    "3.5",
    "É",
    "",
];

/// What happens next.
pub(super) fn happens(dice: &mut Dice) -> Happens {
    match dice.below(20) {
        0..=5 => Happens::Says(dice.pick(WORDS).to_owned()),
        6 => Happens::Says(strange(dice)),
        7..=9 => Happens::SaysTitle(dice.below(100)),
        10..=14 => Happens::Presses(dice.below(100)),
        15 => Happens::Forges(format!("7-{}-{}.{}", dice.below(5), dice.below(3), dice.below(4))),
        16 => Happens::Sends(place(dice)),
        17 => Happens::Starts(dice.below(100), dice.many(0, 2, |dice| (dice.below(100), value(dice)))),
        18 => Happens::Rings,
        _ => Happens::Passes(i64::try_from(dice.below(20_000_000)).expect("it is small") - 4_000_000),
    }
}

/// How a call is answered.
pub(super) fn answered(dice: &mut Dice) -> Answered {
    match dice.below(10) {
        0 | 1 => Answered::Fails(dice.below(FailureKind::ALL.len())),
        2 => Answered::Missing,
        3 => Answered::Strange(value(dice)),
        _ => Answered::Sample,
    }
}

fn strange(dice: &mut Dice) -> String {
    dice.many(0, 30, |dice| char::from_u32(u32::try_from(dice.below(0x3000)).expect("it is small")).unwrap_or('x')).into_iter().collect()
}

fn place(dice: &mut Dice) -> Value {
    if dice.chance(50) { json!({"latitude": 1.5, "longitude": 2}) } else { json!({}) }
}

fn value(dice: &mut Dice) -> Value {
    match dice.below(9) {
        0 => Value::Null,
        1 => dice.chance(50).into(),
        2 => dice.roll().into(),
        3 => json!(-1.5e300),
        4 => strange(dice).into(),
        5 => json!([{"name": "x", "qty": 1}, {"name": "y", "qty": 2}]),
        6 => json!({"a": [null]}),
        7 => "x".repeat(9_000).into(),
        _ => "2026-03-09".into(),
    }
}
