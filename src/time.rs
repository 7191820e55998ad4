//! Moments, as the whole product passes them around: milliseconds since 1970, UTC.
//! Only [`Timestamp::now`] reads a clock; `flow` and `template` are given the moment.

use serde::{Deserialize, Serialize};

/// A moment in milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

/// Clocks that differ by no more are taken to agree; what is written further in the future than it can be was written by a
/// clock that has been set back since.
pub const CLOCK_SLACK_MS: i64 = 60_000;

/// A day, in UTC, where none is longer than another.
const DAY_MS: i64 = 86_400_000;

impl Timestamp {
    /// What the clock of this machine says.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
    pub fn now() -> Self {
        Self(jiff::Timestamp::now().as_millisecond())
    }

    /// This moment plus so many milliseconds.
    #[must_use]
    pub fn plus_ms(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    /// The number of its day in UTC, from 1970-01-01.
    #[must_use]
    pub fn day(self) -> i32 {
        i32::try_from(self.0.div_euclid(DAY_MS)).unwrap_or(if self.0 < 0 { i32::MIN } else { i32::MAX })
    }

    /// The moment at which a day begins in UTC.
    #[must_use]
    pub fn of_day(day: i32) -> Self {
        Self(i64::from(day) * DAY_MS)
    }

    /// The number of the first day of its month in UTC.
    #[must_use]
    pub fn month(self) -> i32 {
        let date = self.jiff().to_zoned(jiff::tz::TimeZone::UTC).date();
        self.day() - i32::from(date.day() - 1)
    }

    /// The same moment for calendar arithmetic; clamped to the range that jiff knows (years -9999 to 9999).
    #[must_use]
    pub fn jiff(self) -> jiff::Timestamp {
        jiff::Timestamp::from_millisecond(self.0).unwrap_or(if self.0 < 0 { jiff::Timestamp::MIN } else { jiff::Timestamp::MAX })
    }

    /// RFC 3339 with milliseconds, in UTC: `2026-03-02T19:00:00.000Z`.
    #[must_use]
    pub fn rfc3339(self) -> String {
        format!("{:.3}", self.jiff())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_months_are_those_of_utc() {
        let at = |text: &str| Timestamp(text.parse::<jiff::Timestamp>().unwrap().as_millisecond());
        let days = |text| (at(text).day(), at(text).month());
        assert_eq!(days("1970-01-01T00:00:00Z"), (0, 0));
        assert_eq!(days("1970-02-28T23:59:59.999Z"), (58, 31));
        assert_eq!(days("1970-03-01T00:00:00Z"), (59, 59));
        assert_eq!(days("1969-12-31T23:59:59Z"), (-1, -31));
    }
}
