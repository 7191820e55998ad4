//! How much things weigh: bytes as JSON would write them, near enough for a limit.

use serde_json::Value;

use super::effect::{Card, Choice, Content, Media, SentItem};

/// JSON writes no byte of a text as more than this many.
const ESCAPED_BYTES_MAX: usize = 6;
/// An item of a question as most are, with what is kept of it.
const KEPT_BYTES: usize = 256;
/// Keys, quotes and numbers of an item.
const ITEM_BYTES: usize = 64;

/// A value.
pub(super) fn of(value: &Value) -> usize {
    match value {
        Value::Null | Value::Bool(_) => 4,
        Value::Number(_) => 8,
        Value::String(text) => text.len() + 2,
        Value::Array(list) => list.iter().map(|v| of(v) + 1).sum::<usize>() + 2,
        Value::Object(map) => map.iter().map(|(k, v)| k.len() + of(v) + 4).sum::<usize>() + 2,
    }
}

/// A value that is kept: a text without its quotes, so that the longest message of a user is no longer than an attribute may be.
pub(super) fn of_attribute(value: &Value) -> usize {
    value.as_str().map_or_else(|| of(value), str::len)
}

/// Whether a question with its items is longer than this as JSON. Most need not be written to know it.
pub(super) fn exceeds(content: &Content, items: &[SentItem], bytes_max: usize) -> bool {
    let written = || serde_json::to_vec(&(content, items)).map_or(0, |json| json.len());
    question(content, items).is_none_or(|weight| weight * ESCAPED_BYTES_MAX > bytes_max) && written() > bytes_max
}

/// What can be asked; none for messages that ask nothing.
fn question(content: &Content, items: &[SentItem]) -> Option<usize> {
    let shown = match content {
        Content::Text { text } => text.len() + ITEM_BYTES,
        Content::Buttons { text, items } | Content::QuickReplies { text, items } => {
            text.len() + ITEM_BYTES + items.iter().map(choice).sum::<usize>()
        }
        _ => return None,
    };
    Some(shown + items.iter().map(item).sum::<usize>())
}

/// A message with what is kept of its items; of a question, whose size is bounded, near enough.
pub(super) fn of_message(content: &Content, items: &[SentItem]) -> usize {
    let shown = match content {
        Content::Text { text } => text.len(),
        Content::Image(Media { url, caption }) | Content::Audio(Media { url, caption }) | Content::Video(Media { url, caption }) => {
            url.len() + length(caption)
        }
        Content::File { url, name, caption } => url.len() + length(name) + length(caption),
        Content::Gallery { items } => items.iter().map(card).sum(),
        Content::Buttons { text, .. } | Content::QuickReplies { text, .. } if !items.is_empty() => {
            return text.len() + items.len() * KEPT_BYTES;
        }
        Content::Buttons { text, items } | Content::QuickReplies { text, items } => text.len() + items.iter().map(choice).sum::<usize>(),
    };
    shown + items.iter().map(item).sum::<usize>()
}

fn card(card: &Card) -> usize {
    let optional = [&card.subtitle, &card.image, &card.url].into_iter().map(length).sum::<usize>();
    card.title.len() + optional + card.buttons.iter().map(choice).sum::<usize>() + ITEM_BYTES
}

fn length(text: &Option<String>) -> usize {
    text.as_ref().map_or(0, String::len)
}

fn choice(choice: &Choice) -> usize {
    let optional = [&choice.description, &choice.payload, &choice.url, &choice.phone];
    choice.title.len() + optional.into_iter().flatten().map(String::len).sum::<usize>() + ITEM_BYTES
}

fn item(item: &SentItem) -> usize {
    let also: usize = item.also.iter().map(|word| word.len() + 4).sum();
    let set: usize = item.set.iter().map(|(name, value)| name.len() + of(value) + 8).sum();
    let extra: usize = item.extra.iter().map(|(name, value)| name.len() + of(value) + 8).sum();
    item.title.len() + item.into.as_ref().map_or(0, String::len) + of(&item.value) + also + set + extra + ITEM_BYTES
}
