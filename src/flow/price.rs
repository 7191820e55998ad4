//! What the run's steps pay for beside templates and expressions: blocks, attributes, items, messages, what is typed.

use serde_json::Value;

use super::{effect::SentItem, types::Type};
use crate::language::TypeName;

/// A block, and what is traced of it.
pub(super) const BLOCK: usize = 16;
/// An item that is offered.
pub(super) const ITEM: usize = 32;
/// A word that a message is compared with.
pub(super) const WORD: usize = 2;
/// A zone that is looked up by its name.
pub(super) const ZONE: usize = 256;
/// Bytes of work for a group of a pattern that is kept, beside its own.
pub(super) const GROUP: usize = 64;
/// What a call takes for each step of rendering it: its request is kept, written and sent.
pub(super) const CALLED: u64 = 8;
/// What a byte of a message takes on its way: it is written as JSON several times, and stored.
const SENT: usize = 1;
/// A byte that is no ASCII may become a word when it is folded, or read as a host.
const FOLDED: usize = 16;

/// What is traced of a condition.
pub(super) fn judged(condition: &str) -> usize {
    BLOCK + condition.len() / 8
}

/// Making a value of so many bytes fit its types.
pub(super) fn fitting(size: usize, value: &Value, types: &[Type]) -> usize {
    let read = types.iter().filter(|t| !is_kept(t)).count();
    let folded = if read == 0 { 0 } else { read * FOLDED * unusual(value) };
    8 + size / 4 + types.iter().map(|t| width(t) * size / 8).sum::<usize>() + folded
}

/// Weighing attributes of so many bytes.
pub(super) fn weighed(bytes: usize) -> usize {
    bytes / 64
}

/// Copying words.
pub(super) fn words(words: &[String]) -> usize {
    words.iter().map(|word| 4 + word.len() / 8).sum()
}

/// A text that is looked up in so many languages.
pub(super) fn translated(translations: usize, language: &str) -> usize {
    translations / 2 + language.len() / 8
}

/// A message of so many bytes.
pub(super) fn message(bytes: usize) -> usize {
    64 + bytes * SENT
}

/// What folding took, by the text that came out.
pub(super) fn folded(text: &str) -> usize {
    1 + if text.is_ascii() { text.len() / 8 } else { text.len() }
}

/// Reading what is typed as one of the types.
pub(super) fn read(text: &str, types: &[Type]) -> usize {
    types.iter().map(|t| if is_kept(t) { 1 + text.len() / 8 } else { word(text) }).sum()
}

/// Folding the words of an item that a message is compared with.
pub(super) fn offered(item: &SentItem) -> usize {
    4 + word(&item.title) + item.also.iter().map(|also| word(also)).sum::<usize>()
}

fn word(text: &str) -> usize {
    4 + if text.is_ascii() { text.len() / 4 } else { text.len() * FOLDED }
}

/// Texts are kept as they are; all else is read.
fn is_kept(of: &Type) -> bool {
    of.name == TypeName::String || (of.of.is_none() && of.fields.is_empty() && matches!(of.name, TypeName::List | TypeName::Object))
}

/// The fields among which each key is looked up.
fn width(of: &Type) -> usize {
    1 + of.fields.len() / 4 + of.of.as_deref().map_or(0, width)
}

/// The bytes of texts that are no ASCII.
fn unusual(value: &Value) -> usize {
    match value {
        Value::String(text) if !text.is_ascii() => text.len(),
        Value::Array(list) => list.iter().map(unusual).sum(),
        Value::Object(map) => map.values().map(unusual).sum(),
        _ => 0,
    }
}
