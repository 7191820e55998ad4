//! Numbers as the user's language writes them (CLDR, by ICU4X).

use icu_decimal::{DecimalFormatter, input::Decimal};
use icu_plurals::{PluralCategory, PluralRules};
use serde_json::Value;

use super::{
    Args, currency,
    locale::{locale, plain_spaces},
};
use crate::template::{number::Num, print::printed, roots::Env};

/// The most digits after the point that are shown unless asked for, as in CLDR.
const PLACES: i64 = 3;

/// The number that a value is, or that its text says.
fn num(value: &Value) -> Option<Num> {
    Num::of(value).or_else(|| value.as_str().and_then(Num::parse))
}

/// The number with at most, or exactly, so many places.
fn decimal(number: Num, places: i64, exactly: bool) -> Option<Decimal> {
    let places = places.clamp(0, 15);
    let written = match number.round(places) {
        Num::Whole(whole) => whole.to_string(),
        Num::Real(real) if real.abs() < 1e21 => real.to_string(),
        Num::Real(_) => return None,
    };
    let mut decimal: Decimal = written.parse().ok()?;
    if exactly {
        decimal.pad_end(-i16::try_from(places).unwrap_or(0));
    }
    Some(decimal)
}

/// The digits in the user's language.
fn format(decimal: &Decimal, env: &Env) -> String {
    match DecimalFormatter::try_new(locale(env).into(), icu_decimal::options::DecimalFormatterOptions::default()) {
        Ok(formatter) => plain_spaces(&formatter.format(decimal).to_string()),
        Err(_) => decimal.to_string(),
    }
}

pub(super) fn number(args: &Args<'_>) -> Value {
    let places = args.get(1).as_i64();
    let decimal = num(args.get(0)).and_then(|number| decimal(number, places.unwrap_or(PLACES), places.is_some()));
    decimal.map_or_else(|| args.get(0).clone(), |decimal| format(&decimal, args.env).into())
}

pub(super) fn percent(args: &Args<'_>) -> Value {
    let places = args.get(1).as_i64();
    let share = num(args.get(0)).map(|number| number.times(Num::Whole(100)));
    let Some(decimal) = share.and_then(|number| decimal(number, places.unwrap_or(0), places.is_some())) else { return args.get(0).clone() };
    let digits = format(&decimal, args.env);
    currency::percent(&digits, &locale(args.env)).into()
}

pub(super) fn money(args: &Args<'_>) -> Value {
    let code = args.get(1).as_str().unwrap_or(&args.env.currency).to_ascii_uppercase();
    let Some(number) = num(args.get(0)) else { return printed(args.get(0)).into() };
    let negative = number.real() < 0.0;
    let size = if negative { number.times(Num::Whole(-1)) } else { number };
    match decimal(size, currency::places(&code), true) {
        Some(decimal) => currency::place(&format(&decimal, args.env), &code, &locale(args.env), negative).into(),
        None => printed(args.get(0)).into(),
    }
}

pub(super) fn plural(args: &Args<'_>) -> Value {
    let number = num(args.get(0)).unwrap_or(Num::Whole(0));
    let Some(decimal) = decimal(number, PLACES, false) else { return Value::Null };
    let rules = PluralRules::try_new_cardinal(locale(args.env).into());
    let category = match rules.map_or(PluralCategory::Other, |rules| rules.category_for(&decimal)) {
        PluralCategory::Zero => "zero",
        PluralCategory::One => "one",
        PluralCategory::Two => "two",
        PluralCategory::Few => "few",
        PluralCategory::Many => "many",
        PluralCategory::Other => "other",
    };
    // `zero` is meant for 0 also where the language has no form of its own for it.
    let zero = if number.real() == 0.0 { args.named("zero") } else { None };
    let form = zero.or_else(|| args.named(category)).or_else(|| args.named("other")).map(printed).unwrap_or_default();
    form.replace('#', &format(&decimal, args.env)).into()
}
