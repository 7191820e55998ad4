//! Personal data in traces: whoever reads what a turn did sees that a value was there, and not which.

use serde_json::Value;

use super::{attribute::Attribute, bot::Bot, conversation::Conversation, effect::SentItem};

/// Stands in place of a value.
const HIDDEN: &str = "•••";

/// Roots that hold what the user wrote, perhaps the answer that an attribute with personal data takes, or a sentence about it.
const WRITTEN: [&str; 4] = ["reply", "match", "last_message_text", "error"];

/// The value that an attribute gets, as a trace shows it; without one, any other value.
pub(super) fn shown(bot: &Bot, attribute: Option<&str>, value: &Value) -> Value {
    if attribute.is_some_and(|name| is_private(bot, name)) { hidden(value) } else { value.clone() }
}

/// What is shown of an item that was chosen: its value or its title.
pub(super) fn shown_item(bot: &Bot, conversation: &Conversation, item: &SentItem, value: &Value) -> Value {
    let mut kept = item.into.iter().chain(item.set.iter().map(|(name, _)| name)).chain(item.extra.keys());
    match value {
        _ if kept.any(|name| is_private(bot, name)) => hidden(value),
        Value::String(text) => without_values(bot, conversation, text).into(),
        other => other.clone(),
    }
}

/// A value that a condition has read, by its path.
pub(super) fn shown_read(bot: &Bot, path: &str, value: Value) -> Value {
    let mut keys = path.split('.');
    let hides = match (keys.next().unwrap_or_default(), keys.next()) {
        ("user", Some(name)) | (name, _) if is_private(bot, name) => true,
        ("user", None) => has_private(bot),
        ("error", Some("kind" | "status")) => false,
        ("user", Some(root)) | (root, _) => WRITTEN.contains(&root) && has_private(bot),
    };
    if hides { hidden(&value) } else { value }
}

/// Why a block failed, without the values of attributes; and in a bot with personal data without whatever stands in quotes, for it may be
/// what a function made of one, or an answer that never became one.
pub(super) fn shown_message(bot: &Bot, conversation: &Conversation, message: &str) -> String {
    let message = without_values(bot, conversation, message);
    if has_private(bot) { without_quotes(bot, message) } else { message }
}

/// The text without the values of attributes with personal data, and without what such a value is made of.
fn without_values(bot: &Bot, conversation: &Conversation, text: &str) -> String {
    let private = conversation.attributes.iter().filter(|(name, _)| is_private(bot, name));
    let mut values = Vec::new();
    private.for_each(|(_, value)| texts_in(value, &mut values));
    values.sort_by_key(|value| std::cmp::Reverse(value.len())); // the longer one first: another may be a part of it
    values.iter().filter(|value| !value.is_empty()).fold(text.to_owned(), |text, value| text.replace(value, HIDDEN))
}

/// The value as a text, and those of its elements.
fn texts_in(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => return found.push(text.clone()),
        Value::Array(list) => list.iter().for_each(|element| texts_in(element, found)),
        Value::Object(map) => map.values().for_each(|field| texts_in(field, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
    found.push(value.to_string());
}

/// The sentence without what stands between its first and its last quotation mark, where a value may have some of its own. The name of
/// an attribute stays.
fn without_quotes(bot: &Bot, sentence: String) -> String {
    match sentence.find('"').zip(sentence.rfind('"')) {
        Some((first, last)) if first < last && !bot.attributes.contains_key(&sentence[first + 1..last]) => {
            format!("{}\"{HIDDEN}{}", &sentence[..first], &sentence[last..])
        }
        _ => sentence,
    }
}

fn is_private(bot: &Bot, name: &str) -> bool {
    bot.attributes.get(name).is_some_and(|attribute| attribute.pii)
}

fn has_private(bot: &Bot) -> bool {
    bot.attributes.values().any(|attribute: &Attribute| attribute.pii)
}

/// That there is none is no secret.
fn hidden(value: &Value) -> Value {
    if value.is_null() { Value::Null } else { HIDDEN.into() }
}
