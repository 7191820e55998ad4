//! Reading what a machine wrote: numbers and truth as JSON and YAML write them, days and times as ISO 8601 does.

use jiff::{
    civil::{Date, Time},
    fmt::temporal::Pieces,
    tz::TimeZone,
};
use serde_json::{Number, Value};

use super::{address, whole};
use crate::language::TypeName;

/// What a machine wrote, as a value of this type.
#[must_use]
pub(in crate::flow) fn read(name: TypeName, text: &str, zone: &TimeZone) -> Option<Value> {
    let bare = text.trim();
    match name {
        TypeName::String => Some(text.into()),
        TypeName::Integer => number(bare).and_then(|n| whole(&n)),
        TypeName::Number => number(bare).map(Value::Number),
        TypeName::Boolean => boolean(bare).map(Value::Bool),
        TypeName::Date => moment(bare, zone).map(|(day, _)| day.to_string().into()),
        TypeName::Time => time(bare, zone).map(|t| t.strftime("%H:%M").to_string().into()),
        TypeName::Datetime => moment(bare, zone).and_then(|(day, time)| Some(short(day, time?).into())),
        TypeName::Email => address::email(bare),
        TypeName::Phone => address::phone(bare),
        TypeName::Url => address::url(bare),
        TypeName::Location | TypeName::File | TypeName::List | TypeName::Object => None,
    }
}

fn number(text: &str) -> Option<Number> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let begins = digits.starts_with(|c: char| c.is_ascii_digit() || c == '.');
    if !begins || !digits.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'E' | b'-' | b'+')) {
        return None;
    }
    text.parse::<i64>().ok().map(Number::from).or_else(|| text.parse::<f64>().ok().and_then(Number::from_f64))
}

fn boolean(text: &str) -> Option<bool> {
    match text {
        "true" | "True" | "TRUE" => Some(true),
        "false" | "False" | "FALSE" => Some(false),
        _ => None,
    }
}

/// A day, and the time of day if one is given. What names a moment (an offset, `Z`, a zone) is told as this zone's clocks show it.
pub(super) fn moment(text: &str, zone: &TimeZone) -> Option<(Date, Option<Time>)> {
    let pieces = Pieces::parse(text).ok()?;
    let (date, Some(time)) = (pieces.date(), pieces.time()) else { return Some((pieces.date(), None)) };
    let local = date.to_datetime(time);
    let there = match pieces.to_numeric_offset() {
        Some(offset) => offset.to_timestamp(local).ok()?,
        None => match pieces.to_time_zone().ok()? {
            Some(elsewhere) => elsewhere.to_timestamp(local).ok()?,
            None => return Some((date, Some(time))),
        },
    };
    let here = zone.to_datetime(there);
    Some((here.date(), Some(here.time())))
}

/// A time of day, or that of a moment. One with an offset but without a day is none: it may be another one tomorrow.
fn time(text: &str, zone: &TimeZone) -> Option<Time> {
    let clock = text.contains(':') && text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b':' | b'.'));
    let Some((hour, rest)) = text.split_once(':').filter(|_| clock) else { return moment(text, zone)?.1 };
    format!("{hour:0>2}:{rest}").parse().ok()
}

pub(super) fn short(day: Date, time: Time) -> String {
    day.to_datetime(time).strftime("%Y-%m-%dT%H:%M").to_string()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rome(name: TypeName, text: &str) -> Option<Value> {
        read(name, text, &TimeZone::get("Europe/Rome").unwrap())
    }

    #[test]
    fn numbers_and_truth_are_read_as_json_and_yaml_write_them() {
        let cases = [
            (TypeName::Number, "1.125", json!(1.125)),
            (TypeName::Number, " 1.10\n", json!(1.1)),
            (TypeName::Number, "-0.5", json!(-0.5)),
            (TypeName::Number, "+7", json!(7)),
            (TypeName::Number, ".5", json!(0.5)),
            (TypeName::Number, "1e3", json!(1000.0)),
            (TypeName::Integer, "1.5e3", json!(1500)),
            (TypeName::Integer, "2.0", json!(2)),
            (TypeName::Integer, "007", json!(7)),
            (TypeName::Integer, "9007199254740993", json!(9_007_199_254_740_993_i64)),
            (TypeName::Boolean, "true", json!(true)),
            (TypeName::Boolean, "False", json!(false)),
            (TypeName::String, " +39081 ", json!(" +39081 ")),
            (TypeName::Phone, "+39081555", json!("+39081555")),
        ];
        for (name, text, value) in cases {
            assert_eq!(rome(name, text), Some(value), "{text} as {name:?}");
        }
    }

    #[test]
    fn moments_become_those_of_the_zone() {
        let cases = [
            (TypeName::Datetime, "2026-12-02T18:00", "2026-12-02T18:00"),
            (TypeName::Datetime, "2026-12-02 18:00:30.5", "2026-12-02T18:00"),
            (TypeName::Datetime, "2026-12-02T18:00-05:00", "2026-12-03T00:00"),
            (TypeName::Datetime, "2026-12-02T18:00:00Z", "2026-12-02T19:00"),
            (TypeName::Datetime, "2026-06-02T18:00:00Z", "2026-06-02T20:00"),
            (TypeName::Datetime, "2026-12-02T18:00[America/New_York]", "2026-12-03T00:00"),
            (TypeName::Date, "2026-12-02", "2026-12-02"),
            (TypeName::Date, "2026-12-02T23:30Z", "2026-12-03"),
            (TypeName::Time, "9:05", "09:05"),
            (TypeName::Time, "19:00:30", "19:00"),
            (TypeName::Time, "2026-12-02T18:00Z", "19:00"),
        ];
        for (name, text, value) in cases {
            assert_eq!(rome(name, text), Some(json!(value)), "{text} as {name:?}");
        }
    }

    #[test]
    fn what_only_people_write_is_refused() {
        let cases = [
            (TypeName::Number, "1,125"),
            (TypeName::Number, "1 125"),
            (TypeName::Number, "1.125,5"),
            (TypeName::Number, "€ 5"),
            (TypeName::Number, "inf"),
            (TypeName::Number, "NaN"),
            (TypeName::Number, "1e999"),
            (TypeName::Number, "e5"),
            (TypeName::Number, "."),
            (TypeName::Number, ""),
            (TypeName::Integer, "1.5"),
            (TypeName::Integer, "1e300"),
            (TypeName::Boolean, "yes"),
            (TypeName::Boolean, "1"),
            (TypeName::Date, "2.12.2026"),
            (TypeName::Date, "12/02/2026"),
            (TypeName::Datetime, "2026-12-02"),
            (TypeName::Datetime, "2.12.2026 18:00"),
            (TypeName::Datetime, "2026-12-02T18:00[Nowhere/At_All]"),
            (TypeName::Time, "7pm"),
            (TypeName::Time, "19"),
            (TypeName::Time, "2026"),
            (TypeName::Time, "19:00+02:00"),
            (TypeName::Time, "19:00Z"),
        ];
        for (name, text) in cases {
            assert_eq!(rome(name, text), None, "{text} as {name:?}");
        }
    }
}
