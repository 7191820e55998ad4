//! What `chat --trace` hides.

use std::io::Write;

use super::{chat::Chat, served::write_bot};
use crate::support::command::Folder;

/// A bot that asks for personal data, and looks at it in every way that a trace shows.
const ASKS: &str = r#"sequence: welcome
blocks:
  - id: mail
    ask: {text: "Your address?", into: mail, expect: {type: email}}
  - id: town
    buttons: {text: "Where?", items: [{title: Napoli, value: "Via Toledo 7"}], into: street}
  - {when: "mail != null && user.mail != null && user != null && reply.text != null && user.last_message_text != null", text: "Thank you."}
  - set: {copy: "{{size}}", mail: "other@example.com"}
  - {when: "int(street) > 1", text: "Never."}
"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_trace_hides_personal_data() {
    let folder = Folder::empty();
    let bot = "bot: asks\nname: Asks\nstart: welcome\n\
        attributes: {size: {type: string, default: large}, copy: {type: string}, mail: {type: email, pii: true}, street: {type: string, pii: true}}\n";
    write_bot(folder.root(), "asks", &[("bot.yaml", bot), ("sequences/welcome.yaml", ASKS)]);
    let mut chat = Chat::start(&folder, &["asks", "--offline", "--trace"]);
    let input = chat.process.0.stdin.as_mut().unwrap();
    input.write_all(b"hi\nann@example.com\n1\n").unwrap();
    let shown = chat.ends().await;
    for private in ["ann@example.com", "other@example.com", "Via Toledo 7"] {
        assert!(!shown.contains(private), "{private}: {shown}");
    }
    for told in [
        "answer (typed): \"•••\"",
        "mail = \"•••\"",
        "street = \"•••\"",
        "copy = \"large\"",
        "(mail: \"•••\", user.mail: \"•••\", user: \"•••\", reply.text: \"•••\"",
        "fails (value): \"•••\" is not a number",
    ] {
        assert!(shown.contains(told), "{told}: {shown}");
    }
}
