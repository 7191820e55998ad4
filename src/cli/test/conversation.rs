//! How a test went, line by line: what its steps did, what the bot said, where a block failed, and with `--trace` all that decided.

use serde_json::{Value, json};

use crate::{
    cli::trace,
    flow::{Bot, Traced},
    scenario::{LogEntry, Outcome},
};

/// One line of a conversation.
pub(super) struct Line {
    text: String,
    json: Value,
}

impl Line {
    pub(super) fn json(&self) -> Value {
        self.json.clone()
    }
}

/// The conversation of a test: with everything that decided, or only with the blocks that failed.
pub(super) fn of(bot: &Bot, outcome: &Outcome, everything: bool) -> Vec<Line> {
    let lines = outcome.log.iter().filter_map(|entry| match entry {
        LogEntry::Did { key, text } => Some(Line { text: spoken(key, text), json: json!({ *key: text }) }),
        LogEntry::Sent { message, block } => {
            let mut json = json!({"bot": message});
            if let Some(block) = block {
                json["block"] = json!({"file": block.file, "line": block.line});
            }
            Some(Line { text: spoken("bot", &words(message)), json })
        }
        LogEntry::Traced(one) if everything || matches!(one.what, Traced::Failed { .. }) => {
            trace::line(bot, one).map(|line| Line { text: format!("        {line}"), json: json!({"trace": line}) })
        }
        LogEntry::Traced(_) => None,
    });
    lines.collect()
}

/// The lines as people read them, but for the first ones; nothing if there are none.
pub(super) fn text(lines: &[Line], left_out: usize) -> String {
    if lines.is_empty() {
        return String::new();
    }
    let before = if left_out > 0 { format!("    … {left_out} lines before\n") } else { String::new() };
    let lines: String = lines.iter().skip(left_out).map(|line| format!("{}\n", line.text)).collect();
    format!("  the conversation:\n{before}{lines}")
}

fn spoken(who: &str, text: &str) -> String {
    format!("    {who} › {}", text.replace('\n', "\n          "))
}

/// A message in a line: its kind, if that is not plain, its text or link, and what can be pressed.
fn words(message: &Value) -> String {
    let kind =
        message["type"].as_str().filter(|kind| !matches!(*kind, "text" | "buttons" | "quick_replies")).map(|kind| format!("({kind})"));
    let texts = ["title", "text", "caption", "name", "url"].into_iter().filter_map(|key| message[key].as_str().map(str::to_owned));
    let items = message["items"].as_array().into_iter().flatten().map(|item| match &item["buttons"] {
        Value::Array(buttons) => format!("▪ {}{}", title(item), buttons.iter().map(|b| format!(" [{}]", title(b))).collect::<String>()),
        _ if message["type"] == "gallery" => format!("▪ {}", title(item)),
        _ => format!("[{}]", title(item)),
    });
    kind.into_iter().chain(texts).chain(items).collect::<Vec<_>>().join(" ")
}

fn title(item: &Value) -> &str {
    item["title"].as_str().unwrap_or_default()
}
