//! A value while an expression runs.

use std::{borrow::Cow, cmp::Ordering};

use jiff::tz::TimeZone;
use serde_json::Value;

use crate::template::{moment::Moment, number::Num, print::printed};

/// A value: absent (null is that too), JSON, or a date.
#[derive(Clone, Debug)]
pub(in crate::template) enum V<'a> {
    Absent,
    Json(Cow<'a, Value>),
    Moment(Moment),
}

impl<'a> V<'a> {
    pub(in crate::template) fn of(value: Option<Cow<'a, Value>>) -> Self {
        value.filter(|value| !value.is_null()).map_or(V::Absent, V::Json)
    }

    pub(in crate::template) fn borrowed(value: &'a Value) -> Self {
        Self::of(Some(Cow::Borrowed(value)))
    }

    pub(super) fn owned(value: impl Into<Value>) -> Self {
        Self::of(Some(Cow::Owned(value.into())))
    }

    pub(super) fn into_json(self) -> Value {
        match self {
            V::Absent => Value::Null,
            V::Json(value) => value.into_owned(),
            V::Moment(moment) => moment.iso().into(),
        }
    }

    pub(super) fn json(&self) -> Option<&Value> {
        match self {
            V::Json(value) => Some(value),
            _ => None,
        }
    }

    pub(super) fn num(&self) -> Option<Num> {
        self.json().and_then(Num::of)
    }

    pub(super) fn str(&self) -> Option<&str> {
        self.json().and_then(Value::as_str)
    }

    /// As a template shows it.
    pub(super) fn text(&self) -> Cow<'_, str> {
        match self {
            V::Absent => Cow::Borrowed(""),
            V::Json(value) => value.as_str().map_or_else(|| Cow::Owned(printed(value)), Cow::Borrowed),
            V::Moment(moment) => Cow::Owned(moment.iso()),
        }
    }

    /// The date that it is, or that its text says.
    pub(super) fn moment(&self) -> Option<Moment> {
        match self {
            V::Moment(moment) => Some(*moment),
            _ => self.str().and_then(Moment::parse),
        }
    }

    /// What kind of value it is, in a message.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            V::Absent => "no value",
            V::Moment(_) => "a date",
            V::Json(value) => match &**value {
                Value::Null => "no value",
                Value::Bool(_) => "true or false",
                Value::Number(_) => "a number",
                Value::String(_) => "a text",
                Value::Array(_) => "a list",
                Value::Object(_) => "an object",
            },
        }
    }

    pub(in crate::template) fn equals(&self, other: &V<'_>, zone: &TimeZone) -> bool {
        match (self, other) {
            (V::Absent, V::Absent) => true,
            (V::Absent, other) | (other, V::Absent) => other.str() == Some(""),
            (V::Json(a), V::Json(b)) => same(a, b),
            (a, b) => matches!((a.moment(), b.moment()), (Some(a), Some(b)) if a.compare(b, zone) == Some(Ordering::Equal)),
        }
    }

    /// Smaller or larger; `None` if the two have no order.
    pub(in crate::template) fn order(&self, other: &V<'_>, zone: &TimeZone) -> Option<Ordering> {
        if matches!(self, V::Moment(_)) || matches!(other, V::Moment(_)) {
            return self.moment()?.compare(other.moment()?, zone);
        }
        match (self.json()?, other.json()?) {
            (Value::Number(a), Value::Number(b)) => Num::of_number(a).partial_cmp(&Num::of_number(b)),
            (Value::String(a), Value::String(b)) => Some(a.cmp(b)),
            (Value::Bool(a), Value::Bool(b)) => Some(a.cmp(b)),
            _ => None,
        }
    }
}

/// Equal, with one kind of number.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => Num::of_number(a) == Num::of_number(b),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Object(a), Value::Object(b)) => a.len() == b.len() && a.iter().all(|(k, v)| b.get(k).is_some_and(|w| same(v, w))),
        (a, b) => a == b,
    }
}
