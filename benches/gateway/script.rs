//! The workloads: what users say, and what has to come back.

use std::{path::Path, process::Command};

/// What a user says in one conversation, again and again, and a part of the answer to each.
#[derive(Clone, Copy)]
pub(crate) struct Script {
    /// As in the tables.
    pub(crate) name: &'static str,
    pub(crate) bot: &'static str,
    pub(crate) asks: Asks,
    /// (what is said, what the answer holds)
    pub(crate) steps: &'static [(&'static str, &'static str)],
}

/// What is asked of the gateway.
#[derive(Clone, Copy)]
pub(crate) enum Asks {
    /// What a user says is answered.
    Messages,
    /// A flow is started, as clients of the platform API do it; what is said is its name.
    Starts,
}

impl Script {
    /// Where it is asked for, with this API key.
    pub(crate) fn path(&self, key: &str) -> String {
        match self.asks {
            Asks::Messages => format!("/v1/bots/{}/messages", self.bot),
            Asks::Starts => format!("/bot-api/v2.0/customer/1/bot/{}/flow/{}?authorization=Basic%20{key}", self.bot, self.steps[0].0),
        }
    }

    /// The body; no id is sent twice.
    pub(crate) fn body(&self, user: usize, says: &str, id: &str) -> String {
        match self.asks {
            Asks::Messages => format!(r#"{{"user":"u{user}","text":"{says}","id":"{id}"}}"#),
            Asks::Starts => format!(r#"{{"user.channel":"web","user.phone_no":"u{user}","invoice":"{id}","total":12.5}}"#),
        }
    }
}

/// A greeting: one text and quick replies.
pub(crate) const W1: Script = Script { name: "W1", bot: "greeting", asks: Asks::Messages, steps: &[("hi", "What can I do for you?")] };

/// Five steps: text, choice, ask, decision, final text.
pub(crate) const W2: Script = Script {
    name: "W2",
    bot: "order",
    asks: Asks::Messages,
    steps: &[("order", "Which size?"), ("Large", "How many?"), ("3", "3 large pizzas are on their way.")],
};

/// A text with the answer of the team's own backend.
pub(crate) const W3: Script = Script { name: "W3", bot: "stock", asks: Asks::Messages, steps: &[("stock", "In stock: 42 pieces")] };

/// Starts of a flow of one text, with two attributes.
pub(crate) const S1: Script = Script { name: "S1", bot: "shop", asks: Asks::Starts, steps: &[("paid", "SUCCESS")] };

/// What the floors answer: as long as an answer to W1.
pub(crate) const FLOOR: Script =
    Script { name: "floor", bot: "greeting", asks: Asks::Messages, steps: &[("hi", "What can I do for you?")] };

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

const PAID: &str = r#"version: 1
sequence: paid
needs: [invoice, total]
blocks:
  - text: "Thank you! {{money total}} for {{invoice}} have arrived."
"#;

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
        ("shop/bot.yaml", bot("shop", "paid", "attributes:\n  invoice: {type: string}\n  total: {type: number}\n")),
        ("shop/sequences/paid.yaml", PAID.to_owned()),
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
