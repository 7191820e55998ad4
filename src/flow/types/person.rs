//! Reading what a person typed, as their language writes it.

use jiff::{
    civil::{Date, Time},
    tz::TimeZone,
};
use serde_json::{Number, Value};

use super::{address, machine, whole};
use crate::{flow::fold::fold, language::TypeName};

/// The text without the space around it, also that which nobody sees: of no width, and marks of direction as they are copied
/// along with numbers. Joiners stay: words and emoji are made of them.
#[must_use]
pub(in crate::flow) fn trim(text: &str) -> &str {
    text.trim_matches(|c: char| {
        c.is_whitespace()
            || matches!(c, '\u{200b}' | '\u{2060}' | '\u{feff}' | '\u{61c}' | '\u{200e}' | '\u{200f}')
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    })
}

/// What a person typed, as a value of this type.
#[must_use]
pub(in crate::flow) fn read(name: TypeName, text: &str, language: &str, zone: &TimeZone) -> Option<Value> {
    let bare = trim(text);
    match name {
        TypeName::String => Some(text.into()),
        TypeName::Integer => number(bare, language).and_then(|n| whole(&n)),
        TypeName::Number => number(bare, language).map(Value::Number),
        TypeName::Boolean => boolean(&fold(bare)).map(Value::Bool),
        TypeName::Date => date(bare, language, zone).map(|d| d.to_string().into()),
        TypeName::Time => time(&fold(bare)).map(|t| t.strftime("%H:%M").to_string().into()),
        TypeName::Datetime => datetime(bare, language, zone).map(Value::from),
        TypeName::Email => address::email(bare),
        TypeName::Phone => address::phone(bare),
        TypeName::Url => address::url(bare),
        TypeName::Location | TypeName::File | TypeName::List | TypeName::Object => None,
    }
}

/// Languages that write a decimal comma.
const DECIMAL_COMMA: &[&str] = &[
    "bg", "cs", "da", "de", "el", "es", "fi", "fr", "hr", "hu", "id", "it", "nb", "nl", "no", "pl", "pt", "ro", "ru", "sk", "sl", "sr",
    "sv", "tr", "uk", "vi",
];

fn number(text: &str, language: &str) -> Option<Number> {
    let comma = DECIMAL_COMMA.contains(&language.split(['-', '_']).next().unwrap_or_default());
    let (group, decimal) = if comma { ('.', ',') } else { (',', '.') };
    let compact: String = text.chars().filter(|c| !matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\'')).collect();
    let (head, tail) = compact.split_once(decimal).unwrap_or((&compact, ""));
    let groups_fit = head.split(group).skip(1).all(|g| g.len() == 3);
    let plain =
        if groups_fit { format!("{}{}{tail}", head.replace(group, ""), if tail.is_empty() { "" } else { "." }) } else { compact.clone() };
    let digits = plain.strip_prefix(['-', '+']).unwrap_or(&plain);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        return None;
    }
    let plain = plain.strip_prefix('+').unwrap_or(&plain);
    plain.parse::<i64>().ok().map(Number::from).or_else(|| plain.parse::<f64>().ok().and_then(Number::from_f64))
}

const YES: &[&str] = &["yes", "y", "true", "1", "ok", "si", "s", "ja", "j", "oui", "o", "sim", "da"];
const NO: &[&str] = &["no", "n", "false", "0", "nein", "non", "nao", "nee", "ne"];

fn boolean(folded: &str) -> Option<bool> {
    if YES.contains(&folded) {
        return Some(true);
    }
    NO.contains(&folded).then_some(false)
}

