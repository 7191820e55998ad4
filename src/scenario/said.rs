//! What the bot has said: each message as a value to compare, what can be pressed on it, and the block that sent it.

use serde_json::Value;

use super::outcome::BlockPlace;
use crate::flow::{Message, SentItem};

/// One message of the bot.
#[derive(Debug)]
pub(super) struct Said {
    /// The message without ids and payloads: those name nothing that a test could know.
    pub shown: Value,
    /// What can be pressed.
    pub items: Vec<SentItem>,
    /// Who said it.
    pub block: Option<BlockPlace>,
}

impl Said {
    pub(super) fn new(message: &Message, items: &[SentItem], block: Option<BlockPlace>) -> Self {
        let mut shown = serde_json::to_value(&message.content).unwrap_or_default();
        forget_payloads(&mut shown);
        Self { shown, items: items.to_vec(), block }
    }

    pub(super) fn text(&self) -> &str {
        self.shown["text"].as_str().unwrap_or_default()
    }
}

fn forget_payloads(value: &mut Value) {
    match value {
        Value::Array(list) => list.iter_mut().for_each(forget_payloads),
        Value::Object(map) => {
            map.shift_remove("payload");
            map.values_mut().for_each(forget_payloads);
        }
        _ => {}
    }
}
