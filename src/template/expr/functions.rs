//! The functions of expressions.

use std::borrow::Cow;

use serde_json::Value;

use super::{
    numeric::{double, int, max, min, round, sum},
    operate::is_among,
    value::V,
};
use crate::template::{budget::Budget, fault::Failure, moment::Moment, print::print_list, roots::Env};

/// Bytes of work for a byte of a text whose case is changed.
const CASED: usize = 4;
/// Bytes of work for a byte of a text that is split: each may become a text of its own.
const SPLIT: usize = 32;

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

pub(super) type Outcome<'a> = Result<V<'a>, Failure>;
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
