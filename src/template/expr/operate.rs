//! What operators do with values.

use std::cmp::Ordering;

use jiff::tz::TimeZone;
use serde_json::Value;

use super::{
    eval::{Outcome, Run},
    tree::{Node, Op},
    value::V,
};
use crate::template::{
    budget::{Budget, DIGITS, MOMENT},
    fault::Failure,
    moment::Moment,
    number::Num,
};

impl Run<'_> {
    pub(super) fn binary<'a>(&self, op: Op, a: (V<'a>, &Node), b: (V<'a>, &Node)) -> Outcome<'a> {
        let zone = &self.roots.env().timezone;
        match op {
            Op::Equal => a.0.equals(&b.0, zone, self.budget).map(V::owned),
            Op::Unequal => a.0.equals(&b.0, zone, self.budget).map(|equal| V::owned(!equal)),
            Op::In => self.contained(&a.0, &b.0).map(V::owned),
            Op::Less | Op::AtMost | Op::Greater | Op::AtLeast => {
                if matches!(a.0, V::Absent) || matches!(b.0, V::Absent) {
                    return Ok(V::owned(false));
                }
                let order = a.0.order(&b.0, zone, self.budget);
                self.budget.check()?;
                let order = order.ok_or_else(|| no_order(&a, &b))?;
                Ok(V::owned(match op {
                    Op::Less => order == Ordering::Less,
                    Op::AtMost => order != Ordering::Greater,
                    Op::Greater => order == Ordering::Greater,
                    _ => order != Ordering::Less,
                }))
            }
            op => self.arithmetic(op, a, b),
        }
    }

    fn contained(&self, needle: &V<'_>, hay: &V<'_>) -> Result<bool, Failure> {
        match hay.json() {
            None => Ok(false),
            Some(Value::Array(list)) => is_among(needle, list, &self.roots.env().timezone, self.budget),
            Some(Value::Object(map)) => {
                let key = needle.text(self.budget)?;
                self.budget.text(key.len())?;
                Ok(map.contains_key(&*key))
            }
            Some(_) => Err(Failure::new(format!("`in` wants a list, not {}", hay.kind()))),
        }
    }

    pub(super) fn arithmetic<'a>(&self, op: Op, a: (V<'a>, &Node), b: (V<'a>, &Node)) -> Outcome<'a> {
        for (value, node) in [&a, &b] {
            if matches!(value, V::Absent) {
                return Err(Failure::new(format!("{} has no value to calculate with", node.label())));
            }
        }
        if let (Some(x), Some(y)) = (a.0.num(), b.0.num()) {
            self.budget.spend(DIGITS)?;
            return numbers(op, x, y);
        }
        match (op, &a.0, &b.0) {
            (Op::Plus, V::Moment(moment), V::Json(_)) if b.0.str().is_some() => self.shifted(*moment, &b.0, 1),
            (Op::Minus, V::Moment(moment), _) => match b.0.moment(self.budget) {
                Some(other) => self.days_between(*moment, other),
                None => self.shifted(*moment, &b.0, -1),
            },
            (Op::Plus, V::Json(x), V::Json(y)) if x.is_array() && y.is_array() => self.concatenated(x, y),
            (Op::Plus, x, y) if joins(x, y) => {
                let (x, y) = (x.text(self.budget)?, y.text(self.budget)?);
                self.budget.text(x.len() + y.len())?;
                let text = [x, y].concat();
                Ok(V::owned(text))
            }
            _ => Err(Failure::new(format!("{} and {} cannot be calculated with", a.0.kind(), b.0.kind()))),
        }
    }

    fn shifted<'a>(&self, moment: Moment, amount: &V<'_>, sign: i64) -> Outcome<'a> {
        let amount = amount.text(self.budget)?;
        self.budget.text(2 * MOMENT * 8 + amount.len())?;
        moment.plus(&amount, sign, self.roots.env()).map(V::Moment)
    }

    fn days_between<'a>(&self, from: Moment, to: Moment) -> Outcome<'a> {
        self.budget.spend(2 * MOMENT)?;
        let days = from.days_since(to, &self.roots.env().timezone).and_then(|days| Num::tidy(days).value());
        days.map(V::owned).ok_or_else(|| Failure::new("a date and a time of day cannot be calculated with"))
    }

    fn concatenated<'a>(&self, a: &Value, b: &Value) -> Outcome<'a> {
        self.budget.copy(a)?;
        self.budget.copy(b)?;
        Ok(V::owned([a, b].into_iter().filter_map(Value::as_array).flatten().cloned().collect::<Vec<_>>()))
    }
}

/// Whether a list has the value.
pub(super) fn is_among(needle: &V<'_>, list: &[Value], zone: &TimeZone, budget: &Budget) -> Result<bool, Failure> {
    for value in list {
        if needle.equals(&V::borrowed(value), zone, budget)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn joins(a: &V<'_>, b: &V<'_>) -> bool {
    let scalar = |v: &V<'_>| v.json().is_none_or(|json| !json.is_array() && !json.is_object());
    (a.str().is_some() && scalar(b)) || (b.str().is_some() && scalar(a))
}

fn numbers<'a>(op: Op, a: Num, b: Num) -> Outcome<'a> {
    if matches!(op, Op::By | Op::Rest) && b.real() == 0.0 {
        return Err(Failure::new("a number is divided by zero"));
    }
    let result = match op {
        Op::Plus => a.plus(b),
        Op::Minus => a.minus(b),
        Op::Times => a.times(b),
        Op::By => a.by(b),
        _ => a.rest(b),
    };
    result.value().map(V::owned).ok_or_else(|| Failure::new("the number is too large"))
}

fn no_order(a: &(V<'_>, &Node), b: &(V<'_>, &Node)) -> Failure {
    Failure::new(format!("{} ({}) and {} ({}) have no order", a.1.label(), a.0.kind(), b.1.label(), b.0.kind()))
}
