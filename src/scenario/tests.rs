//! The runner on small bots of its own.

mod compare;
mod expectations;

use std::collections::BTreeMap;

use super::*;
use crate::{
    diagnostic::Problems,
    flow::compile::{Files, Parsed, compile},
};

const BOT: &str = "version: 1
bot: b
start: main
timezone: Europe/Rome
session: {timeout: 30m, on_timeout: {text: Bye.}}
attributes: {n: {type: integer}, code: {type: string}, day: {type: date}}
";
const MAIN: &str = "version: 1
sequence: main
blocks:
  - buttons: {text: \"How many?\", into: n, expect: {type: integer}, items: [{title: One, value: 1}]}
  - text: \"So {{n}}, <<shop>>.\"
";
const NEEDY: &str = "version: 1\nsequence: needy\nneeds: [n]\nblocks: [{text: \"{{now}}\"}]\n";
const CARDS: &str = "version: 1
sequence: cards
blocks:
  - gallery: {items: [{title: Pea soup, buttons: [{title: Buy, text: Soup!}]}, {title: Pie, buttons: [{title: Buy, text: Pie!}]}]}
";
const SHOP: &str = "version: 1\napi: shop\nmethod: GET\nurl: https://shop.example/{{n}}?d=1&d=2&e=3\nparams: {c: \"{{code}}\"}\nheaders: {X-A: b}\nsample: {data: fine}\n";

/// A bot with one test, whose lines these are.
fn parsed(lines: &str) -> (Bot, Parsed) {
    let test = format!("version: 1\ntest: t\n{lines}\n");
    let texts = [
        ("bot.yaml", BOT),
        ("sequences/main.yaml", MAIN),
        ("sequences/needy.yaml", NEEDY),
        ("sequences/cards.yaml", CARDS),
        ("apis/shop.yaml", SHOP),
        ("tests/t.yaml", &test),
    ];
    let contents: BTreeMap<_, _> = texts.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().into())).collect();
    let mut problems = Problems::default();
    let parsed = Parsed::read(&Files { key: "b".into(), folder: "bots/b".into(), contents }, &mut problems);
    let bot = compile(&parsed, &mut problems);
    (bot.unwrap_or_else(|| panic!("{problems:?}")), parsed)
}

fn outcome(lines: &str) -> Outcome {
    let (bot, parsed) = parsed(lines);
    run(&bot, parsed.tests.first().expect("the test can be read"))
}

/// What people read of a test that fails.
fn failure(steps: &str) -> String {
    let outcome = outcome(&format!("steps:\n{steps}"));
    assert!(!outcome.passed());
    outcome.failure.expect("it failed").to_string()
}

fn codes(lines: &str) -> Vec<String> {
    let (bot, parsed) = parsed(lines);
    let mut problems = Problems::default();
    check(&bot, &parsed.tests, &mut problems);
    problems.into_sorted().iter().map(|d| format!("{}:{} {}", d.place.line, d.code, d.message)).collect()
}

#[test]
fn a_test_that_holds_says_what_it_took() {
    let outcome = outcome(
        "steps:\n  - user: hi\n  - bot: {}\n  - user: '1'\n  - bot: {text: 'So 1, fine.'}\n  - expect: {called: {shop: {path: /1}}}",
    );
    assert_eq!(outcome.failure, None);
    assert_eq!((outcome.steps, outcome.turns, outcome.ran.len()), (5, 3, 2));
    assert_eq!((outcome.name.as_str(), &*outcome.place.file, outcome.place.line), ("t", "bots/b/tests/t.yaml", 2));
}

#[test]
fn a_step_that_fails_stands_beside_what_was_there_with_both_places() {
    assert_eq!(
        failure("  - user: hi\n  - bot: {text: Hello, items: [Two]}"),
        "bots/b/tests/t.yaml:5:5: the bot says something else\n\
         \x20 expected                       | actual\n\
         \x20 text: \"Hello\"                  | type: \"buttons\"\n\
         \x20 items: [\"Two\"]                 | text: \"How many?\"\n\
         \x20                                | items: [{\"title\":\"One\"}]\n\
         \x20 the block: bots/b/sequences/main.yaml:4"
    );
}

#[test]
fn every_message_has_to_be_named() {
    for steps in ["  - user: hi\n  - user: ho", "  - user: hi\n  - wait: 1s", "  - user: hi\n  - start: {sequence: main}", "  - user: hi"] {
        assert!(failure(steps).contains("the bot has said something that no step names"), "{steps}");
    }
    assert!(failure("  - user: hi\n  - bot: none").contains("the bot says something\n"));
    assert!(failure("  - user: hi\n  - bot: {}\n  - bot: {}").contains("the bot says nothing\n"));
}

#[test]
fn what_cannot_be_done_fails() {
    assert!(failure("  - user: {press: One}").contains("nothing of this title to press"));
    assert!(failure("  - user: hi\n  - bot: {}\n  - user: {press: One, in: Which}").contains("nothing of this title"));
    assert!(failure("  - start: {sequence: needy}").contains("the start is refused: sequence \"needy\" needs \"n\""));
    assert!(failure("  - start: {sequence: nowhere}").contains("there is no sequence \"nowhere\""));
}

