//! When a key ends, as people write it.

use jiff::civil::Date;

use crate::{language::Duration, time::Timestamp};

/// The longest time that a replaced key may go on.
const OVERLAP_MS_MAX: i64 = 30 * 24 * 60 * 60 * 1_000;

/// The end of a key: after a time (`90d`), at a moment (`2027-03-01T09:00:00Z`), or where a day begins in UTC (`2027-03-01`).
#[must_use]
pub fn end(text: &str, now: Timestamp) -> Option<Timestamp> {
    let after = || Some(now.plus_ms(Duration::parse(text)?.ms));
    let moment = || text.parse::<jiff::Timestamp>().ok().map(|moment| Timestamp(moment.as_millisecond()));
    let day = || Some(Timestamp(text.parse::<Date>().ok()?.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_millisecond()));
    after().or_else(moment).or_else(|| (text.len() == "2027-03-01".len()).then(day).flatten())
}

/// How long a replaced key goes on, in milliseconds: `24h`, 30 days at most.
#[must_use]
pub fn overlap_ms(text: &str) -> Option<i64> {
    Duration::parse(text).map(|overlap| overlap.ms).filter(|ms| *ms <= OVERLAP_MS_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_is_a_time_a_moment_or_a_day() {
        let now = Timestamp(1_000);
        assert_eq!(end("90d", now), Some(Timestamp(1_000 + 90 * 86_400_000)));
        assert_eq!(end("1970-01-02T00:00:00Z", now), Some(Timestamp(86_400_000)));
        assert_eq!(end("1970-01-02T01:00:00.5+01:00", now), Some(Timestamp(86_400_500)));
        assert_eq!(end("1970-01-02", now), Some(Timestamp(86_400_000)));
        for bad in ["", "soon", "90", "-1d", "1970-01-02T00:00:00", "1970-13-01", "02.01.1970", "99999999999999999999d"] {
            assert_eq!(end(bad, now), None, "{bad}");
        }
    }

    #[test]
    fn an_overlap_is_a_time_of_a_month_at_most() {
        assert_eq!(
            ["24h", "0s", "30d", "31d", "-1h", "a day"].map(overlap_ms),
            [Some(86_400_000), Some(0), Some(2_592_000_000), None, None, None]
        );
    }
}
