//! What the bot has said: each message as a value to compare, what can be pressed on it, and the block that sent it.

use serde_json::Value;

use super::outcome::BlockPlace;
use crate::flow::{Content, Message, SentItem};

/// One message of the bot.
#[derive(Debug)]
pub(super) struct Said {
    /// The message without ids and payloads: those name nothing that a test could know.
    pub shown: Value,
    /// What can be pressed.
    pub items: Vec<SentItem>,
    /// The title of the card that each of them stands on, if it stands on one.
    cards: Vec<Option<String>>,
    /// Who said it.
    pub block: Option<BlockPlace>,
}

impl Said {
    pub(super) fn new(message: &Message, items: &[SentItem], block: Option<BlockPlace>) -> Self {
        let mut shown = serde_json::to_value(&message.content).unwrap_or_default();
        forget_payloads(&mut shown);
        Self { shown, items: items.to_vec(), cards: cards(&message.content, items.len()), block }
    }

    fn text(&self) -> &str {
        self.shown["text"].as_str().unwrap_or_default()
    }

    /// What can be pressed where a text stands: on the message, or on a card of this title.
    pub(super) fn within(&self, text: Option<&str>) -> impl Iterator<Item = &SentItem> {
        let on_message = text.is_none_or(|text| self.text().contains(text));
        let on_card = move |card: &Option<String>| text.zip(card.as_ref()).is_some_and(|(text, card)| card.contains(text));
        self.items.iter().zip(&self.cards).filter(move |(_, card)| on_message || on_card(card)).map(|(item, _)| item)
    }
}

fn cards(content: &Content, items: usize) -> Vec<Option<String>> {
    let Content::Gallery { items: cards } = content else { return vec![None; items] };
    let pressable = cards.iter().flat_map(|card| card.buttons.iter().filter(|b| b.payload.is_some()).map(|_| Some(card.title.clone())));
    pressable.collect()
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
