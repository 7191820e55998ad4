//! A value while an expression runs.

use std::{borrow::Cow, cmp::Ordering};

use jiff::tz::TimeZone;
use serde_json::Value;

use crate::template::{
    budget::{Budget, MOMENT, NAME},
    fault::Failure,
    moment::Moment,
    number::Num,
    print::printed,
};

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
    pub(super) fn text(&self, budget: &Budget) -> Result<Cow<'_, str>, Failure> {
        Ok(match self {
            V::Absent => Cow::Borrowed(""),
            V::Json(value) => match &**value {
                Value::String(text) => Cow::Borrowed(text),
                value => {
                    budget.print(value)?;
                    Cow::Owned(printed(value))
                }
            },
            V::Moment(moment) => {
                budget.spend(MOMENT)?;
                Cow::Owned(moment.iso())
            }
        })
    }

    /// The date that it is, or that its text says.
    pub(super) fn moment(&self, budget: &Budget) -> Option<Moment> {
        match self {
            V::Moment(moment) => Some(*moment),
            _ => self.str().and_then(|text| {
                budget.charge(MOMENT);
                Moment::parse(text)
            }),
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

    /// Whether both are the same value; what is touched of them is charged.
    pub(in crate::template) fn equals(&self, other: &V<'_>, zone: &TimeZone, budget: &Budget) -> Result<bool, Failure> {
        match (self, other) {
            (V::Absent, V::Absent) => Ok(true),
            (V::Absent, other) | (other, V::Absent) => Ok(other.str() == Some("")),
            (V::Json(a), V::Json(b)) => same(a, b, budget),
            (a, b) => {
                budget.spend(MOMENT)?;
                Ok(matches!((a.moment(budget), b.moment(budget)), (Some(a), Some(b)) if a.compare(b, zone) == Some(Ordering::Equal)))
            }
        }
    }

    /// Smaller or larger; `None` if the two have no order. What is touched of them is charged.
    pub(in crate::template) fn order(&self, other: &V<'_>, zone: &TimeZone, budget: &Budget) -> Option<Ordering> {
        if matches!(self, V::Moment(_)) || matches!(other, V::Moment(_)) {
            budget.charge(MOMENT);
            return self.moment(budget)?.compare(other.moment(budget)?, zone);
        }
        match (self.json()?, other.json()?) {
            (Value::Number(a), Value::Number(b)) => Num::of_number(a).partial_cmp(&Num::of_number(b)),
            (Value::String(a), Value::String(b)) => {
                budget.compare(a.len().min(b.len())).ok()?;
                Some(a.cmp(b))
            }
            (Value::Bool(a), Value::Bool(b)) => Some(a.cmp(b)),
            _ => None,
        }
    }
}

/// Equal, with one kind of number.
fn same(a: &Value, b: &Value, budget: &Budget) -> Result<bool, Failure> {
    budget.spend(1)?;
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => Ok(Num::of_number(a) == Num::of_number(b)),
        (Value::String(a), Value::String(b)) if a.len() == b.len() => budget.compare(a.len()).map(|()| a == b),
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => all(a.iter().zip(b), |(a, b)| same(a, b, budget)),
        (Value::Object(a), Value::Object(b)) if a.len() == b.len() => all(a, |(key, v)| {
            budget.text(NAME * 8 + key.len())?;
            b.get(key).map_or(Ok(false), |w| same(v, w, budget))
        }),
        (Value::Array(_) | Value::Object(_), _) => Ok(false),
        (a, b) => Ok(a == b),
    }
}

fn all<T>(of: impl IntoIterator<Item = T>, mut holds: impl FnMut(T) -> Result<bool, Failure>) -> Result<bool, Failure> {
    for one in of {
        if !holds(one)? {
            return Ok(false);
        }
    }
    Ok(true)
}
