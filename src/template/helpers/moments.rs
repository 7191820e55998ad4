//! Dates and times as the user's language writes them (CLDR, by ICU4X), in the user's zone.

use icu_datetime::{
    DateTimeFormatter,
    fieldsets::{T, YMD, YMDE},
    input::{Date, DateTime, Time},
};
use jiff::civil;
use serde_json::Value;

use super::{
    Args,
    locale::{locale, plain_spaces},
    relative,
};
use crate::template::moment::Moment;

fn moment(args: &Args<'_>) -> Option<Moment> {
    args.get(0).as_str().and_then(|text| Moment::parse(text.trim()))
}

/// What was asked for, or the value as it is.
fn shown(args: &Args<'_>, text: Option<String>) -> Value {
    text.map_or_else(|| args.get(0).clone(), |text| plain_spaces(&text).into())
}

/// The day for ICU. A macro, since the type of its calendar has no name here.
macro_rules! icu_date {
    ($moment:expr, $zone:expr) => {
        $moment.date($zone).and_then(|d| Date::try_new_iso(d.year().into(), d.month().unsigned_abs(), d.day().unsigned_abs()).ok())
    };
}

fn icu_time(time: civil::Time) -> Option<Time> {
    Time::try_new(time.hour().unsigned_abs(), time.minute().unsigned_abs(), time.second().unsigned_abs(), 0).ok()
}

/// Formats with a field set, if ICU knows the language.
macro_rules! formatted {
    ($args:expr, $fields:expr, $input:expr) => {
        DateTimeFormatter::try_new(locale($args.env).into(), $fields).ok().map(|formatter| formatter.format($input).to_string())
    };
}

pub(super) fn date(args: &Args<'_>) -> Value {
    let day = moment(args).and_then(|moment| icu_date!(moment, &args.env.timezone));
    let text = day.and_then(|day| match args.get(1).as_str() {
        Some("short") => formatted!(args, YMD::short(), &day),
        Some("long") => formatted!(args, YMD::long(), &day),
        Some("full") => formatted!(args, YMDE::long(), &day),
        _ => formatted!(args, YMD::medium(), &day),
    });
    shown(args, text)
}

pub(super) fn time(args: &Args<'_>) -> Value {
    let time = moment(args).and_then(|moment| moment.time(&args.env.timezone)).and_then(icu_time);
    shown(args, time.and_then(|time| formatted!(args, T::hm(), &time)))
}

pub(super) fn datetime(args: &Args<'_>) -> Value {
    let zone = &args.env.timezone;
    let Some(moment) = moment(args) else { return args.get(0).clone() };
    let (Some(date), Some(time)) = (icu_date!(moment, zone), moment.time(zone).and_then(icu_time)) else {
        return if moment.date(zone).is_some() { self::date(args) } else { self::time(args) };
    };
    let both = DateTime { date, time };
    let text = match args.get(1).as_str() {
        Some("short") => formatted!(args, YMD::short().with_time_hm(), &both),
        Some("long") => formatted!(args, YMD::long().with_time_hm(), &both),
        Some("full") => formatted!(args, YMDE::long().with_time_hm(), &both),
        _ => formatted!(args, YMD::medium().with_time_hm(), &both),
    };
    shown(args, text)
}

pub(super) fn ago(args: &Args<'_>) -> Value {
    let then = moment(args).and_then(|moment| moment.instant(&args.env.timezone));
    let seconds = then.map(|then| args.env.now.jiff().duration_since(then).as_secs());
    shown(args, seconds.map(|seconds| relative::ago(seconds, &locale(args.env))))
}
