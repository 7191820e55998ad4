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

/// A bot that fails over personal data in every way that a sentence can tell: over an answer that is none yet, over a part of a value, over
/// what a function makes of one; and whose items show it.
const FAILS: &str = r#"sequence: welcome
blocks:
  - set: {addr: {street: "Via Toledo 7", city: Napoli}, born: "1980-05-06", ssn: "SSN-4711"}
  - id: q1
    ask: {text: "Your number?", into: card, expect: {type: string, when: "int(value) > 5"}}
    on_error: {when: "error.message != null && error.kind != null", text: "Sorry."}
  - {set: {n: {expr: "int(addr.street)"}}, on_error: {text: "Sorry."}}
  - {set: {n: {expr: "int(lower(ssn))"}}, on_error: {text: "Sorry."}}
  - {set: {n: {expr: "int(reply.text)"}}, on_error: {text: "Sorry."}}
  - {set: {due: {expr: "born + '900000w'"}}, on_error: {text: "Sorry."}}
  - {set: {n: "{{ssn}}"}, on_error: {text: "Sorry."}}
  - id: q2
    quick_replies: {text: "Is it there?", items: [{title: "{{addr.street}}"}, {title: "No"}]}
  - id: q3
    quick_replies: {text: "Who?", items: [{title: "Ann Example", set: {name: "Ann Example"}}, {title: "Me"}]}
  - id: q4
    quick_replies: {text: "Sure?", items: [{title: "Ann Other", set: {name: "Ann Other"}}]}
  - {text: "Bye."}
"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_trace_hides_personal_data_in_failures_and_titles() {
    let folder = Folder::empty();
    let bot = "bot: fails\nname: Fails\nstart: welcome\nfallback: welcome\n\
        attributes:\n  ssn: {type: string, pii: true}\n  card: {type: string, pii: true}\n  name: {type: string, pii: true}\n  \
        born: {type: date, pii: true}\n  addr: {type: object, pii: true}\n  due: {type: date}\n  n: {type: integer}\n";
    write_bot(folder.root(), "fails", &[("bot.yaml", bot), ("sequences/welcome.yaml", FAILS)]);
    let mut chat = Chat::start(&folder, &["fails", "--offline", "--trace"]);
    let input = chat.process.0.stdin.as_mut().unwrap();
    input.write_all(b"hi\nCARD-0815\nNo\n/1\nMe\n/3\n1\n").unwrap();
    let shown = chat.ends().await;
    let trace: Vec<&str> = shown.lines().filter(|line| line.contains('\u{21b3}')).collect();
    let trace = trace.join("\n");
    for private in ["CARD", "0815", "Toledo", "4711", "1980", "Ann "] {
        assert!(!trace.contains(private), "{private}: {trace}");
    }
    for (told, times) in [
        ("fails (value): \"•••\" is not a number", 4),
        ("fails (value): \"•••\" is outside the calendar", 1),
        ("fails (value): attribute \"n\" does not take this value", 1),
        ("(error.message: \"•••\", error.kind: \"value\")", 1),
        ("answer (item): \"No\"", 1),
        ("answer (item): \"•••\"", 1),
        ("the question of \"•••\" is not open any more", 2),
    ] {
        assert_eq!(trace.matches(told).count(), times, "{told}: {trace}");
    }
}
