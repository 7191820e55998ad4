//! Whatever a user sends, there is an answer.

use std::path::Path;

use flowgate::outbound::Secrets;
use serde_json::json;

use super::bots::{bot, folder, sequence, texts};
use crate::support::app::TestApp;

/// What testers, children and attackers write.
fn odd_texts() -> Vec<String> {
    let mut all: Vec<String> = [
        ".",
        "?",
        "0",
        "-1",
        "1e400",
        "99999999999999999999999999",
        "NaN",
        "null",
        "undefined",
        "true",
        "[]",
        "{}",
        "\"",
        "'",
        "\\",
        "\\n",
        "%00",
        "%s%n",
        "{{name}}",
        "{{#each x}}",
        "{{{{",
        "<<api>>",
        "<<",
        "${env:HOME}",
        "${file:x}",
        "{{calc '1/0'}}",
        "<script>alert(1)</script>",
        "'; DROP TABLE messages;--",
        "\u{202e}abc",
        "\u{200b}\u{200d}",
        "e\u{301}\u{301}\u{301}",
        "👩‍👩‍👧‍👦",
        "مرحبا",
        "日本語",
        "\u{1}\u{7f}",
        "a\tb\r\nc",
        "2026-02-30",
        "25:99",
        "31/12/99999",
        "+",
        "+999999999999999999999",
        "a@b",
        "@",
        "http://",
        "javascript:alert(1)",
        "order #",
        "order 999999999999999999999",
        "START",
        "stop",
    ]
    .map(str::to_owned)
    .into();
    all.extend(["x".repeat(4_096), "é".repeat(4_096), "{{".repeat(2_048), "a ".repeat(2_000), "9".repeat(4_000), "👍".repeat(2_000)]);
    all
}

/// The shipped bots, as a newcomer runs them: every odd text, each to a question of its own, and in one long conversation.
#[tokio::test(flavor = "multi_thread")]
async fn odd_texts_are_answered_by_the_shipped_bots() {
    let shipped = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/bots"));
    let app = TestApp::start_offline(shipped).await;
    for name in ["shop", "clinic"] {
        for (n, odd) in odd_texts().iter().enumerate() {
            for user in ["one".to_owned(), format!("u{n}")] {
                if user != "one" {
                    app.say(name, json!({"user": user, "text": "hi"})).await;
                }
                let got = app.say(name, json!({"user": user, "text": odd})).await;
                assert_eq!(got.status, 200, "{name} {odd:?}: {got:?}");
                assert!(!got.json()["messages"].as_array().unwrap().is_empty(), "{name} says nothing to {odd:?}");
            }
        }
    }
    app.stop().await;
}

/// Bots that go wrong in themselves: without an end, without a value, beyond every limit.
#[tokio::test(flavor = "multi_thread")]
async fn flows_that_go_wrong_end_in_words() {
    let lines = r#"attributes: {n: {type: integer, default: 0}, big: {type: string, default: x}}
triggers:
  - {keywords: [value], run: value}
  - {keywords: [round], run: round}
  - {keywords: [talk], run: talk}
  - {keywords: [deep], run: deep}
  - {keywords: [wide], run: wide}
  - {keywords: [divide], run: divide}"#;
    let sequences = [
        ("welcome", "  - text: \"Hello\""),
        ("value", "  - set: {n: \"{{big}}\"}\n  - text: \"Never\""),
        ("round", "  - set: {n: {expr: \"n + 1\"}}\n    id: top\n  - decide: [{when: \"n > 0\", goto: top}]\n  - text: \"Never\""),
        ("talk", "  - text: \"Again\"\n    id: top\n  - set: {n: {expr: \"n + 1\"}}\n  - decide: [{when: \"n > 0\", goto: top}]"),
        ("deep", "  - decide: [{when: \"n >= 0\", run: deep}]\n  - text: \"Never\""),
        (
            "wide",
            "  - set: {big: \"{{big}}{{big}}{{big}}{{big}}\"}\n    id: top\n  - decide: [{when: \"n >= 0\", goto: top}]\n  - text: \"Never\"",
        ),
        ("divide", "  - set: {n: {expr: \"1 / n\"}}\n  - text: \"Never\""),
    ];
    let mut files = vec![("odd/bot.yaml".to_owned(), bot("odd", lines))];
    files.extend(sequences.iter().map(|(key, blocks)| (format!("odd/sequences/{key}.yaml"), sequence(key, blocks))));
    let bots = folder(&files.iter().map(|(path, text)| (path.as_str(), text.clone())).collect::<Vec<_>>());
    let database = format!("sqlite://{}/.data/flowgate.db", bots.path().display());
    let app = TestApp::start_on(bots, &database, Secrets::default()).await;
    for word in ["value", "round", "talk", "deep", "wide", "divide"] {
        let say = async |text: &str| texts(&app.say("odd", json!({"user": word, "text": text})).await.json());
        assert_eq!(say("hi").await, ["Hello"]);
        let told = say(word).await;
        assert_eq!(told.last().map(String::as_str), Some("Sorry, something went wrong. Please try again."), "{word}: {told:?}");
        assert!(!told.contains(&"Never".to_owned()) && told.len() <= 51, "{word}: {told:?}");
        assert!(!say("and now?").await.is_empty(), "{word}: the next message is answered as well");
    }
    app.stop().await;
}
