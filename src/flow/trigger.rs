//! Triggers: what the user's words start.

use regex::Regex;
use serde_json::{Map, Value};

use super::{bot::BlockIx, fold};

/// A compiled trigger.
#[derive(Clone, Debug)]
pub struct Trigger {
    /// Whole messages, folded.
    pub keywords: Vec<String>,
    /// Whole words, folded.
    pub contains: Vec<String>,
    /// The whole message, case ignored; anchored by the compiler.
    pub pattern: Option<Regex>,
    /// Goes before an open question.
    pub interrupt: bool,
    /// The first block of what it does.
    pub first: BlockIx,
}

impl Trigger {
    /// The root `match` if the message fits; `folded` is the same message, folded.
    pub(super) fn matches(&self, text: &str, folded: &str) -> Option<Value> {
        if let Some(captures) = self.pattern.as_ref().and_then(|p| p.captures(text.trim()).map(|c| (p, c))) {
            return Some(groups(captures.0, &captures.1));
        }
        let hit = self.keywords.iter().any(|k| k == folded) || self.contains.iter().any(|w| fold::contains_words(folded, w));
        hit.then(|| Value::Object(Map::new()))
    }
}

fn groups(pattern: &Regex, captures: &regex::Captures<'_>) -> Value {
    let named = pattern.capture_names().enumerate().filter_map(|(ix, name)| {
        let text = captures.get(ix)?.as_str();
        Some((name.map_or_else(|| ix.to_string(), str::to_owned), Value::from(text)))
    });
    Value::Object(named.collect())
}
