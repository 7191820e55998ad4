//! The workloads: what users say, and what has to come back.

use std::{path::Path, process::Command};

/// What a user says in one conversation, again and again, and a part of the answer to each.
#[derive(Clone, Copy)]
pub(crate) struct Script {
    /// As in the tables.
    pub(crate) name: &'static str,
    pub(crate) bot: &'static str,
    /// (what is said, what the answer holds)
    pub(crate) steps: &'static [(&'static str, &'static str)],
}

/// A greeting: one text and quick replies.
pub(crate) const W1: Script = Script { name: "W1", bot: "greeting", steps: &[("hi", "What can I do for you?")] };

/// Five steps: text, choice, ask, decision, final text.
pub(crate) const W2: Script = Script {
    name: "W2",
    bot: "order",
    steps: &[("order", "Which size?"), ("Large", "How many?"), ("3", "3 large pizzas are on their way.")],
};

/// A text with the answer of the team's own backend.
pub(crate) const W3: Script = Script { name: "W3", bot: "stock", steps: &[("stock", "In stock: 42 pieces")] };

/// What the floors answer: as long as an answer to W1.
pub(crate) const FLOOR: Script = Script { name: "floor", bot: "greeting", steps: &[("hi", "What can I do for you?")] };

const GREETING: &str = r#"version: 1
sequence: hello
blocks:
  - text: "Hello, good to see you again at the pizzeria!"
  - quick_replies:
      text: "What can I do for you?"
      items: [{title: "Order a pizza"}, {title: "Where is my order?"}, {title: "Opening hours"}]
    id: what
"#;

const ORDER: &str = r#"version: 1
sequence: order
blocks:
  - text: "Our pizzas come straight from the stone oven."
  - buttons: {text: "Which size?", items: [{title: "Small"}, {title: "Large"}], into: size}
    id: size
  - ask: {text: "How many?", expect: {type: integer, min: 1, max: 20}, into: pieces}
    id: pieces
  - decide:
      - {when: "size == 'Large' && pieces > 1", text: "{{pieces}} large pizzas are on their way."}
      - {text: "Your order is on its way."}
"#;

const STOCK: &str = "version: 1\nsequence: stock\nblocks:\n  - text: \"In stock: <<stock>>\"\n";

fn bot(name: &str, start: &str, more: &str) -> String {
    format!("version: 1\nbot: {name}\nstart: {start}\ntriggers:\n  - {{keywords: [hi, order, stock], goto: {start}}}\n{more}")
}

/// Writes the bots of all workloads; `backend` is where the API of the third one is.
pub(crate) fn write_bots(root: &Path, backend: &str) {
    let api = format!(
        "version: 1\napi: stock\nmethod: GET\nurl: http://{backend}/stock\noutput: text\nsample: {{success: true, data: \"42 pieces\"}}\n"
    );
    let attributes = "attributes:\n  size: {type: string}\n  pieces: {type: integer}\n";
    let files = [
        ("greeting/bot.yaml", bot("greeting", "hello", "")),
        ("greeting/sequences/hello.yaml", GREETING.to_owned()),
        ("order/bot.yaml", bot("order", "order", attributes)),
        ("order/sequences/order.yaml", ORDER.to_owned()),
        ("stock/bot.yaml", bot("stock", "stock", "")),
        ("stock/sequences/stock.yaml", STOCK.to_owned()),
        ("stock/apis/stock.yaml", api),
    ];
    for (name, text) in files {
        let file = root.join(name);
        std::fs::create_dir_all(file.parent().expect("a file in a folder")).expect("a folder that can be written");
        std::fs::write(file, text).expect("a folder that can be written");
    }
    let checked = Command::new(env!("CARGO_BIN_EXE_flowgate")).arg("check").arg(root).output().expect("the program");
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stdout));
}
