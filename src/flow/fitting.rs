//! Whether what comes from outside fits what a bot declares: asked before it is taken, and when it is.

use serde_json::{Map, Value};

use super::{
    bot::{Bot, Sequence},
    conversation::Conversation,
    limits, names, scope,
    types::{self, Writer},
    weight,
};
use crate::{language::TypeName, template::Env};

/// What a start of this sequence lacks: neither it nor the user has a value for these.
#[must_use]
pub fn missing(bot: &Bot, conversation: &Conversation, sequence: &Sequence, attributes: &Map<String, Value>) -> Vec<String> {
    if sequence.needs.is_empty() {
        return Vec::new();
    }
    let env = scope::env(bot, conversation);
    let given = |need: &str| attributes.iter().rfind(|(name, _)| names::from_outside(name) == need).map(|(_, value)| value);
    let has = |need: &str| match given(need).filter(|value| fits(bot, &env, need, value)) {
        Some(value) => !value.is_null(),
        None => !conversation.value(bot, need).is_null(),
    };
    sequence.needs.iter().filter(|need| !has(need)).cloned().collect()
}

/// The attributes that do not take the values that they are given.
#[must_use]
pub fn misfits(bot: &Bot, conversation: &Conversation, attributes: &Map<String, Value>) -> Vec<String> {
    if attributes.is_empty() {
        return Vec::new();
    }
    let env = scope::env(bot, conversation);
    let bad = attributes.iter().filter(|(name, value)| !fits(bot, &env, &names::from_outside(name), value));
    bad.map(|(name, _)| name.clone()).collect()
}

fn fits(bot: &Bot, env: &Env, name: &str, value: &Value) -> bool {
    as_type(bot, env, name, value, Writer::Machine).is_some_and(|value| weight::of_attribute(&value) <= limits::ATTRIBUTE_BYTES_MAX)
}

/// The value as the attribute's type, read as whoever wrote it writes; none if it does not fit, or only the gateway sets it.
pub(in crate::flow) fn as_type(bot: &Bot, env: &Env, name: &str, value: &Value, writer: Writer<'_>) -> Option<Value> {
    match bot.attributes.get(name) {
        Some(attribute) if !value.is_null() => types::convert(value, &attribute.types, writer, &env.timezone),
        None if names::read_only(name) => None,
        None if names::SETTABLE.contains(&name) && !value.is_null() => as_built_in(env, name, value, writer),
        _ => Some(value.clone()),
    }
}

/// Built-in attributes are texts; the time zone may be its hours, and has to be one.
fn as_built_in(env: &Env, name: &str, value: &Value, writer: Writer<'_>) -> Option<Value> {
    match name {
        "timezone" => scope::zone(value).map(|_| value.clone()),
        _ => types::convert(value, &[TypeName::String.into()], writer, &env.timezone),
    }
}
