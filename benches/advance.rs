//! `advance` alone, on one core: turns a second.

#[path = "support/figures.rs"]
mod figures;

use std::{hint::black_box, ops::Bound, time::Instant};

use figures::{Figures, Report, measuring};
use flowgate::{
    catalog::{Folder, load},
    diagnostic::render,
    flow::{Bot, Content, Conversation, Effect, Event, Incoming, Input, Turn, advance, compile::Files},
    id::{Channel, ConversationKey},
    time::Timestamp,
};

/// The allocator of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const USERS: u32 = 1_000;
const BEGUN: Timestamp = Timestamp(1_772_445_600_000);

/// What users write one after the other, each with the beginnings of what comes back.
type Script = &'static [(&'static str, &'static [&'static str])];

const GREETING: Script = &[("hi", &["Hello", "What would you like?"])];

const STEPS: Script = &[
    ("hi", &["What would you like?"]),
    ("Tea", &["How many?"]),
    ("3", &["Anything else?"]),
    ("No", &["Where to?"]),
    ("Via Roma 1", &["Thank you, that makes 7.50."]),
];

const BOT: &str = "
version: 1
bot: bench
name: Bench
start: welcome
triggers: [{keywords: [hi], goto: welcome}]
attributes:
  drink: {type: string}
  qty: {type: integer}
  address: {type: string}
";

const PLAIN: &str = r#"
version: 1
sequence: welcome
blocks:
  - text: "Hello, and welcome to the Bench. We have tea, coffee and cakes, all day long."
  - {id: what, quick_replies: {text: "What would you like?", items: [{title: Tea}, {title: Coffee}, {title: A cake}]}}
"#;

const NAMED: &str = r#"
version: 1
sequence: welcome
blocks:
  - text: "Hello {{full_name}}, and welcome to the Bench. We have tea, coffee and cakes, all day long."
  - {id: what, quick_replies: {text: "What would you like?", items: [{title: Tea}, {title: Coffee}, {title: A cake}]}}
"#;

const SHOP: &str = r#"
version: 1
sequence: welcome
blocks:
  - {id: what, quick_replies: {text: "What would you like?", into: drink, items: [{title: Tea}, {title: Coffee}]}}
  - {id: many, ask: {text: "How many?", into: qty, expect: {type: integer, min: 1, max: 20}}}
  - {id: more, quick_replies: {text: "Anything else?", items: [{title: "Yes", goto: what}, {title: "No"}]}}
  - decide:
      - {when: "drink == 'Tea' && qty < 10", id: where, ask: {text: "Where to?", into: address}}
      - {text: "We call you."}
  - text: "Thank you, that makes 7.50."
  - end: true
"#;

fn compiled(sequence: &str) -> Bot {
    let contents = [("bot.yaml", BOT), ("sequences/welcome.yaml", sequence)];
    let contents = contents.into_iter().map(|(path, text)| (path.to_owned(), text.as_bytes().into())).collect();
    let folder = Folder { files: Files { key: "bench".into(), folder: "bench".into(), contents }, problems: Vec::new() };
    let loaded = load(folder);
    let told = render::text(&loaded.diagnostics, &loaded.sources(), false);
    let bot = loaded.bot.unwrap_or_else(|| panic!("{told}"));
    std::sync::Arc::try_unwrap(bot).expect("nobody else has it")
}

fn users(bot: &Bot) -> Vec<Conversation> {
    let user = |n: u32| {
        let key = ConversationKey { bot: bot.key().clone(), channel: Channel::Webchat, user: format!("user-{n}").into() };
        let mut conversation = Conversation::new(key, i64::from(n) + 1, u64::from(n), BEGUN);
        conversation.attributes.insert("first_name".into(), "Ada".into());
        conversation.attributes.insert("last_name".into(), format!("Lovelace {n}").into());
        conversation
    };
    (0..USERS).map(user).collect()
}

fn said(text: &str) -> Event {
    Event::Message(Incoming { id: "in-1".into(), arrived: None, input: Input::Text(text.to_owned()), attributes: serde_json::Map::new() })
}

/// Every turn is looked at, so a fast one that says nothing is none.
fn is_right(turn: &Turn, expected: &[&str]) -> bool {
    let text = |effect: &Effect| match effect {
        Effect::Send { message, .. } => match &message.content {
            Content::Text { text } | Content::QuickReplies { text, .. } => Some(text.clone()),
            _ => None,
        },
        Effect::Call(_) => None,
    };
    turn.effects.len() == expected.len()
        && turn.effects.iter().zip(expected).all(|(e, begins)| text(e).is_some_and(|t| t.starts_with(begins)))
}

/// Every user goes through the script so often; turns a second.
fn turns_per_second(bot: &Bot, script: Script, times: usize) -> f64 {
    let mut users = users(bot);
    let events: Vec<(Event, &[&str])> = script.iter().map(|(text, expected)| (said(text), *expected)).collect();
    let begun = Instant::now();
    for (event, expected) in std::iter::repeat_n(&events, times).flatten() {
        for user in &mut users {
            let turn = advance(bot, black_box(user), event, BEGUN.plus_ms(1_000));
            assert!(is_right(&turn, expected), "{event:?}: {:?}", turn.effects);
            *user = turn.conversation;
        }
    }
    (times * script.len()) as f64 * f64::from(USERS) / begun.elapsed().as_secs_f64()
}

fn main() {
    let cases = [
        ("a text and quick replies, no placeholder", PLAIN, GREETING, Bound::Included(200_000.0)),
        ("the same with one {{full_name}}", NAMED, GREETING, Bound::Included(60_000.0)),
        ("choice, question, choice, decision, end", SHOP, STEPS, Bound::Unbounded),
    ];
    let mut report = Report::new("advance");
    for (what, sequence, script, least) in cases {
        let bot = compiled(sequence);
        if measuring() {
            report.add(what, "turns/s", &Figures::of(|| turns_per_second(&bot, script, 200 / script.len())), (least, Bound::Unbounded));
        } else {
            turns_per_second(&bot, script, 1);
        }
    }
    if measuring() {
        report.print();
    }
}
