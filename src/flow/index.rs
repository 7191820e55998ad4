//! What users are found by: the attributes that a bot marks `indexed`, the built-in ones that a bot may set, and the tags, as
//! texts that compare.

use std::{collections::BTreeMap, sync::Arc};

use serde_json::{Number, Value};

use super::{attribute::Attribute, conversation::Conversation, names::SETTABLE};

/// A longer text is found by its hash.
const TEXT_BYTES_MAX: usize = 200;

/// Names that have a value though none is saved.
const DERIVED: [&str; 2] = ["full_name", "user_name"];

/// Changes when a value is written in another way than before: all users are indexed again.
const FORM: u8 = 1;

/// The attributes by which a bot's users are found.
#[derive(Clone, Debug)]
pub struct Index {
    names: Vec<Arc<str>>,
    version: i32,
}

impl Index {
    pub(super) fn of(attributes: &BTreeMap<Arc<str>, Attribute>) -> Self {
        let declared = attributes.iter().filter(|(_, attribute)| attribute.indexed).map(|(name, _)| Arc::clone(name));
        let mut names: Vec<Arc<str>> = SETTABLE.iter().map(|name| Arc::from(*name)).chain(declared).collect();
        names.sort();
        Self { version: version(&names), names }
    }

    /// Names the set of attributes; never 0.
    #[must_use]
    pub fn version(&self) -> i32 {
        self.version
    }

    /// Whether all users for whom an attribute has this text are found by it. Only what is saved is in the index: no default, and no
    /// name that is put together from others.
    #[must_use]
    pub fn serves(&self, attributes: &BTreeMap<Arc<str>, Attribute>, name: &str, text: &str) -> bool {
        let default = attributes.get(name).and_then(|attribute| attribute.default.as_ref()).and_then(self::text);
        let is_saved = !DERIVED.contains(&name) && default.as_deref() != Some(text);
        is_saved && self.names.iter().any(|known| **known == *name)
    }

    /// All attributes that a user is found by, with their texts.
    #[must_use]
    pub fn attributes(&self, conversation: &Conversation) -> Vec<(String, String)> {
        self.names.iter().filter_map(|name| Some((name.to_string(), entry(conversation, name)?))).collect()
    }

    /// The attributes whose text a turn changed, with what it is now.
    #[must_use]
    pub fn changes(&self, before: &Conversation, after: &Conversation) -> Vec<(String, Option<String>)> {
        let changed = self.names.iter().filter(|name| before.attribute(name) != after.attribute(name));
        let texts = changed.map(|name| (name, entry(before, name), entry(after, name)));
        texts.filter(|(_, before, after)| before != after).map(|(name, _, after)| (name.to_string(), after)).collect()
    }
}

/// The tags that a user is found by.
#[must_use]
pub fn tags(conversation: &Conversation) -> Vec<String> {
    conversation.tags.iter().map(|tag| short(tag.clone())).collect()
}

/// The tags that a turn added or took away, each with whether the user has it now.
#[must_use]
pub fn tag_changes(before: &Conversation, after: &Conversation) -> Vec<(String, bool)> {
    let changed = before.tags.symmetric_difference(&after.tags);
    changed.map(|tag| (short(tag.clone()), after.tags.contains(tag))).collect()
}

/// The text by which a value is found: numbers without a needless fraction, `true` and `false`, a hash instead of a long text.
/// None for what is no value.
#[must_use]
pub fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(short(text.clone())),
        Value::Number(number) => Some(plain(number)),
        Value::Bool(_) | Value::Array(_) | Value::Object(_) => Some(short(value.to_string())),
    }
}

fn entry(conversation: &Conversation, name: &str) -> Option<String> {
    conversation.attribute(name).and_then(text)
}

/// A database takes no text with U+0000 and none of any length into an index.
fn short(text: String) -> String {
    let fits = text.len() <= TEXT_BYTES_MAX && !text.contains('\0');
    if fits { text } else { blake3::hash(text.as_bytes()).to_hex().to_string() }
}

fn plain(number: &Number) -> String {
    let text = number.to_string();
    match text.strip_suffix(".0") {
        Some("-0") => "0".to_owned(),
        Some(whole) => whole.to_owned(),
        None => text,
    }
}

fn version(names: &[Arc<str>]) -> i32 {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&[FORM]);
    for name in names {
        hasher.update(name.as_bytes()).update(&[0]);
    }
    let [a, b, c, d, ..] = *hasher.finalize().as_bytes();
    (i32::from_be_bytes([a, b, c, d]) & i32::MAX).max(1)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn equal_values_have_equal_texts() {
        let texts = [json!(3), json!(3.0), json!("3"), json!(1.5), json!(-0.0), json!(true), json!(1e300)];
        let texts: Vec<_> = texts.iter().map(|value| text(value).unwrap()).collect();
        assert_eq!(texts, ["3", "3", "3", "1.5", "0", "true", "1e+300"]);
        assert_eq!(text(&Value::Null), None);
    }

    #[test]
    fn what_no_index_takes_is_found_by_its_hash() {
        let (fits, long, odd) = ("x".repeat(200), "x".repeat(201), "a\0b");
        assert_eq!(text(&json!(fits)), Some(fits));
        for text in [text(&json!(long)), text(&json!(odd))] {
            assert!(text.is_some_and(|text| text.len() == 64 && !text.contains('\0')));
        }
    }

    #[test]
    fn another_set_of_names_has_another_version() {
        let names = |names: &[&str]| version(&names.iter().map(|name| Arc::from(*name)).collect::<Vec<_>>());
        assert_eq!(names(&["a", "b"]), names(&["a", "b"]));
        assert_ne!(names(&["a", "b"]), names(&["ab"]));
        assert!(names(&[]) > 0);
    }
}
