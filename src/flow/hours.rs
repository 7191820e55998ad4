//! Opening hours: the roots `open` and `opens_at`.

use jiff::{
    Zoned,
    civil::{Date, Time},
    tz::TimeZone,
};

use crate::time::Timestamp;

/// A bot's opening hours, in its time zone.
#[derive(Clone, Debug, Default)]
pub(super) struct Hours {
    /// By day, Monday first: spans in minutes from midnight; a span may end after midnight (beyond 1,440).
    pub days: [Vec<(u16, u16)>; 7],
    /// Dates on which it is closed.
    pub closed: Vec<Date>,
}

const DAY_MINUTES: u16 = 24 * 60;

impl Hours {
    /// Whether it is open now.
    #[must_use]
    pub(super) fn open(&self, now: Timestamp, zone: &TimeZone) -> bool {
        let here = now.jiff().to_zoned(zone.clone());
        let minute = minute_of(&here);
        let within = |date: Date, minute: u16| self.spans(date).iter().any(|(from, to)| (*from..*to).contains(&minute));
        within(here.date(), minute) || here.date().yesterday().is_ok_and(|yesterday| within(yesterday, minute + DAY_MINUTES))
    }

    /// When it opens next, within the next two weeks; none while it is open.
    #[must_use]
    pub(super) fn opens_at(&self, now: Timestamp, zone: &TimeZone) -> Option<Zoned> {
        if self.open(now, zone) {
            return None;
        }
        let here = now.jiff().to_zoned(zone.clone());
        let days = here.date().series(jiff::ToSpan::days(1)).take(15);
        days.flat_map(|date| self.spans(date).iter().map(move |(from, _)| (date, *from)))
            .filter(|(date, from)| *date > here.date() || *from > minute_of(&here))
            .min()
            .and_then(|(date, from)| {
                date.to_datetime(Time::midnight()).checked_add(jiff::ToSpan::minutes(i64::from(from))).ok()?.to_zoned(zone.clone()).ok()
            })
    }

    fn spans(&self, date: Date) -> &[(u16, u16)] {
        if self.closed.contains(&date) {
            return &[];
        }
        let day = usize::try_from(date.weekday().to_monday_zero_offset()).unwrap_or(0);
        &self.days[day]
    }
}

fn minute_of(at: &Zoned) -> u16 {
    u16::try_from(i32::from(at.hour()) * 60 + i32::from(at.minute())).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pizzeria() -> Hours {
        let mut hours = Hours::default();
        for day in 0..5 {
            hours.days[day] = vec![(12 * 60, 15 * 60), (18 * 60, 26 * 60)];
        }
        hours.closed = vec!["2026-12-25".parse().unwrap()];
        hours
    }

    fn at(text: &str) -> Timestamp {
        Timestamp(text.parse::<jiff::civil::DateTime>().unwrap().to_zoned(TimeZone::UTC).unwrap().timestamp().as_millisecond())
    }

    #[test]
    fn a_span_may_end_after_midnight() {
        assert!(pizzeria().open(at("2026-03-02T18:00"), &TimeZone::UTC));
        assert!(pizzeria().open(at("2026-03-07T01:59"), &TimeZone::UTC), "Friday's evening ends on Saturday");
        assert!(!pizzeria().open(at("2026-03-07T02:00"), &TimeZone::UTC));
    }

    #[test]
    fn it_opens_at_the_next_span_that_is_not_on_a_closed_date() {
        let next = |now: &str| pizzeria().opens_at(at(now), &TimeZone::UTC).map(|z| z.datetime().to_string());
        assert_eq!(next("2026-03-02T15:00"), Some("2026-03-02T18:00:00".to_owned()));
        assert_eq!(next("2026-12-25T03:00"), Some("2026-12-28T12:00:00".to_owned()), "Christmas is a Friday, then comes the weekend");
        assert_eq!(next("2026-03-02T12:00"), None);
    }
}
