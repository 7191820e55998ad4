//! Personal data in traces: whoever reads what a turn did sees that a value was there, and not which.

use serde_json::Value;

use super::{attribute::Attribute, bot::Bot, conversation::Conversation};

/// Stands in place of a value.
const HIDDEN: &str = "•••";

/// Roots that hold what the user wrote: perhaps the answer that an attribute with personal data takes.
const WRITTEN: [&str; 3] = ["reply", "match", "last_message_text"];

/// The value that an attribute gets, as a trace shows it; without one, any other value.
pub(super) fn shown(bot: &Bot, attribute: Option<&str>, value: &Value) -> Value {
    if attribute.is_some_and(|name| is_private(bot, name)) { hidden(value) } else { value.clone() }
}

/// A value that a condition has read, by its path.
pub(super) fn shown_read(bot: &Bot, path: &str, value: Value) -> Value {
    let mut keys = path.split('.');
    let hides = match (keys.next().unwrap_or_default(), keys.next()) {
        ("user", Some(name)) | (name, _) if is_private(bot, name) => true,
        ("user", None) => has_private(bot),
        ("user", Some(root)) | (root, _) => WRITTEN.contains(&root) && has_private(bot),
    };
    if hides { hidden(&value) } else { value }
}

/// Why a block failed: the values that stand in the sentence are looked for.
pub(super) fn shown_message(bot: &Bot, conversation: &Conversation, message: &str) -> String {
    let private = conversation.attributes.iter().filter(|(name, _)| is_private(bot, name)).map(|(_, value)| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    });
    private.filter(|text| !text.is_empty()).fold(message.to_owned(), |message, text| message.replace(&text, HIDDEN))
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
