//! The loader and serde_yaml agree on everything that both accept; merge keys and `.inf` aside.

use proptest::prelude::*;
use serde_json::Value;

use super::*;

/// A value, as it is written.
#[derive(Clone, Debug)]
enum Written {
    /// On one line, in any style.
    Scalar(String),
    /// Over several lines, with its header.
    Block(&'static str, Vec<String>),
    List(Vec<Written>),
    Map(Vec<(String, Written)>),
    Flow(Vec<Written>),
    FlowMap(Vec<(String, Written)>),
}

impl Written {
    /// Behind a key or a dash, so deep.
    fn write(&self, depth: usize, out: &mut String) {
        let line = |out: &mut String| out.push_str(&format!("\n{}", "  ".repeat(depth)));
        match self {
            Self::Scalar(text) => out.push_str(&format!(" {text}")),
            Self::Block(header, lines) => {
                out.push_str(&format!(" {header}"));
                lines.iter().for_each(|text| {
                    line(out);
                    out.push_str(text);
                });
            }
            Self::List(items) => items.iter().for_each(|item| {
                line(out);
                out.push('-');
                item.write(depth + 1, out);
            }),
            Self::Map(entries) => entries.iter().for_each(|(key, value)| {
                line(out);
                out.push_str(&format!("{key}:"));
                value.write(depth + 1, out);
            }),
            Self::Flow(_) | Self::FlowMap(_) => {
                out.push(' ');
                self.flow(out);
            }
        }
    }

    fn flow(&self, out: &mut String) {
        match self {
            Self::Scalar(text) => out.push_str(text),
            Self::Block(_, lines) => out.push_str(&format!("\"{}\"", lines.len())),
            Self::List(items) | Self::Flow(items) => {
                out.push('[');
                items.iter().for_each(|item| {
                    item.flow(out);
                    out.push_str(", ");
                });
                out.push(']');
            }
            Self::Map(entries) | Self::FlowMap(entries) => {
                out.push('{');
                entries.iter().for_each(|(key, value)| {
                    out.push_str(&format!("{key}: "));
                    value.flow(out);
                    out.push_str(", ");
                });
                out.push('}');
            }
        }
    }
}

fn scalar() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "[a-zA-Z][a-zA-Z0-9 _.:/-]{0,10}",
        2 => "[-+.0-9exo_~]{1,8}",
        1 => proptest::sample::select(&["null", "~", "true", "False", "no", "on", "0x1F", "0o17", "1e3", "", "é", "2026-03-02"][..]).prop_map(str::to_owned),
        2 => "\\PC{0,12}".prop_map(|text| format!("'{}'", text.replace('\'', "''"))),
        2 => "\\PC{0,12}|[ \t\n\"\\\\é]{0,6}".prop_map(|text| Value::from(text).to_string()),
        1 => "\"(\\\\[nrt\"\\\\/0abefvN_LP ]|\\\\x[0-9a-f]{2}|\\\\u00[0-9a-f]{2}|[a-z ]){0,6}\"",
        1 => "[a-z]{1,4} #[a-z ]{0,6}",
        1 => "&a[0-9] [a-z]{1,3}",
        1 => "\\*a[0-9]",
    ]
}

fn written() -> impl Strategy<Value = Written> {
    let block =
        (proptest::sample::select(&["|", ">", "|-", ">-", "|+", ">+", "|2"][..]), proptest::collection::vec("[ a-z#:\\[-]{0,10}", 1..4));
    let leaf = prop_oneof![4 => scalar().prop_map(Written::Scalar), 1 => block.prop_map(|(header, lines)| Written::Block(header, lines))];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let entries = proptest::collection::vec(("[a-z]{1,3}|'[a-z ]{0,3}'|\"[a-z]{1,3}\"|[0-9]", inner.clone()), 1..4);
        let items = proptest::collection::vec(inner, 1..4);
        prop_oneof![
            3 => entries.clone().prop_map(Written::Map),
            3 => items.clone().prop_map(Written::List),
            1 => items.prop_map(Written::Flow),
            1 => entries.prop_map(Written::FlowMap),
        ]
    })
}

/// The same value, but for what `docs/language.md` says: a block text has lost its last line break, `007` is a text.
fn same(ours: &Value, theirs: &Value) -> bool {
    match (ours, theirs) {
        (Value::String(ours), Value::String(theirs)) => ours == theirs || theirs.strip_suffix('\n') == Some(ours),
        (Value::String(ours), Value::Number(_)) => ours.trim_start_matches(['-', '+']).starts_with('0'),
        (Value::Array(ours), Value::Array(theirs)) => ours.len() == theirs.len() && ours.iter().zip(theirs).all(|(a, b)| same(a, b)),
        (Value::Object(ours), Value::Object(theirs)) => {
            ours.len() == theirs.len() && ours.iter().all(|(key, value)| theirs.get(key).is_some_and(|other| same(value, other)))
        }
        _ => ours == theirs,
    }
}

/// Compares what both say about a text; true if both accepted it.
fn agree(text: &str) -> Result<bool, TestCaseError> {
    let lower = text.to_lowercase();
    let aside = text.contains("<<") || lower.contains(".inf") || lower.contains(".nan");
    let (Ok(theirs), (Some(doc), problems)) = (serde_yaml::from_str::<Value>(text), try_load(text)) else { return Ok(false) };
    if aside || !problems.is_empty() {
        return Ok(false);
    }
    let ours = doc.to_json();
    prop_assert!(same(&ours, &theirs), "{text}\nours:   {ours}\ntheirs: {theirs}");
    Ok(true)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn on_documents_of_every_style(written in written()) {
        let mut text = String::new();
        Written::Map(vec![("root".to_owned(), written)]).write(0, &mut text);
        agree(&text)?;
    }

    #[test]
    fn on_texts_of_pieces(text in "([-a:#{}\\[\\],&*!|>'\"%@ \n\t?0.<é]|\\{\\{|- |: |\\*a|&a |\n  |'a b'|\"c\"|# x\n){0,30}") {
        agree(&text)?;
    }

    #[test]
    fn on_edits_of_a_sequence(at in 0..good::SEQUENCE.chars().count(), gone in 0..12usize, new in "[-a:#{}\\[\\],&*!|>'\"%@` \n?]{0,4}") {
        let mut text: Vec<char> = good::SEQUENCE.chars().collect();
        text.splice(at..(at + gone).min(text.len()), new.chars());
        agree(&text.into_iter().collect::<String>())?;
    }
}

#[test]
fn most_documents_are_accepted_by_both() {
    use proptest::{strategy::ValueTree, test_runner::TestRunner};
    let mut runner = TestRunner::deterministic();
    let accepted = (0..500).filter(|_| {
        let mut text = String::new();
        let written = written().new_tree(&mut runner).unwrap().current();
        Written::Map(vec![("root".to_owned(), written)]).write(0, &mut text);
        agree(&text).unwrap()
    });
    let accepted = accepted.count();
    assert!(accepted > 150, "only {accepted} of 500");
}
