//! Running sessions: where they go when their bot changes, and what comes late.

use flowgate::{
    flow::{Bot, Event, Input, moves_to},
    time::Timestamp,
};

use crate::support::{
    play::{compile_texts, load},
    walk::{Walk, texts},
};

const BOT: &str = "version: 1\nbot: b\nstart: main\nattributes: {a: {type: string}, n: {type: integer}}\n";
const INNER: &str = r#"version: 1
sequence: inner
blocks:
  - text: "Before."
  - ask: {text: "Which?", into: a}
    id: which
  - buttons: {text: "Sure?", into: a, items: [{title: "Yes"}, {title: "No", goto: main}]}
  - text: "After."
"#;
const MAIN: &str = r#"version: 1
sequence: main
blocks:
  - run: {sequence: inner, with: {x: 1}}
  - text: "Back."
"#;

fn bot(main: &str, inner: &str) -> Bot {
    compile_texts("b", &[("bot.yaml", BOT), ("sequences/main.yaml", main), ("sequences/inner.yaml", inner)])
}

/// Whether a session that waits at the first (by id) or second (by content) question moves to the changed bot.
fn moves(answers: usize, main: &str, inner: &str) -> bool {
    let old = bot(MAIN, INNER);
    let mut walk = Walk::new(&old);
    (0..=answers).for_each(|_| drop(walk.say("x")));
    let session = walk.conversation.session.expect("a question waits");
    assert!(session.frames.last().is_some_and(|f| f.asked.is_some()));
    assert!(moves_to(&session, &old), "a session always stands in its own version");
    moves_to(&session, &bot(main, inner))
}

/// A change of the inner sequence.
fn inner(from: &str, to: &str) -> String {
    assert!(INNER.contains(from), "{from}");
    INNER.replace(from, to)
}

#[test]
fn an_edit_elsewhere_moves() {
    let edited = inner("Before.", "Something else.").replace("After.", "Later.");
    for answers in [0, 1] {
        assert!(moves(answers, MAIN, &edited));
        assert!(moves(answers, &MAIN.replace("Back.", "Welcome back."), INNER));
        assert!(moves(answers, MAIN, &inner("  - text: \"Before.\"\n", "")), "never by position");
        assert!(moves(answers, MAIN, &format!("# a comment\n{INNER}\n\n")));
    }
}

#[test]
fn with_an_id_the_wording_may_differ_without_one_it_may_not() {
    assert!(moves(0, MAIN, &inner("Which?", "Which one?")));
    assert!(moves(0, MAIN, &inner("into: a}\n    id", "into: a, retry: {text: \"Please.\"}}\n    id")));
    assert!(!moves(1, MAIN, &inner("Sure?", "Really sure?")));
}

#[test]
fn what_is_asked_for_has_to_be_the_same() {
    assert!(!moves(0, MAIN, &inner("into: a}", "into: n}")));
    assert!(!moves(0, MAIN, &inner("into: a}", "into: a, expect: {type: email}}")));
    assert!(!moves(0, MAIN, &inner("ask: {text: \"Which?\", into: a}", "buttons: {text: \"Which?\", into: a, items: [{title: \"Yes\"}]}")));
    assert!(!moves(1, MAIN, &inner("goto: main", "goto: inner")));
    assert!(!moves(1, MAIN, &inner("buttons", "quick_replies")));
    let named =
        |items: &str| inner("ask: {text: \"Which?\", into: a}", &format!("buttons: {{text: \"Which?\", into: a, items: [{items}]}}"));
    let old = bot(MAIN, &named("{title: \"Yes\"}, {title: \"No\"}"));
    let mut walk = Walk::new(&old);
    walk.say("x");
    let session = walk.conversation.session.expect("a question waits");
    assert!(moves_to(&session, &bot(MAIN, &named("{title: \"Yes\"}, {title: \"No\"}").replace("Which?", "And?"))));
    assert!(!moves_to(&session, &bot(MAIN, &named("{title: \"Yes\"}, {title: \"No\", end: true}"))), "items with their targets");
    assert!(!moves_to(&session, &bot(MAIN, &named("{title: \"Yes\"}"))));
}

#[test]
fn a_question_that_is_gone_moved_or_doubled_keeps_its_version() {
    assert!(!moves(0, MAIN, &inner("id: which", "id: what")));
    assert!(!moves(0, MAIN, &inner("  - ask: {text: \"Which?\", into: a}\n    id: which\n", "")));
    let sure = "  - buttons: {text: \"Sure?\", into: a, items: [{title: \"Yes\"}, {title: \"No\", goto: main}]}\n";
    assert!(!moves(1, MAIN, &inner(sure, &format!("{sure}{sure}"))), "two of them could be meant");
    let grouped = inner(
        "  - ask: {text: \"Which?\", into: a}\n    id: which\n",
        "  - blocks:\n      - ask: {text: \"Which?\", into: a}\n        id: which\n",
    );
    assert!(!moves(0, MAIN, &grouped), "a group counts by its path");
    let elsewhere = inner("  - ask: {text: \"Which?\", into: a}\n    id: which\n", "");
    let main = format!("{MAIN}  - ask: {{text: \"Which?\", into: a}}\n    id: which\n");
    assert!(!moves(0, &main, &elsewhere), "the same sequence");
}