/// ISO, `2.3.2026`, or `2/3/2026` (day first, but for American English).
fn date(text: &str, language: &str, zone: &TimeZone) -> Option<Date> {
    if let Some((date, _)) = machine::moment(text, zone) {
        return Some(date);
    }
    let separator = text.chars().find(|c| matches!(c, '.' | '/' | '-'))?;
    let parts = text.split(separator).map(|p| p.trim().parse::<i16>().ok()).collect::<Option<Vec<_>>>()?;
    let [a, b, year] = parts.as_slice() else { return None };
    let american = separator == '/' && (language.eq_ignore_ascii_case("en-US") || language.eq_ignore_ascii_case("en"));
    let (day, month) = if american { (*b, *a) } else { (*a, *b) };
    let year = if (0..100).contains(year) { year + 2000 } else { *year };
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// `19:00`, `7pm`, `7:30 am`, `19h30`, `19`.
fn time(folded: &str) -> Option<Time> {
    let compact = folded.replace(' ', "");
    let (digits, afternoon) = match (compact.strip_suffix("pm"), compact.strip_suffix("am")) {
        (Some(rest), _) => (rest, Some(true)),
        (_, Some(rest)) => (rest, Some(false)),
        _ => (compact.as_str(), None),
    };
    let (hour, minute) = digits.split_once([':', '.', 'h']).unwrap_or((digits, ""));
    let hour: i8 = hour.parse().ok()?;
    let minute: i8 = if minute.is_empty() { 0 } else { minute.parse().ok()? };
    let hour = match afternoon {
        Some(_) if !(1..=12).contains(&hour) => return None,
        Some(true) => hour % 12 + 12,
        Some(false) => hour % 12,
        None => hour,
    };
    Time::new(hour, minute, 0, 0).ok()
}

/// A day and a time; one alone is no moment.
fn datetime(text: &str, language: &str, zone: &TimeZone) -> Option<String> {
    if let Some((day, time)) = machine::moment(text, zone) {
        return time.map(|time| machine::short(day, time));
    }
    let (day, hour) = text.split_once([' ', 'T'])?;
    Some(machine::short(date(day, language, zone)?, time(&fold(hour))?))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_users_type_is_read_as_they_mean_it() {
        let cases = [
            (TypeName::Integer, "42", "en", json!(42)),
            (TypeName::Integer, " 1,500 ", "en", json!(1500)),
            (TypeName::Integer, "1.500", "de", json!(1500)),
            (TypeName::Number, "1,5", "de", json!(1.5)),
            (TypeName::Number, "1.5", "en", json!(1.5)),
            (TypeName::Boolean, "Sí", "es", json!(true)),
            (TypeName::Boolean, "nein", "de", json!(false)),
            (TypeName::Date, "2026-03-02", "en", json!("2026-03-02")),
            (TypeName::Date, "2.3.2026", "de", json!("2026-03-02")),
            (TypeName::Date, "3/2/2026", "en-US", json!("2026-03-02")),
            (TypeName::Date, "2/3/26", "en-GB", json!("2026-03-02")),
            (TypeName::Time, "7:30 pm", "en", json!("19:30")),
            (TypeName::Time, "19h30", "fr", json!("19:30")),
            (TypeName::Datetime, "2026-03-02 19:00", "en", json!("2026-03-02T19:00")),
            (TypeName::Datetime, "2.3.2026 19:00", "de", json!("2026-03-02T19:00")),
            (TypeName::Datetime, "2026-03-02T19:00+02:00", "en", json!("2026-03-02T17:00")),
            (TypeName::Phone, "\u{202a}+91 98765-43210\u{202c}", "en", json!("+919876543210")),
            (TypeName::Email, " ann@example.com ", "en", json!("ann@example.com")),
            (TypeName::Phone, "+91 98765-43210", "en", json!("+919876543210")),
            (TypeName::Phone, "0039 06 1234567", "it", json!("+39061234567")),
            (TypeName::Url, "https://example.com/a", "en", json!("https://example.com/a")),
        ];
        for (name, text, language, value) in cases {
            assert_eq!(read(name, text, language, &TimeZone::UTC), Some(value), "{text} as {name:?}");
        }
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let cases = [
            (TypeName::Integer, "1.5"),
            (TypeName::Integer, "abc"),
            (TypeName::Number, ""),
            (TypeName::Number, "-"),
            (TypeName::Boolean, "maybe"),
            (TypeName::Date, "2026-02-30"),
            (TypeName::Date, "soon"),
            (TypeName::Datetime, "2026-03-02"),
            (TypeName::Datetime, "2.3.2026"),
            (TypeName::Datetime, "19:00"),
            (TypeName::Time, "25:00"),
            (TypeName::Time, "13pm"),
            (TypeName::Email, "ann@"),
            (TypeName::Email, "ann@localhost"),
            (TypeName::Phone, "12"),
            (TypeName::Phone, "1+234567890"),
            (TypeName::Url, "javascript:alert(1)"),
        ];
        for (name, text) in cases {
            assert_eq!(read(name, text, "en", &TimeZone::UTC), None, "{text} as {name:?}");
        }
    }

    #[test]
    fn space_that_nobody_sees_is_trimmed_and_what_makes_words_is_not() {
        assert_eq!(trim("\u{feff}\u{200b} 80121 \u{a0}\u{2060}"), "80121");
        assert_eq!(trim("\u{202a}+39 081\u{202c}\u{200f}"), "+39 081");
        assert_eq!(trim("می\u{200c}خواهم"), "می\u{200c}خواهم");
        assert_eq!(trim("❤\u{fe0f}"), "❤\u{fe0f}");
    }
}
