//! Comparing what a test names with what is there: partially, what is not named is not compared.

use regex::Regex;
use serde_json::{Number, Value};

use crate::{
    language::Matcher,
    yaml::{Key, Kind, Node},
};

/// What a value belongs to, which decides what else may stand for it in a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Of {
    /// A message of the bot: an item may be named by its title.
    Message,
    /// Attributes, headers, parameters: a text may be written without quotes (`007`), and an absent one is empty.
    Texts,
    /// A JSON body, where a number is no text.
    Json,
}

/// Whether a value is what a test names: matchers, parts of mappings, whole lists.
pub(super) fn fits(expected: &Node, actual: &Value, of: Of) -> bool {
    match (Matcher::of(expected), &expected.kind, actual) {
        (Some(matcher), ..) => matches(matcher, actual, of),
        (_, Kind::Map(entries), Value::Object(map)) => {
            entries.iter().all(|(key, node)| fits(node, map.get(&*key.text).unwrap_or(&Value::Null), of))
        }
        (_, Kind::List(nodes), Value::Array(values)) => all(nodes, values, |node, value| fits(node, value, of)),
        _ => is_same(expected, titled(actual, of), of),
    }
}

fn matches(matcher: Matcher<'_>, actual: &Value, of: Of) -> bool {
    match matcher {
        Matcher::Not(other) => !fits(other, actual, of),
        Matcher::Equals(whole) => equals(whole, actual, of),
        Matcher::Contains(part) => match actual {
            Value::Array(values) => values.iter().any(|value| fits(part, value, of)),
            _ => text_of(actual, of).zip(part.as_written()).is_some_and(|(text, part)| text.contains(part)),
        },
        Matcher::Matches(pattern) => {
            let pattern = pattern.as_written().and_then(|pattern| Regex::new(pattern).ok());
            text_of(actual, of).zip(pattern).is_some_and(|(text, pattern)| pattern.is_match(&text))
        }
    }
}

/// Whether it is this and nothing more; nothing in it is a matcher.
fn equals(whole: &Node, actual: &Value, of: Of) -> bool {
    match (&whole.kind, actual) {
        (Kind::Map(entries), Value::Object(map)) => {
            entries.len() == map.len() && entries.iter().all(|(key, node)| map.get(&*key.text).is_some_and(|value| equals(node, value, of)))
        }
        (Kind::List(nodes), Value::Array(values)) => all(nodes, values, |node, value| equals(node, value, of)),
        _ => is_same(whole, titled(actual, of), of),
    }
}

fn all(nodes: &[Node], values: &[Value], fits: impl Fn(&Node, &Value) -> bool) -> bool {
    nodes.len() == values.len() && nodes.iter().zip(values).all(|(node, value)| fits(node, value))
}

/// An item of a message is also known by its title.
fn titled(actual: &Value, of: Of) -> &Value {
    if of == Of::Message { actual.get("title").unwrap_or(actual) } else { actual }
}

fn text_of(actual: &Value, of: Of) -> Option<String> {
    match titled(actual, of) {
        Value::String(text) => Some(text.clone()),
        number @ (Value::Number(_) | Value::Bool(_)) if of != Of::Json => Some(number.to_string()),
        _ => None,
    }
}

fn is_same(expected: &Node, actual: &Value, of: Of) -> bool {
    match (&expected.kind, actual) {
        (Kind::Null, _) => actual.is_null() || (of != Of::Json && actual == ""),
        (Kind::Text(text), Value::Null) => of != Of::Json && text.is_empty(),
        (Kind::Text(text), Value::String(actual)) => text == actual,
        (Kind::Number(number), Value::Number(actual)) => same_number(number, actual),
        (Kind::Bool(truth), Value::Bool(actual)) => truth == actual,
        (Kind::Number(_) | Kind::Bool(_), Value::String(text)) => of != Of::Json && expected.as_written() == Some(text),
        _ => false,
    }
}

/// Whether two numbers are one, digit for digit: 1 and 1.0 are.
fn same_number(one: &Number, other: &Number) -> bool {
    match (one.as_i128(), other.as_i128()) {
        (Some(one), Some(other)) => one == other,
        (None, None) => one.as_f64() == other.as_f64(),
        (Some(whole), None) => is_whole(other, whole),
        (None, Some(whole)) => is_whole(one, whole),
    }
}

/// Whether a number with a fraction or an exponent is this whole one.
#[expect(clippy::cast_possible_truncation, reason = "a whole number below 2^70 is kept as it is")]
fn is_whole(number: &Number, whole: i128) -> bool {
    number.as_f64().is_some_and(|float| float.fract() == 0.0 && float.abs() < 2_f64.powi(70) && float as i128 == whole)
}

/// A value for people: a mapping one line a key, anything else on one line.
pub(super) fn lines(value: &Value) -> String {
    match value {
        Value::Object(map) => map.iter().map(|(key, value)| format!("{key}: {value}")).collect::<Vec<_>>().join("\n"),
        other => other.to_string(),
    }
}

/// The same mapping with keys in lower case: names of headers.
pub(super) fn lower_keys(node: &Node) -> Node {
    let Kind::Map(entries) = &node.kind else { return node.clone() };
    let lower = |(key, value): &(Key, Node)| (Key { text: key.text.to_lowercase().into(), span: key.span }, value.clone());
    Node { kind: Kind::Map(entries.iter().map(lower).collect()), ..node.clone() }
}

/// The same with texts in upper case, patterns as they are: names of methods.
pub(super) fn upper(node: &Node) -> Node {
    let kind = match (&node.kind, Matcher::of(node)) {
        (_, Some(Matcher::Matches(_))) => node.kind.clone(),
        (Kind::Text(text), _) => Kind::Text(text.to_uppercase()),
        (Kind::Map(entries), _) => Kind::Map(entries.iter().map(|(key, value)| (key.clone(), upper(value))).collect()),
        (other, _) => other.clone(),
    };
    Node { kind, ..node.clone() }
}
