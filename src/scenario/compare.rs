//! Comparing what a test names with what is there: partially, what is not named is not compared.

use regex::Regex;
use serde_json::Value;

use crate::yaml::{Kind, Node};

/// Whether a value is what a test names: `{contains: …}` and `{matches: …}` of texts, parts of mappings, whole lists.
/// A text stands for a value with that title, so that items can be named by their titles.
pub(super) fn fits(expected: &Node, actual: &Value) -> bool {
    match (&expected.kind, actual) {
        (Kind::Map(_), Value::String(text)) => text_fits(expected, text),
        (Kind::Map(entries), _) => entries.iter().all(|(key, node)| fits(node, actual.get(&*key.text).unwrap_or(&Value::Null))),
        (Kind::List(nodes), Value::Array(values)) => nodes.len() == values.len() && nodes.iter().zip(values).all(|(n, v)| fits(n, v)),
        (Kind::Null, _) => is_absent(actual),
        (_, Value::Object(map)) => map.get("title").is_some_and(|title| fits(expected, title)),
        (_, Value::String(text)) => expected.as_written() == Some(text),
        (Kind::Number(number), Value::Number(_)) => number.as_f64() == actual.as_f64(),
        (Kind::Bool(truth), Value::Bool(_)) => Some(*truth) == actual.as_bool(),
        (Kind::Text(text), Value::Null) => text.is_empty(),
        _ => false,
    }
}

fn text_fits(matcher: &Node, text: &str) -> bool {
    let Kind::Map(entries) = &matcher.kind else { return false };
    !entries.is_empty()
        && entries.iter().all(|(key, node)| match (&*key.text, node.as_written()) {
            ("contains", Some(part)) => text.contains(part),
            ("matches", Some(pattern)) => Regex::new(pattern).is_ok_and(|p| p.is_match(text)),
            _ => false,
        })
}

/// An absent value and the empty text are the same, as in expressions.
fn is_absent(value: &Value) -> bool {
    value.is_null() || value.as_str() == Some("")
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
    let lower = |(key, value): &(crate::yaml::Key, Node)| {
        (crate::yaml::Key { text: key.text.to_lowercase().into(), span: key.span }, value.clone())
    };
    Node { kind: Kind::Map(entries.iter().map(lower).collect()), ..node.clone() }
}
