//! What is kept of an answer: the longest message in any script, and a word for what is longer.

use flowgate::flow::{Bot, Input, limits};
use serde_json::json;

use crate::support::{
    play::compile_texts,
    walk::{Walk, texts},
};

const MAIN: &str = r#"version: 1
sequence: main
blocks:
  - id: story
    ask: {text: "Tell me.", into: story, retry: {times: 3}}
  - text: "Thank you."
  - end: true
"#;

fn bot(settings: &str) -> Bot {
    let bot = format!("version: 1\nbot: tale\nstart: main\nattributes: {{story: {{type: string}}, rest: {{type: list}}}}\n{settings}");
    compile_texts("tale", &[("bot.yaml", &bot), ("sequences/main.yaml", MAIN)])
}

#[test]
fn the_longest_message_is_kept_in_any_script() {
    let bot = bot("");
    for letter in ['a', 'é', 'क', '漢', '🍕', '\n', '"'] {
        let story = format!("{letter}{}", "🍕".repeat(limits::MESSAGE_CHARS_MAX - 1));
        let mut walk = Walk::new(&bot);
        walk.say("hi");
        assert_eq!(walk.say(&story), ["Thank you."], "{letter}");
        assert_eq!(walk.conversation.value(&bot, "story"), json!(story.trim()), "{letter}");
    }
}

#[test]
fn what_is_longer_is_told_so() {
    let plain = bot("");
    let mut walk = Walk::new(&plain);
    walk.say("hi");
    let event = walk.message(Input::Text("x".repeat(limits::MESSAGE_CHARS_MAX + 1)));
    assert_eq!(texts(&walk.turn(&event)), ["That is too long. Please write it shorter."]);
    assert_eq!(walk.conversation.attributes.get("story"), None, "it is not cut and kept");
    assert_eq!(walk.say("Once upon a time"), ["Thank you."]);

    let worded = bot("messages: {too_long: \"Shorter!\"}\n");
    let mut walk = Walk::new(&worded);
    walk.say("hi");
    let event = walk.message(Input::Text("é".repeat(limits::MESSAGE_CHARS_MAX + 1)));
    assert_eq!(texts(&walk.turn(&event)), ["Shorter!"]);
}

#[test]
fn what_finds_no_place_beside_all_that_is_known_is_told_so() {
    let bot = bot("");
    let mut walk = Walk::new(&bot);
    walk.say("hi");
    for n in 0..8 {
        walk.conversation.attributes.insert(format!("known_{n}"), "x".repeat(limits::ATTRIBUTE_BYTES_MAX - 100).into());
    }
    assert_eq!(walk.say(&"é".repeat(2_000)), ["That is too long. Please write it shorter."]);
    assert_eq!(walk.say("Once."), ["Thank you."]);
}

#[test]
fn nothing_but_space_is_no_answer() {
    let bot = bot("");
    let mut walk = Walk::new(&bot);
    walk.say("hi");
    assert_eq!(walk.say(" \u{200b}\u{feff} "), ["Please write a text."]);
    assert_eq!(walk.say("\u{feff} Once. \u{200b}"), ["Thank you."]);
    assert_eq!(walk.conversation.value(&bot, "story"), json!("Once."));
}
