//! The bot that everybody talks to, and a model of it that knows nothing of the gateway: what it has to answer to each text.

use std::{path::Path, time::Duration};

use super::{super::served::write_bot, chance::Chance};

/// How long a conversation waits for the answers of its calls before another process takes it up: what `TIMEOUT` gives, and 5 s.
pub(crate) const LEASE: Duration = Duration::from_secs(10);
const TIMEOUT: &str = "5s";

const BOT: &str = "\
bot: busy
start: hello
fallback: hello
on_error: {text: \"The bot has failed.\"}
attributes: {n: {type: integer, default: 0}, size: {type: string}, qty: {type: integer}}
triggers:
  - {keywords: [hello], goto: hello}
  - {keywords: [order], goto: order}
  - {keywords: [look], goto: look}
  - {keywords: [buy], goto: buy}
  - {keywords: [pay], goto: pay}
";
const HELLO: &str = "\
sequence: hello
blocks:
  - set: {n: {expr: \"n + 1\"}}
  - quick_replies: {text: \"Hello no. {{n}}.\", items: [{title: Order, goto: order}, {title: Buy, goto: buy}]}
";
const ORDER: &str = "\
sequence: order
blocks:
  - set: {n: {expr: \"n + 1\"}}
  - buttons: {text: \"Order no. {{n}}: which size?\", items: [{title: Small}, {title: Large}], into: size}
  - ask: {text: \"How many of {{size}}?\", into: qty, expect: {type: integer, min: 1}}
  - decide:
      - {when: \"qty > 5\", text: \"That is a lot.\"}
      - {text: \"Thank you.\"}
  - text: \"No. {{n}}: {{qty}} of {{size}}.\"
";
const CALL: &str = "\
sequence: NAME
blocks:
  - set: {n: {expr: \"n + 1\"}}
  - text: \"One moment, no. {{n}}.\"
  - text: \"NAME no. {{n}}: <<NAME>>\"
    on_error: {text: \"NAME no. {{n}}: {{error.kind}}\"}
  - text: \"That was no. {{n}}.\"
";
const API: &str = "\
api: NAME
url: URL/NAME/{{user_id}}/{{n}}
output: text
timeout: TIMEOUT
sample: {data: done, success: true}
";
/// What is called, and how.
pub(super) const CALLS: [(&str, &str); 3] =
    [("look", "method: GET\n"), ("buy", "method: POST\n"), ("pay", "method: POST\nidempotent: true\n")];

/// Something that users say, breath by breath.
pub(crate) fn something(chance: &mut Chance, calls: bool) -> &'static [&'static str] {
    const ALL: [&[&str]; 9] = [
        &["hello"],
        &["hello + hello"],
        &["order", "large", "7"],
        &["order", "small", "3"],
        &["look"],
        &["buy"],
        &["look + hello"],
        &["buy + hello + hello"],
        &["pay + hello"],
    ];
    chance.of(&ALL[..if calls { ALL.len() } else { 4 }])
}

/// Stands for what a call came to.
pub(super) const RESULT: char = '…';

/// Writes the bot; its calls go to this backend.
pub(crate) fn write(folder: &Path, backend: &str) {
    write_bot(folder, "busy", &[("bot.yaml", BOT), ("sequences/hello.yaml", HELLO), ("sequences/order.yaml", ORDER)]);
    for (name, how) in CALLS {
        let api = API.replace("NAME", name).replace("URL", backend).replace("TIMEOUT", TIMEOUT) + how;
        let (sequence, api_path) = (format!("sequences/{name}.yaml"), format!("apis/{name}.yaml"));
        write_bot(folder, "busy", &[(&sequence, &CALL.replace("NAME", name)), (&api_path, &api)]);
    }
}

/// The conversation of one user.
#[derive(Default)]
pub(super) struct Model {
    n: usize,
    size: Option<&'static str>,
    asked: Asked,
}

#[derive(Default)]
enum Asked {
    #[default]
    Nothing,
    Size,
    Quantity,
}

impl Model {
    /// What is answered, line by line.
    pub(super) fn hears(&mut self, text: &str) -> Vec<String> {
        match (std::mem::take(&mut self.asked), text) {
            (Asked::Size, "small" | "large") => {
                self.asked = Asked::Quantity;
                let size = self.size.insert(if text == "small" { "Small" } else { "Large" });
                vec![format!("How many of {size}?")]
            }
            (Asked::Quantity, "3" | "7") => {
                let thanks = if text == "7" { "That is a lot." } else { "Thank you." };
                vec![thanks.to_owned(), format!("No. {}: {text} of {}.", self.n, self.size.unwrap())]
            }
            _ => self.begins(text),
        }
    }

    fn begins(&mut self, text: &str) -> Vec<String> {
        self.n += 1;
        let n = self.n;
        match text {
            "hello" => vec![format!("Hello no. {n}.")],
            "order" => {
                self.asked = Asked::Size;
                vec![format!("Order no. {n}: which size?")]
            }
            call if CALLS.iter().any(|(name, _)| *name == call) => {
                vec![format!("One moment, no. {n}."), format!("{call} no. {n}: {RESULT}"), format!("That was no. {n}.")]
            }
            other => panic!("nobody says {other:?} here"),
        }
    }

    /// The path that a text makes the bot call, once it was heard.
    pub(super) fn path(&self, user: &str, text: &str) -> Option<String> {
        CALLS.iter().find(|(name, _)| *name == text).map(|(name, _)| format!("/{name}/{user}/{}", self.n))
    }
}
