//! Where names come from at run time.

use std::borrow::Cow;

use serde_json::Value;

use crate::time::Timestamp;

/// The values that a template or an expression reads. `flow` implements it for a conversation.
pub trait Roots {
    /// The value of an attribute, a built-in name, or a root such as `reply`; `None` if it has none.
    fn root(&self, name: &str) -> Option<Cow<'_, Value>>;

    /// Whether the root is declared a date, time or datetime: its ISO text then compares and adds as one in expressions.
    /// `now` and `today` always do.
    fn temporal(&self, _name: &str) -> bool {
        false
    }

    /// The `data` of an API that was called for this block.
    fn api(&self, name: &str) -> Option<&Value>;

    /// The moment, the zone and the language.
    fn env(&self) -> &Env;
}

/// What surrounds an evaluation.
#[derive(Clone, Debug)]
pub struct Env {
    /// The moment of the turn.
    pub now: Timestamp,
    /// The user's zone: in it moments are shown and days added.
    pub timezone: jiff::tz::TimeZone,
    /// The user's language, BCP 47: `en`, `fr-CA`.
    pub language: String,
    /// The bot's currency, ISO 4217: `EUR`.
    pub currency: String,
}

/// The value at `path` below `value`: keys of objects, positions in lists.
pub(super) fn walk<'a>(value: &'a Value, path: &[String]) -> Option<&'a Value> {
    path.iter().try_fold(value, |value, key| match value {
        Value::Object(map) => map.get(key),
        Value::Array(list) => list.get(key.parse::<usize>().ok()?),
        _ => None,
    })
}

/// [`walk`], for a value that may be owned.
pub(super) fn walk_cow<'a>(value: Cow<'a, Value>, path: &[String]) -> Option<Cow<'a, Value>> {
    match value {
        _ if path.is_empty() => Some(value),
        Cow::Borrowed(value) => walk(value, path).map(Cow::Borrowed),
        Cow::Owned(value) => walk(&value, path).cloned().map(Cow::Owned),
    }
}
