//! Where names come from at run time.

use std::borrow::Cow;

use serde_json::Value;

use super::budget::Budget;
use crate::time::Timestamp;

/// The values that a template or an expression reads. `flow` implements it for a conversation.
pub trait Roots {
    /// The value of an attribute, a built-in name, or a root such as `reply`; `None` if it has none.
    fn root(&self, name: &str) -> Option<Cow<'_, Value>>;

    /// The value at `path` below a root. Only this one is worked out.
    fn below(&self, name: &str, path: &[String]) -> Option<Cow<'_, Value>> {
        walk_cow(self.root(name)?, path)
    }

    /// Whether the root is declared a date, time or datetime: its ISO text then compares and adds as one in expressions.
    /// `now` and `today` always do.
    fn temporal(&self, _name: &str) -> bool {
        false
    }

    /// The `data` of an API that was called for this block.
    fn api(&self, name: &str) -> Option<&Value>;

    /// The moment, the zone and the language.
    fn env(&self) -> &Env;

    /// The steps that are left. Whoever works out a root charges them for it; what is only copied is charged by the evaluation.
    fn budget(&self) -> &Budget;
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
    path.iter().try_fold(value, |value, key| step(value, key))
}

/// The value of a key of an object, or at a position in a list.
pub(super) fn step<'a>(value: &'a Value, key: &str) -> Option<&'a Value> {
    match value {
        Value::Object(map) => map.get(key),
        Value::Array(list) => list.get(key.parse::<usize>().ok()?),
        _ => None,
    }
}

/// The value at `path` below `value`, which may be owned: keys of objects, positions in lists.
pub fn walk_cow<'a>(value: Cow<'a, Value>, path: &[String]) -> Option<Cow<'a, Value>> {
    match value {
        _ if path.is_empty() => Some(value),
        Cow::Borrowed(value) => walk(value, path).map(Cow::Borrowed),
        Cow::Owned(value) => walk(&value, path).cloned().map(Cow::Owned),
    }
}
