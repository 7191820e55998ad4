//! Dates, times and moments: ISO text in values, calendar arithmetic here.

use std::cmp::Ordering;

use jiff::{Span, civil, tz::TimeZone};

use super::{fault::Failure, roots::Env};
use crate::time::Timestamp;

/// What an ISO text names.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Moment {
    /// `2026-03-02`
    Date(civil::Date),
    /// `19:00`
    Time(civil::Time),
    /// `2026-03-02T19:00`, in the user's zone.
    Local(civil::DateTime),
    /// `2026-03-02T19:00:00Z`
    Instant(jiff::Timestamp),
}

use Moment::{Date, Instant, Local, Time};

impl Moment {
    /// Reads ISO 8601; a space may stand for the `T`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        if bytes.len() > 64 || !bytes.first()?.is_ascii_digit() {
            return None;
        }
        match (bytes.get(2), bytes.get(4), bytes.len()) {
            (Some(b':'), ..) => text.parse().ok().map(Time),
            (_, Some(b'-'), 10) => text.parse().ok().map(Date),
            (_, Some(b'-'), 16..) => text.parse().map(Instant).or_else(|_| text.parse().map(Local)).ok(),
            _ => None,
        }
    }

    /// The ISO text.
    pub(super) fn iso(self) -> String {
        match self {
            Date(date) => date.to_string(),
            Time(time) if time.second() == 0 && time.subsec_nanosecond() == 0 => time.strftime("%H:%M").to_string(),
            Time(time) => time.to_string(),
            Local(local) => local.to_string(),
            Instant(instant) => Timestamp(instant.as_millisecond()).rfc3339(),
        }
    }

    /// The day, in the zone; a time of day has none.
    pub(super) fn date(self, zone: &TimeZone) -> Option<civil::Date> {
        match self {
            Date(date) => Some(date),
            Time(_) => None,
            Local(local) => Some(local.date()),
            Instant(instant) => Some(zone.to_datetime(instant).date()),
        }
    }

    /// The time of day, in the zone; a date has none.
    pub(super) fn time(self, zone: &TimeZone) -> Option<civil::Time> {
        match self {
            Date(_) => None,
            Time(time) => Some(time),
            Local(local) => Some(local.time()),
            Instant(instant) => Some(zone.to_datetime(instant).time()),
        }
    }

    /// The moment itself, a date being its first; a time of day is none.
    pub(super) fn instant(self, zone: &TimeZone) -> Option<jiff::Timestamp> {
        let local = match self {
            Date(date) => date.at(0, 0, 0, 0),
            Local(local) => local,
            Time(_) => return None,
            Instant(instant) => return Some(instant),
        };
        zone.to_ambiguous_timestamp(local).compatible().ok()
    }

    /// Earlier or later; `None` for a time of day against a date.
    pub(super) fn compare(self, other: Self, zone: &TimeZone) -> Option<Ordering> {
        match (self, other) {
            (Date(a), Date(b)) => Some(a.cmp(&b)),
            (Time(a), Time(b)) => Some(a.cmp(&b)),
            (Local(a), Local(b)) => Some(a.cmp(&b)),
            (a, b) => Some(a.instant(zone)?.cmp(&b.instant(zone)?)),
        }
    }

    /// This moment and `1d`, `2h`, `30m`, `1w`, `90s`; days are those of the calendar, in the user's zone.
    pub(super) fn plus(self, amount: &str, sign: i64, env: &Env) -> Result<Self, Failure> {
        let span = span(amount, sign)
            .ok_or_else(|| Failure::new(format!("\"{amount}\" is no length of time such as \"1d\", \"2h\", \"30m\" or \"1w\"")))?;
        let whole_days = span.get_hours() == 0 && span.get_minutes() == 0 && span.get_seconds() == 0;
        let sum = match self {
            Date(date) if whole_days => date.checked_add(span).map(Date),
            Date(date) => date.at(0, 0, 0, 0).checked_add(span).map(Local),
            Time(time) => Ok(Time(time.wrapping_add(span.days(0)))),
            Local(local) => local.checked_add(span).map(Local),
            Instant(instant) => instant.to_zoned(env.timezone.clone()).checked_add(span).map(|zoned| Instant(zoned.timestamp())),
        };
        sum.map_err(|_| Failure::new(format!("\"{}\" and \"{amount}\" is outside the calendar", self.iso())))
    }

    /// The days from `other` to this: whole between dates, with a fraction where a time of day counts.
    pub(super) fn days_since(self, other: Self, zone: &TimeZone) -> Option<f64> {
        if let (Date(a), Date(b)) = (self, other) {
            return Some(f64::from(a.since((jiff::Unit::Day, b)).ok()?.get_days()));
        }
        Some(self.instant(zone)?.duration_since(other.instant(zone)?).as_secs_f64() / 86_400.0)
    }
}

/// `1w2d` and the like as a span of days, hours, minutes and seconds.
fn span(text: &str, sign: i64) -> Option<Span> {
    let (text, sign) = text.trim().strip_prefix('-').map_or((text.trim(), sign), |rest| (rest, -sign));
    let (mut span, mut digits, mut last) = (Span::new(), String::new(), 0);
    for c in text.chars() {
        let amount = || digits.parse::<i64>().ok().and_then(|n| n.checked_mul(sign));
        let rank = "wdhms".find(c).map(|at| at + 1);
        match (c, rank) {
            ('0'..='9', _) => digits.push(c),
            (_, Some(rank)) if rank > last => {
                span = match c {
                    'w' => span.try_days(amount()?.checked_mul(7)?),
                    'd' => span.try_days(amount()?.checked_add(i64::from(span.get_days()))?),
                    'h' => span.try_hours(amount()?),
                    'm' => span.try_minutes(amount()?),
                    _ => span.try_seconds(amount()?),
                }
                .ok()?;
                digits.clear();
                last = rank;
            }
            _ => return None,
        }
    }
    (digits.is_empty() && last > 0).then_some(span)
}
