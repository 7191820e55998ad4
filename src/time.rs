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

    /// A moment as ISO 8601 writes it: `2026-03-02T19:00:00.000Z`, with another offset, without one (then it is UTC), a day alone.
    #[must_use]
    pub fn iso(text: &str) -> Option<Self> {
        let moment = || text.parse::<jiff::Timestamp>().ok();
        let without_offset = || text.parse::<jiff::civil::DateTime>().ok()?.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|at| at.timestamp());
        moment().or_else(without_offset).map(|at| Self(at.as_millisecond()))
    }

    /// The number of the first day of the month after its own in UTC.
    #[must_use]
    pub fn next_month(self) -> i32 {
        Self::of_day(self.month() + 31).month()
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
    fn a_moment_is_read_in_every_form() {
        let at = Some(Timestamp(1_633_046_400_000));
        for text in [
            "2021-10-01T00:00:00.000Z",
            "2021-10-01T00:00:00Z",
            "2021-10-01T02:00:00+02:00",
            "2021-10-01T02:00+02",
            "2021-10-01 00:00:00Z",
            "2021-10-01T00:00:00",
            "2021-10-01 00:00",
            "2021-10-01",
            "20211001T000000Z",
            "20211001",
        ] {
            assert_eq!(Timestamp::iso(text), at, "{text}");
        }
        for bad in
            ["", "today", "2021-13-01", "2021-02-30", "01.10.2021", "2021-10", "1633046400000", "2021-10-01T25:00:00Z", "-1", "2021-10-01x"]
        {
            assert_eq!(Timestamp::iso(bad), None, "{bad}");
        }
    }

    #[test]
    fn days_and_months_are_those_of_utc() {
        let at = |text: &str| Timestamp(text.parse::<jiff::Timestamp>().unwrap().as_millisecond());
        let days = |text| (at(text).day(), at(text).month());
        assert_eq!(days("1970-01-01T00:00:00Z"), (0, 0));
        assert_eq!(days("1970-02-28T23:59:59.999Z"), (58, 31));
        assert_eq!(days("1970-03-01T00:00:00Z"), (59, 59));
        assert_eq!(days("1969-12-31T23:59:59Z"), (-1, -31));
        assert_eq!((at("1970-01-31T00:00:00Z").next_month(), at("1970-12-01T00:00:00Z").next_month()), (31, 365));
    }
}
