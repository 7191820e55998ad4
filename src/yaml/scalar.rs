//! What an unquoted scalar means, by the words of YAML 1.2 (core schema), with one rule of our own:
//! digits with a leading zero stay text, since they are phone numbers and postcodes.

use serde_json::Number;

use super::tree::Kind;

/// The value of an unquoted scalar; `None` for numbers that are not finite, which have no JSON.
pub(super) fn plain(text: &str) -> Option<Kind> {
    Some(match text {
        "" | "~" | "null" | "Null" | "NULL" => Kind::Null,
        "true" | "True" | "TRUE" => Kind::Bool(true),
        "false" | "False" | "FALSE" => Kind::Bool(false),
        _ if is_not_finite(text) => return None,
        _ => number(text).map_or_else(|| Kind::Text(text.to_owned()), Kind::Number),
    })
}

fn is_not_finite(text: &str) -> bool {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN")
}

fn number(text: &str) -> Option<Number> {
    let radix = |prefix, base| text.strip_prefix(prefix).filter(|d| !d.starts_with('+')).and_then(|d| u64::from_str_radix(d, base).ok());
    if let Some(number) = radix("0x", 16).or_else(|| radix("0o", 8)) {
        return Some(number.into());
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let is_digits = unsigned.bytes().all(|b| b.is_ascii_digit());
    if is_digits && unsigned.len() > 1 && unsigned.starts_with('0') {
        return None;
    }
    let integer = || text.parse::<i64>().ok().map(Number::from).or_else(|| text.parse::<u64>().ok().map(Number::from));
    let is_decimal = unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && unsigned.bytes().any(|b| b.is_ascii_digit())
        && unsigned.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'E' | b'+' | b'-'));
    let decimal = || text.parse::<f64>().ok().filter(|_| is_decimal).and_then(Number::from_f64);
    is_digits.then(integer).flatten().or_else(decimal)
}
