//! The functions of expressions.

use std::{borrow::Cow, cmp::Ordering};

use serde_json::Value;

use super::{operate::is_among, value::V};
use crate::template::{
    budget::{Budget, DIGITS},
    fault::Failure,
    moment::Moment,
    number::Num,
    print::print_list,
    roots::Env,
};

/// Bytes of work for a byte of a text whose case is changed.
const CASED: usize = 4;
/// Bytes of work for a byte of a text that is split: each may become a text of its own.
const SPLIT: usize = 32;
/// Bytes of work for a number of many digits, whatever their count.
const LONG_NUMBER: usize = 8 * 1024;

/// A function of expressions; `f(x, y)` may also be written `x.f(y)`.
pub struct Function {
    /// Its name.
    pub name: &'static str,
    /// How it is written.
    pub usage: &'static str,
    /// What it gives.
    pub meaning: &'static str,
    /// The fewest and the most arguments.
    pub arguments: (usize, usize),
    pub(super) call: Body,
}

type Outcome<'a> = Result<V<'a>, Failure>;
type Body = for<'a> fn(&Call<'_, 'a>) -> Outcome<'a>;

/// What a function is called with.
pub(super) struct Call<'c, 'a> {
    pub(super) args: &'c [V<'a>],
    pub(super) env: &'c Env,
    pub(super) budget: &'c Budget,
}

