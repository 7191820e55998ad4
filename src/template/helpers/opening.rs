//! When something opens, as the user's language writes it: the time alone today, else the weekday and the time.

use icu_datetime::{
    DateTimeFormatter,
    fieldsets::{E, T},
    input::{Date, Time},
};
use jiff::Zoned;

use super::locale::{locale, plain_spaces};
use crate::template::Env;

/// The steps that it takes: two formatters, and a walk through two weeks of hours.
pub const STEPS: usize = 3 * super::price::FORMATTED;

/// `6:00 PM` later today, `Monday 12:00 PM` on another day.
#[must_use]
pub fn opening(at: &Zoned, env: &Env) -> String {
    let here = at.with_time_zone(env.timezone.clone());
    let plain = || here.strftime("%Y-%m-%d %H:%M").to_string();
    let today = env.now.jiff().to_zoned(env.timezone.clone()).date() == here.date();
    plain_spaces(&text(&here, today, env).unwrap_or_else(plain))
}

/// Weekday and time are written apart: their joint patterns leave the minutes without a zero.
fn text(at: &Zoned, today: bool, env: &Env) -> Option<String> {
    let time = Time::try_new(at.hour().unsigned_abs(), at.minute().unsigned_abs(), 0, 0).ok()?;
    let time = DateTimeFormatter::try_new(locale(env).into(), T::hm()).ok()?.format(&time).to_string();
    if today {
        return Some(time);
    }
    let date = Date::try_new_iso(at.year().into(), at.month().unsigned_abs(), at.day().unsigned_abs()).ok()?;
    let day = DateTimeFormatter::try_new(locale(env).into(), E::long()).ok()?.format(&date).to_string();
    Some(format!("{day} {time}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Timestamp;

    #[test]
    fn today_needs_no_weekday() {
        let env = |language: &str| Env {
            now: Timestamp(1_772_442_000_000),
            timezone: jiff::tz::TimeZone::UTC,
            language: language.into(),
            currency: "EUR".into(),
        };
        let at = |text: &str| text.parse::<Zoned>().unwrap();
        assert_eq!(opening(&at("2026-03-02T18:00[UTC]"), &env("de")), "18:00");
        assert_eq!(opening(&at("2026-03-03T09:30[UTC]"), &env("de")), "Dienstag 09:30");
    }
}
