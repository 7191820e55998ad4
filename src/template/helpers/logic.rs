//! Helpers that compare, by the rules of expressions; what has no order is neither larger nor smaller.

use std::cmp::Ordering;

use serde_json::Value;

use super::Args;
use crate::template::{expr::V, moment::Moment, number::Num};

/// What `{{#if}}` takes for true: all but absent, false, 0, `""`, `[]` and `{}`.
pub(in crate::template) fn truthy(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(truth) => *truth,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(list) => !list.is_empty(),
        Value::Object(map) => !map.is_empty(),
    }
}

fn equal(args: &Args<'_>) -> bool {
    V::borrowed(args.get(0)).equals(&V::borrowed(args.get(1)), &args.env.timezone, args.budget).unwrap_or(false)
}

fn order(args: &Args<'_>) -> Option<Ordering> {
    let (a, b) = (args.get(0), args.get(1));
    let number = |value: &Value| Num::of(value).or_else(|| value.as_str().and_then(Num::parse));
    let moment = |value: &Value| value.as_str().and_then(Moment::parse).map(V::Moment);
    if let (true, Some(x), Some(y)) = (a.is_number() || b.is_number(), number(a), number(b)) {
        return x.partial_cmp(&y);
    }
    match (moment(a), moment(b)) {
        (Some(x), Some(y)) => x.order(&y, &args.env.timezone, args.budget),
        _ => V::borrowed(a).order(&V::borrowed(b), &args.env.timezone, args.budget),
    }
}

pub(super) fn eq(args: &Args<'_>) -> Value {
    equal(args).into()
}

pub(super) fn ne(args: &Args<'_>) -> Value {
    (!equal(args)).into()
}

pub(super) fn gt(args: &Args<'_>) -> Value {
    (order(args) == Some(Ordering::Greater)).into()
}

pub(super) fn lt(args: &Args<'_>) -> Value {
    (order(args) == Some(Ordering::Less)).into()
}

pub(super) fn and(args: &Args<'_>) -> Value {
    args.values.iter().all(|value| truthy(value)).into()
}

pub(super) fn or(args: &Args<'_>) -> Value {
    args.values.iter().any(|value| truthy(value)).into()
}

pub(super) fn not(args: &Args<'_>) -> Value {
    (!truthy(args.get(0))).into()
}