impl std::fmt::Debug for Function {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

const fn function(name: &'static str, arguments: (usize, usize), usage: &'static str, meaning: &'static str, call: Body) -> Function {
    Function { name, usage, meaning, arguments, call }
}

/// Every function there is; the comprehensions and `has`, `matches` are part of the language beside them.
pub const FUNCTIONS: &[Function] = &[
    function("size", (1, 1), "size(x)", "the number of characters, elements or keys; 0 if absent", size),
    function("len", (1, 1), "len(x)", "the same as size", size),
    function("contains", (2, 2), "contains(text, part)", "whether the text has the part, or the list the element", contains),
    function("startsWith", (2, 2), "startsWith(text, part)", "whether the text begins with the part", starts_with),
    function("endsWith", (2, 2), "endsWith(text, part)", "whether the text ends with the part", ends_with),
    function("int", (1, 1), "int(x)", "a text or number as a whole number; a fraction is cut off", int),
    function("double", (1, 1), "double(x)", "a text or number as a number", double),
    function("string", (1, 1), "string(x)", "the value as a template shows it", string),
    function("lower", (1, 1), "lower(text)", "the text in lower case", lower),
    function("upper", (1, 1), "upper(text)", "the text in upper case", upper),
    function("join", (1, 2), "join(list, \", \")", "the elements as one text", join),
    function("split", (2, 2), "split(text, \",\")", "the parts of a text, without outer space", split),
    function("sum", (1, 1), "sum(list)", "the sum of a list of numbers; 0 if it is empty", sum),
    function("min", (1, 16), "min(list) or min(a, b)", "the smallest; absent values do not count", min),
    function("max", (1, 16), "max(list) or max(a, b)", "the largest; absent values do not count", max),
    function("round", (1, 2), "round(number, 2)", "rounded to a whole number, or to so many places", round),
    function("date", (1, 1), "date(text)", "the day of an ISO text or a moment, as a date that compares and adds", date),
];

fn size<'a>(call: &Call<'_, 'a>) -> Outcome<'a> {
    let size = match call.args[0].json() {
        Some(Value::Array(list)) => list.len(),
        Some(Value::Object(map)) => map.len(),
        _ => {
            let text = call.args[0].text(call.budget)?;
            call.budget.text(text.len())?;
            text.chars().count()
        }
    };
    Ok(V::owned(size))
}

fn contains<'a>(call: &Call<'_, 'a>) -> Outcome<'a> {
    let [hay, needle] = call.args else { return Ok(V::Absent) };
    if let Some(Value::Array(list)) = hay.json() {
        return is_among(needle, list, &call.env.timezone, call.budget).map(V::owned);
    }
    text_test(call, |text, part| text.contains(part))
}

fn starts_with<'a>(call: &Call<'_, 'a>) -> Outcome<'a> {
    text_test(call, |text, part| text.starts_with(part))
}

fn ends_with<'a>(call: &Call<'_, 'a>) -> Outcome<'a> {
    text_test(call, |text, part| text.ends_with(part))
}

/// A test of two texts; an absent value has no parts and is none.
fn text_test<'a>(call: &Call<'_, 'a>, test: fn(&str, &str) -> bool) -> Outcome<'a> {
    let [text, part] = call.args else { return Ok(V::Absent) };
    if matches!(text, V::Absent) || matches!(part, V::Absent) {
        return Ok(V::owned(false));
    }
    let (text, part) = (text.text(call.budget)?, part.text(call.budget)?);
    call.budget.text(text.len() + part.len())?;
    Ok(V::owned(test(&text, &part)))
}

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

fn int<'a>(call: &Call<'_, 'a>) -> Outcome<'a> {
    given(number(&call.args[0], call.budget)?.map(|n| match n {
        Num::Real(real) => Num::tidy(real.trunc()),
        whole @ Num::Whole(_) => whole,
    }))
}

fn double<'a>(call: &Call<'_, 'a>) -> Outcome<'a> {
    given(number(&call.args[0], call.budget)?)
}

fn string<'a>(call: &Call<'_, 'a>) -> Outcome<'a> {
    let text = call.args[0].text(call.budget)?;
    call.budget.text(text.len())?;
    Ok(V::owned(text.into_owned()))
}

fn cased<'a>(call: &Call<'_, 'a>, case: fn(&str) -> String) -> Outcome<'a> {
    let text = call.args[0].text(call.budget)?;
    call.budget.text(text.len() * CASED)?;
    Ok(V::owned(case(&text)))
}

fn lower<'a>(call: &Call<'_, 'a>) -> Outcome<'a> {
    cased(call, str::to_lowercase)
}

fn upper<'a>(call: &Call<'_, 'a>) -> Outcome<'a> {
    cased(call, str::to_uppercase)
}

fn join<'a>(call: &Call<'_, 'a>) -> Outcome<'a> {
    let between = call.args.get(1).map_or(Ok(Cow::Borrowed(", ")), |between| between.text(call.budget))?;
    let Some(list @ Value::Array(elements)) = call.args[0].json() else { return string(call) };
    call.budget.text(elements.len() * between.len())?;
    call.budget.print(list)?;
    let mut text = String::new();
    print_list(elements, &between, &mut text);
    Ok(V::owned(text))
}

fn split<'a>(call: &Call<'_, 'a>) -> Outcome<'a> {
    let [text, between] = call.args else { return Ok(V::Absent) };
    let (text, between) = (text.text(call.budget)?, between.text(call.budget)?);
    call.budget.text(text.len() * SPLIT + between.len())?;
    if text.is_empty() {
        return Ok(V::owned(Vec::<Value>::new()));
    }
    if between.is_empty() {
        return Ok(V::owned(text.chars().map(String::from).collect::<Vec<_>>()));
    }
    Ok(V::owned(text.split(&*between).map(str::trim).collect::<Vec<_>>()))
}

fn sum<'a>(call: &Call<'_, 'a>) -> Outcome<'a> {
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

fn min<'a>(call: &Call<'_, 'a>) -> Outcome<'a> {
    extreme(call, Ordering::Less)
}

fn max<'a>(call: &Call<'_, 'a>) -> Outcome<'a> {
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

fn round<'a>(call: &Call<'_, 'a>) -> Outcome<'a> {
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

fn date<'a>(call: &Call<'_, 'a>) -> Outcome<'a> {
    let value = &call.args[0];
    if matches!(value, V::Absent) || value.str() == Some("") {
        return Ok(V::Absent);
    }
    let day = value.moment(call.budget).and_then(|moment| moment.date(&call.env.timezone));
    match day {
        Some(day) => Ok(V::Moment(Moment::Date(day))),
        None => Err(Failure::new(format!("\"{}\" is not a date such as 2026-03-02", value.text(call.budget)?))),
    }
}
