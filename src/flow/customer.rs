//! The customer document (`docs/apis.md`): what a backend is told about the user, and the built-in names.

use serde_json::{Map, Value, json};

use super::{bot::Bot, conversation::Conversation, names};
use crate::time::Timestamp;

/// The document that a POST carries: the built-in fields, then every saved attribute.
#[must_use]
pub(super) fn document(bot: &Bot, conversation: &Conversation) -> Map<String, Value> {
    let mut document = Map::new();
    for name in [
        "uid",
        "platform_id",
        "bot_enabled",
        "avatar",
        "first_name",
        "last_name",
        "full_name",
        "gender",
        "timezone",
        "locale",
        "language",
        "phone",
        "email",
        "created_at",
        "last_message_text",
        "last_message_time",
    ] {
        let value = match (name, conversation.attributes.get(name)) {
            (_, Some(saved)) if names::SETTABLE.contains(&name) => saved.clone(),
            ("timezone", _) => offset_hours(bot, conversation).into(),
            _ => field(conversation, name).unwrap_or_else(|| "".into()),
        };
        document.insert(name.to_owned(), value);
    }
    for (name, value) in &conversation.attributes {
        if !document.contains_key(name) && !names::read_only(name) {
            document.insert(name.clone(), value.clone());
        }
    }
    document
}

impl Conversation {
    /// The value of a built-in name; none if it has none.
    #[must_use]
    pub fn built_in(&self, name: &str) -> Option<Value> {
        field(self, name)
    }
}

/// The value of a built-in name; none if it has none.
#[must_use]
pub(super) fn field(conversation: &Conversation, name: &str) -> Option<Value> {
    let saved = |name: &str| conversation.attributes.get(name).cloned().filter(|v| v.as_str() != Some(""));
    let user = || Value::from(conversation.key.user.as_str());
    Some(match name {
        "uid" => conversation.uid.into(),
        "platform_id" => conversation.key.channel.platform_id().into(),
        "bot_enabled" => conversation.bot_enabled.into(),
        "avatar" => return saved("avatar"),
        "created_at" => moment(conversation.created_at).into(),
        "last_message_text" => conversation.reply.get("text").cloned().unwrap_or_else(|| "".into()),
        "last_message_time" => conversation.last_input.map(moment).unwrap_or_default().into(),
        "channel_user_id" | "user_id" => user(),
        "phone_no" => return conversation.key.channel.is_phone().then(user),
        "full_name" => return saved(name).or_else(|| full_name(conversation)),
        "user_name" => return saved(name).or_else(|| field(conversation, "full_name")).or_else(|| Some(user())),
        _ if names::SETTABLE.contains(&name) => return saved(name),
        _ => return None,
    })
}

fn full_name(conversation: &Conversation) -> Option<Value> {
    let part = |name: &str| conversation.attributes.get(name).and_then(Value::as_str).filter(|t| !t.is_empty());
    let parts: Vec<&str> = [part("first_name"), part("last_name")].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(" ").into())
}

/// `2020-10-16 06:41:59.039000+00:00`.
fn moment(at: Timestamp) -> String {
    at.jiff().strftime("%Y-%m-%d %H:%M:%S%.6f+00:00").to_string()
}

fn offset_hours(bot: &Bot, conversation: &Conversation) -> f64 {
    f64::from(bot.about().timezone.to_offset(conversation.now.jiff()).seconds()) / 3600.0
}

/// `{text, type}` of what the user sent: the root `reply`.
pub(super) fn reply(text: &str, kind: &str) -> Value {
    json!({"text": text, "type": kind})
}
