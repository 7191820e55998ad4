//! Types of attributes and answers: reading what a user types, and making values fit.

use std::str::FromStr;

use jiff::civil::{Date, DateTime, Time};
use serde_json::{Map, Number, Value};

use super::fold::fold;
use crate::language::TypeName;

/// A type.
#[derive(Clone, Debug, PartialEq)]
pub struct Type {
    /// Its name.
    pub name: TypeName,
    /// Of a list: what its elements are.
    pub of: Option<Box<Type>>,
    /// Of an object (or the elements of a list): its fields.
    pub fields: Vec<(String, TypeName)>,
}

impl From<TypeName> for Type {
    fn from(name: TypeName) -> Self {
        Self { name, of: None, fields: Vec::new() }
    }
}

impl TypeName {
    /// The word in YAML.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::Date => "date",
            Self::Time => "time",
            Self::Datetime => "datetime",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Url => "url",
            Self::Location => "location",
            Self::File => "file",
            Self::List => "list",
            Self::Object => "object",
        }
    }

    /// Its ISO text compares and adds as a date in expressions.
    #[must_use]
    pub fn temporal(self) -> bool {
        matches!(self, Self::Date | Self::Time | Self::Datetime)
    }
}

/// The value as the first of the types that it fits; none if it fits no one.
#[must_use]
pub(super) fn convert(value: &Value, types: &[Type], language: &str) -> Option<Value> {
    types.iter().find_map(|t| t.convert(value, language))
}

impl Type {
    fn convert(&self, value: &Value, language: &str) -> Option<Value> {
        match (self.name, value) {
            (TypeName::List, Value::Array(list)) => {
                let element = |v: &Value| self.of.as_ref().map_or_else(|| Some(v.clone()), |t| t.convert(v, language));
                list.iter().map(element).collect::<Option<Vec<_>>>().map(Value::Array)
            }
            (TypeName::Object, Value::Object(map)) => self.object(map, language),
            (TypeName::Location, Value::Object(map)) => location(map),
            (TypeName::File, Value::Object(map)) => map.get("url")?.is_string().then(|| value.clone()),
            (TypeName::List | TypeName::Object | TypeName::Location | TypeName::File, _) => None,
            (TypeName::Boolean, Value::Bool(_)) | (TypeName::Number, Value::Number(_)) => Some(value.clone()),
            (TypeName::Integer, Value::Number(number)) => whole(number),
            (_, Value::String(text)) => read(self.name, text, language),
            (TypeName::String | TypeName::Phone, Value::Number(_)) | (TypeName::String, Value::Bool(_)) => {
                read(self.name, &value.to_string(), language)
            }
            _ => None,
        }
    }

    fn object(&self, map: &Map<String, Value>, language: &str) -> Option<Value> {
        let field = |(key, value): (&String, &Value)| match self.fields.iter().find(|(name, _)| name == key) {
            Some((_, name)) if !value.is_null() => Type::from(*name).convert(value, language).map(|v| (key.clone(), v)),
            _ => Some((key.clone(), value.clone())),
        };
        map.iter().map(field).collect::<Option<Map<_, _>>>().map(Value::Object)
    }
}

/// Reads what a user typed as a value of this type.
#[must_use]
pub(super) fn read(name: TypeName, text: &str, language: &str) -> Option<Value> {
    let trimmed = text.trim();
    match name {
        TypeName::String => Some(text.into()),
        TypeName::Integer => number(trimmed, language).and_then(|n| whole(&n)),
        TypeName::Number => number(trimmed, language).map(Value::Number),
        TypeName::Boolean => boolean(&fold(trimmed)).map(Value::Bool),
        TypeName::Date => date(trimmed, language).map(|d| d.to_string().into()),
        TypeName::Time => time(&fold(trimmed)).map(|t| t.strftime("%H:%M").to_string().into()),
        TypeName::Datetime => datetime(trimmed, language).map(Value::from),
        TypeName::Email => {
            email_address::EmailAddress::from_str(trimmed).ok().filter(|e| e.domain().contains('.')).map(|e| e.to_string().into())
        }
        TypeName::Phone => phone(trimmed).map(Value::from),
        TypeName::Url => {
            url::Url::parse(trimmed).ok().filter(|u| matches!(u.scheme(), "http" | "https") && u.has_host()).map(|u| u.to_string().into())
        }
        TypeName::Location | TypeName::File | TypeName::List | TypeName::Object => None,
    }
}

