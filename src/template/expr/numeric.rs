//! The functions of expressions that work with numbers, or pick one of several values.

use std::{borrow::Cow, cmp::Ordering};

use serde_json::Value;

use super::{
    functions::{Call, Outcome},
    value::V,
};
use crate::template::{
    budget::{Budget, DIGITS},
    fault::Failure,
    number::Num,
};

/// Bytes of work for a number of many digits, whatever their count.
const LONG_NUMBER: usize = 8 * 1024;

fn number(value: &V<'_>, budget: &Budget) -> Result<Option<Num>, Failure> {
    budget.text(DIGITS * 8 + value.str().map_or(0, digits))?;
    match value {
        V::Absent => Ok(None),
        value if value.str().is_some_and(|text| text.trim().is_empty()) => Ok(None),
        value => match value.num().or_else(|| value.str().and_then(Num::parse)) {
            Some(number) => Ok(Some(number)),
            None => Err(Failure::new(format!("\"{}\" is not a number", value.text(budget)?))),
        },
    }
}

/// Bytes that count for a text that is read as a number: a long one is read digit by digit.
fn digits(text: &str) -> usize {
    if text.len() > 24 { text.len() + LONG_NUMBER } else { text.len() }
}

fn given<'a>(number: Option<Num>) -> Outcome<'a> {
    Ok(V::of(number.and_then(Num::value).map(Cow::Owned)))
}

pub(super) fn int<'a>(call: &Call<'_, 'a>) -> Outcome<'a> {
    given(number(&call.args[0], call.budget)?.map(|n| match n {
        Num::Real(real) => Num::tidy(real.trunc()),
        whole @ Num::Whole(_) => whole,
    }))
}

pub(super) fn double<'a>(call: &Call<'_, 'a>) -> Outcome<'a> {
    given(number(&call.args[0], call.budget)?)
}

pub(super) fn sum<'a>(call: &Call<'_, 'a>) -> Outcome<'a> {
    let list = match call.args[0].json() {
        None => &[][..],
        Some(Value::Array(list)) => list,
        Some(_) => return Err(Failure::new(format!("sum wants a list, not {}", call.args[0].kind()))),
    };
    call.budget.spend(list.len() * DIGITS)?;
    let sum = list.iter().try_fold(Num::Whole(0), |sum, value| {
        let number = Num::of(value).ok_or_else(|| Failure::new(format!("sum wants numbers, not {}", V::borrowed(value).kind())))?;
        Ok(sum.plus(number))
    })?;
    given(Some(sum))
}

pub(super) fn min<'a>(call: &Call<'_, 'a>) -> Outcome<'a> {
    extreme(call, Ordering::Less)
}

pub(super) fn max<'a>(call: &Call<'_, 'a>) -> Outcome<'a> {
    extreme(call, Ordering::Greater)
}

fn extreme<'a>(call: &Call<'_, 'a>, wanted: Ordering) -> Outcome<'a> {
    let list: Vec<V<'_>> = match call.args {
        [one] => match one.json() {
            Some(Value::Array(list)) => list.iter().map(V::borrowed).collect(),
            _ => vec![one.clone()],
        },
        several => several.to_vec(),
    };
    call.budget.spend(list.len())?;
    let mut best: Option<&V<'_>> = None;
    for value in list.iter().filter(|value| !matches!(value, V::Absent)) {
        let better = match best {
            None => true,
            Some(best) => {
                let order = value.order(best, &call.env.timezone, call.budget);
                call.budget.check()?;
                order.ok_or_else(|| Failure::new(format!("{} and {} have no order", best.kind(), value.kind())))? == wanted
            }
        };
        if better {
            best = Some(value);
        }
    }
    Ok(match best {
        Some(V::Moment(moment)) => V::Moment(*moment),
        Some(V::Json(value)) => {
            call.budget.copy(value)?;
            V::owned(value.as_ref().clone())
        }
        _ => V::Absent,
    })
}

pub(super) fn round<'a>(call: &Call<'_, 'a>) -> Outcome<'a> {
    let places = match call.args.get(1).map(|places| number(places, call.budget)).transpose()?.flatten() {
        None => 0,
        Some(Num::Whole(places)) => places,
        Some(Num::Real(_)) => return Err(Failure::new("round wants a whole number of places")),
    };
    match number(&call.args[0], call.budget)? {
        Some(number) => given(Some(number.round(places))),
        None => Err(Failure::new("round has no value to calculate with")),
    }
}
