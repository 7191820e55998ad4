//! A value as people read it.

use std::fmt::Write;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Number, Value};

use super::number::Num;

/// Appends the value: text as it is, whole numbers without a fraction, nothing for null, the elements of a list with `, `
/// between, an object as JSON.
pub(super) fn print(value: &Value, out: &mut String) {
    match value {
        Value::Null => {}
        Value::Bool(truth) => out.push_str(if *truth { "true" } else { "false" }),
        Value::Number(number) => print_number(number, out),
        Value::String(text) => out.push_str(text),
        Value::Array(list) => print_list(list, ", ", out),
        Value::Object(_) => out.push_str(&value.to_string()),
    }
}

/// The value as [`print`] writes it.
pub(super) fn printed(value: &Value) -> String {
    let mut out = String::new();
    print(value, &mut out);
    out
}

/// All but the unreserved characters of RFC 3986.
const URL: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The text as a part of a URL.
pub(super) fn percent_encoded(text: &str) -> String {
    utf8_percent_encode(text, URL).to_string()
}

/// Appends the elements with `between` between them.
pub(super) fn print_list(list: &[Value], between: &str, out: &mut String) {
    for (i, value) in list.iter().enumerate() {
        if i > 0 {
            out.push_str(between);
        }
        print(value, out);
    }
}

fn print_number(number: &Number, out: &mut String) {
    let written = match Num::of_number(number) {
        Num::Whole(whole) => write!(out, "{whole}"),
        Num::Real(real) if (1e-7..1e21).contains(&real.abs()) => write!(out, "{real}"),
        Num::Real(_) => write!(out, "{number}"),
    };
    debug_assert!(written.is_ok(), "writing to a String cannot fail");
}