fn whole(number: &Number) -> Option<Value> {
    let float = number.as_f64().filter(|f| f.fract() == 0.0 && f.abs() <= 9_007_199_254_740_992.0);
    #[expect(clippy::cast_possible_truncation, reason = "a whole number below 2^53 fits")]
    number.as_i64().or_else(|| float.map(|f| f as i64)).map(Value::from)
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
fn date(text: &str, language: &str) -> Option<Date> {
    if let Ok(date) = text.parse::<Date>() {
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

fn datetime(text: &str, language: &str) -> Option<String> {
    let short = |at: DateTime| at.strftime("%Y-%m-%dT%H:%M").to_string();
    if let Ok(at) = text.parse::<DateTime>() {
        return Some(short(at));
    }
    let (day, hour) = text.split_once([' ', 'T'])?;
    Some(short(date(day, language)?.to_datetime(time(&fold(hour))?)))
}

/// Digits with a leading `+` where the country code was given (E.164: 7 to 15 digits).
fn phone(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let known = text.chars().all(|c| c.is_ascii_digit() || matches!(c, '+' | ' ' | '-' | '(' | ')' | '.' | '/' | '\u{a0}'));
    let international = text.starts_with('+').then(|| digits.clone()).or_else(|| digits.strip_prefix("00").map(str::to_owned));
    let number = international.as_ref().unwrap_or(&digits);
    if !known || text.matches('+').count() > usize::from(text.starts_with('+')) || !(7..=15).contains(&number.len()) {
        return None;
    }
    Some(international.map_or(digits, |n| format!("+{n}")))
}

fn location(map: &Map<String, Value>) -> Option<Value> {
    let degree = |key: &str, most: f64| {
        let value = map.get(key)?;
        value.as_f64().or_else(|| value.as_str()?.parse().ok()).filter(|d: &f64| d.abs() <= most)
    };
    let text = |key: &str| map.get(key).and_then(Value::as_str).unwrap_or_default();
    Some(
        serde_json::json!({"latitude": degree("latitude", 90.0)?, "longitude": degree("longitude", 180.0)?, "label": text("label"), "address": text("address")}),
    )
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
            (TypeName::Email, " ann@example.com ", "en", json!("ann@example.com")),
            (TypeName::Phone, "+91 98765-43210", "en", json!("+919876543210")),
            (TypeName::Phone, "0039 06 1234567", "it", json!("+39061234567")),
            (TypeName::Url, "https://example.com/a", "en", json!("https://example.com/a")),
        ];
        for (name, text, language, value) in cases {
            assert_eq!(read(name, text, language), Some(value), "{text} as {name:?}");
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
            (TypeName::Time, "25:00"),
            (TypeName::Time, "13pm"),
            (TypeName::Email, "ann@"),
            (TypeName::Email, "ann@localhost"),
            (TypeName::Phone, "12"),
            (TypeName::Phone, "1+234567890"),
            (TypeName::Url, "javascript:alert(1)"),
        ];
        for (name, text) in cases {
            assert_eq!(read(name, text, "en"), None, "{text} as {name:?}");
        }
    }

    #[test]
    fn values_are_made_to_fit_at_any_depth() {
        let cart = Type {
            name: TypeName::List,
            of: Some(Box::new(Type { name: TypeName::Object, of: None, fields: vec![("qty".into(), TypeName::Integer)] })),
            fields: vec![],
        };
        assert_eq!(convert(&json!([{"qty": "2", "name": "x"}]), std::slice::from_ref(&cart), "en"), Some(json!([{"qty": 2, "name": "x"}])));
        assert_eq!(convert(&json!([{"qty": "two"}]), &[cart], "en"), None);
        assert_eq!(convert(&json!(7.0), &[TypeName::Integer.into()], "en"), Some(json!(7)));
        assert_eq!(convert(&json!("7"), &[TypeName::Boolean.into(), TypeName::Integer.into()], "en"), Some(json!(7)));
    }
}