#[test]
fn a_press_is_of_one_item() {
    let press = |item: &str, then: &str| {
        failure(&format!(
            "  - start: {{sequence: cards}}\n  - bot: {{}}\n  - user: {item}\n  - bot: {{text: {then}}}\n  - bot: {{text: End}}"
        ))
    };
    assert!(press("{press: Buy}", "Soup!").contains("2 things of this title can be pressed there; name the card with `in`"));
    assert!(press("{press: Buy, in: Tea}", "Soup!").contains("nothing of this title"));
    for (card, text) in [("soup", "Soup!"), ("Pie", "Pie!")] {
        assert!(press(&format!("{{press: Buy, in: {card}}}"), text).contains("the bot says nothing"), "{card}");
    }
}

#[test]
fn the_clock_is_that_of_the_bots_zone_and_moves_only_by_wait() {
    let lines = "now: 2026-03-02T19:00\nuser: {n: 1, code: 007}\nsteps:\n  - start: {sequence: needy}\n  - bot: {text: '2026-03-02T19:00:00+01:00'}\n  - wait: 29m\n  - start: {sequence: needy}\n  - bot: {text: {contains: 'T19:29'}}\n  - expect: {attributes: {code: 007}}\n  - wait: 2h\n  - bot: {text: Bye.}\n  - expect: {ended: true}";
    assert_eq!(outcome(lines).failure, None);
}

#[test]
fn apis_answer_in_turn_and_the_last_repeats() {
    let ask = "  - start: {sequence: main}\n  - bot: {}\n  - user: '1'\n";
    let lines = format!(
        "apis: {{shop: [{{data: first}}, {{fails: timeout}}, {{status: 500}}, {{data: last}}]}}\nsteps:\n\
         {ask}  - bot: {{text: 'So 1, first.'}}\n\
         {ask}  - bot: {{text: {{contains: wrong}}}}\n\
         {ask}  - bot: {{text: {{contains: wrong}}}}\n\
         {ask}  - bot: {{text: 'So 1, last.'}}\n\
         {ask}  - bot: {{text: 'So 1, last.'}}\n"
    );
    assert_eq!(outcome(&lines).failure, None);
}

#[test]
fn what_a_test_names_has_to_be_there() {
    let lines = "channel: telegraf\nnow: tomorrow\nuser: {m: 1, n: x, uid: 4}\napis: {shop: [{fails: timeot}, {data: [1]}], ship: {data: x}}\nsteps:\n  - start: {sequence: mian, attributes: {o: 1}}\n  - bot: {text: {matches: '('}}\n  - expect: {attributes: {p: 1}, sequence: needi, called: {shob: {}}}";
    assert_eq!(
        codes(lines),
        [
            "3:unknown-channel there is no channel \"telegraf\"",
            "4:bad-setting \"tomorrow\" is no moment",
            "5:unknown-attribute attribute \"m\" is not declared",
            "5:wrong-value \"x\" does not fit attribute \"n\", which is integer",
            "5:read-only \"uid\" is set by the gateway and cannot be set by a bot",
            "6:unknown-failure a call cannot fail by \"timeot\"",
            "6:answer-shape the answer does not fit API \"shop\", so the call fails: `data` is no text",
            "6:unknown-api there is no API \"ship\"",
            "8:unknown-sequence there is no sequence \"mian\"",
            "8:unknown-attribute attribute \"o\" is not declared",
            "9:bad-pattern the pattern does not compile: unclosed group",
            "10:unknown-attribute attribute \"p\" is not declared",
            "10:unknown-sequence there is no sequence \"needi\"",
            "10:unknown-api there is no API \"shob\"",
        ]
    );
    assert!(codes("user: {n: 1, language: de}\nsteps:\n  - user: hi\n  - bot: none").is_empty());
}

/// Of two calls a list names both, or the test fails; so of none.
#[test]
fn what_happened_is_kept_in_order() {
    let outcome = outcome(
        "apis: {shop: {fails: timeout}}\nsteps:\n  - user: hi\n  - bot: {}\n  - user: {press: One}\n  - bot: {text: So}\n  - wait: 5m",
    );
    let shown = |entry: &LogEntry| match entry {
        LogEntry::Did { key, text } => Some(format!("{key} {text}")),
        LogEntry::Sent { message, .. } => Some(message["text"].to_string()),
        LogEntry::Traced(one) => match &one.what {
            crate::flow::Traced::Failed { kind, .. } => Some(format!("{kind} {}", one.block.is_some())),
            _ => None,
        },
    };
    let log: Vec<String> = outcome.log.iter().filter_map(shown).collect();
    assert_eq!(log[..4], ["user hi", "\"How many?\"", "user [One]", "timeout true"]);
    assert_eq!(log.len(), 5, "what comes behind the step that failed has not happened: {log:?}");
}

#[test]
fn a_wait_is_logged_as_it_is_written() {
    let outcome = outcome("steps:\n  - {wait: 5m}\n  - wait: 90s");
    assert_eq!(outcome.log[..2], ["5m", "90s"].map(|text| LogEntry::Did { key: "wait", text: text.into() }));
}
