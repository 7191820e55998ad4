//! What helpers cost beside the sizes of what they are given and give: measured by `benches/budget.rs`.

use serde_json::Value;

use super::Args;

/// What ICU takes to make a formatter and to format with it.
pub(super) const FORMATTED: usize = 200;
/// The bytes that a number may have once it is formatted: grouped digits of any script.
const NUMBER_BYTES: usize = 128;

pub(super) fn none(_: &Args<'_>) -> usize {
    0
}

/// Changes the case of every letter.
pub(super) fn cased(args: &Args<'_>) -> usize {
    bytes(args.get(0)) / 2
}

/// Encodes every byte.
pub(super) fn escaped(args: &Args<'_>) -> usize {
    bytes(args.get(0)) / 2
}

/// Writes the text between as often as there are elements.
pub(super) fn joined(args: &Args<'_>) -> usize {
    args.get(0).as_array().map_or(0, Vec::len) * (8 + bytes(args.get(1))) / 8
}

/// Reads numbers and dates from texts.
pub(super) fn ordered(args: &Args<'_>) -> usize {
    64 + (bytes(args.get(0)) + bytes(args.get(1))) / 8
}

/// Formats in the user's language, which may be any text.
pub(super) fn formatted(args: &Args<'_>) -> usize {
    FORMATTED + args.env.language.len() / 4 + bytes(args.get(0)) / 8
}

/// Puts the number into a form as often as it says.
pub(super) fn plural(args: &Args<'_>) -> usize {
    let signs = args.named.iter().map(|(_, form)| form.as_str().map_or(0, |form| form.matches('#').count())).max().unwrap_or(0);
    2 * formatted(args) + signs * NUMBER_BYTES / 8
}

fn bytes(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len(),
        Value::Array(list) => list.iter().map(|value| 8 + bytes(value)).sum(),
        Value::Object(map) => map.iter().map(|(key, value)| 8 + key.len() + bytes(value)).sum(),
        _ => 8,
    }
}