#[test]
fn the_way_back_has_to_be_there() {
    assert!(!moves(0, &MAIN.replace("x: 1", "x: 2"), INNER));
    assert!(!moves(0, "version: 1\nsequence: main\nblocks:\n  - text: \"Only this.\"\n", INNER));
    assert!(!moves(0, &MAIN.replace("  - run", "  - blocks:\n    - run"), INNER));
}

#[test]
fn a_session_goes_on_in_the_version_it_moved_to() {
    let (old, new) = (bot(MAIN, INNER), bot(MAIN, &inner("Before.", "Hello.").replace("After.", "Later.")));
    let mut walk = Walk::new(&old);
    assert_eq!(walk.say("hi"), ["Before.", "Which?"]);
    let mut moved = Walk { bot: &new, ..walk };
    assert_eq!(moved.say("this"), ["Sure?"]);
    assert_eq!(moved.say("yes"), ["Later.", "Back."]);
}

#[test]
fn a_session_that_waits_for_calls_stays() {
    let bot = load("tests/flow/timeout/calls").bot.expect("it compiles");
    let mut walk = Walk::new(&bot);
    walk.say("hi");
    walk.now = Timestamp(walk.now.0 + 3_600_000);
    walk.turn(&Event::Wake);
    assert!(!walk.conversation.calls().is_empty());
    assert!(!moves_to(walk.conversation.session.as_ref().expect("it is still open"), &bot));
}

#[test]
fn a_message_that_finds_the_time_over_is_taken_after_on_timeout() {
    let bot = load("tests/flow/timeout/calls").bot.expect("it compiles");
    let mut walk = Walk::new(&bot);
    assert_eq!(walk.say("hi"), ["How are you (1)?"]);
    walk.now = Timestamp(walk.now.0 + 3_600_000);
    let late = walk.message(Input::Text("well".to_owned()));
    assert_eq!(texts(&walk.turn(&late)), [""; 0], "it waits for what on_timeout calls");
    let answers = Event::Answers(walk.samples());
    assert_eq!(texts(&walk.turn(&answers)), ["It is sunny, good bye.", "Bye 1.", "How are you (1)?"]);
    assert_eq!(walk.say("fine"), ["Fine, fine."]);
}

#[test]
fn answers_to_nothing_and_early_timers_change_nothing() {
    let bot = bot(MAIN, INNER);
    let mut walk = Walk::new(&bot);
    walk.say("hi");
    let before = walk.conversation.session.clone();
    for event in [Event::Answers(Vec::new()), Event::Wake] {
        assert!(walk.turn(&event).effects.is_empty());
        assert_eq!(walk.conversation.session, before);
    }
}

/// What was to come in half an hour comes in half an hour, by the clock that is right; a step of a second changes nothing.
#[test]
fn a_clock_that_is_set_back_takes_the_session_with_it() {
    let bot = bot(MAIN, INNER);
    let mut walk = Walk::new(&bot);
    walk.say("hi");
    let (said, lasts) = (walk.now, walk.conversation.wake_at().expect("a session").0 - walk.now.0);
    walk.now = said.plus_ms(-1_000);
    walk.turn(&Event::Wake);
    assert_eq!((walk.conversation.now, walk.conversation.wake_at()), (said, Some(said.plus_ms(lasts))));
    walk.now = said.plus_ms(-86_400_000);
    walk.turn(&Event::Wake);
    assert_eq!((walk.conversation.now, walk.conversation.last_input), (walk.now, Some(walk.now)));
    assert_eq!(walk.conversation.wake_at(), Some(walk.now.plus_ms(lasts)));
    walk.now = walk.now.plus_ms(lasts);
    walk.turn(&Event::Wake);
    assert_eq!(walk.conversation.session, None);
}

#[test]
fn a_press_whose_target_is_gone_counts_as_its_title_typed() {
    let (old, new) = (bot(MAIN, INNER), bot(MAIN, &inner("{title: \"Yes\"}, {title: \"No\", goto: main}", "{title: \"Yes\"}")));
    let mut walk = Walk::new(&old);
    walk.say("hi");
    walk.say("this");
    let no = walk.items.iter().find(|i| i.title == "No").cloned().expect("it was offered");
    let mut moved = Walk { bot: &new, ..walk };
    moved.conversation.session = None;
    moved.say("hi");
    let press = moved.message(Input::Press { payload: no.payload.clone(), item: Some(Box::new(no)) });
    assert_eq!(texts(&moved.turn(&press)), ["Sure?"], "\"No\" is the answer to \"Which?\"");
    assert_eq!(moved.conversation.value(&new, "a"), "No");
}
