//! One kind of number: exact where both sides are whole, else a double without the noise of binary fractions.

use std::cmp::Ordering;

use serde_json::{Number, Value};

/// A number: whole where it can be.
#[derive(Clone, Copy, Debug)]
pub(super) enum Num {
    Whole(i64),
    Real(f64),
}

use Num::{Real, Whole};

impl Num {
    pub(super) fn of(value: &Value) -> Option<Self> {
        value.as_number().map(Self::of_number)
    }

    pub(super) fn of_number(number: &Number) -> Self {
        number.as_i64().map_or_else(|| Self::tidy(number.as_f64().unwrap_or(f64::NAN)), Whole)
    }

    /// What a person means by this text: digits, an optional sign and point.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let plain = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+' | b'e' | b'E'));
        if let (true, Ok(whole)) = (plain, text.parse()) {
            return Some(Whole(whole));
        }
        text.parse::<f64>().ok().filter(|real| plain && real.is_finite()).map(Self::tidy)
    }

    /// A double as a number; whole if it is one. What is not finite has no number: see [`Num::value`].
    pub(super) fn tidy(real: f64) -> Self {
        #[expect(clippy::cast_possible_truncation, reason = "below 2^53 every whole double is an i64")]
        if real.fract() == 0.0 && real.abs() < 9_007_199_254_740_992.0 { Whole(real as i64) } else { Real(real) }
    }

    /// A double that arithmetic made, to 15 significant digits, so that 0.1 + 0.2 is 0.3.
    fn rounded(real: f64) -> Self {
        if real.fract() == 0.0 || !real.is_finite() {
            return Self::tidy(real);
        }
        Self::tidy(format!("{real:.14e}").parse().unwrap_or(real))
    }

    #[expect(clippy::cast_precision_loss, reason = "there is one kind of number; large whole numbers lose digits as doubles do")]
    pub(super) fn real(self) -> f64 {
        match self {
            Whole(whole) => whole as f64,
            Real(real) => real,
        }
    }

    /// `None` for what JSON cannot say: infinite, not a number.
    pub(super) fn value(self) -> Option<Value> {
        match self {
            Whole(whole) => Some(whole.into()),
            Real(real) => Number::from_f64(real).map(Value::Number),
        }
    }

    pub(super) fn plus(self, other: Self) -> Self {
        self.exactly(other, i64::checked_add, |a, b| a + b)
    }

    pub(super) fn minus(self, other: Self) -> Self {
        self.exactly(other, i64::checked_sub, |a, b| a - b)
    }

    pub(super) fn times(self, other: Self) -> Self {
        self.exactly(other, i64::checked_mul, |a, b| a * b)
    }

    pub(super) fn by(self, other: Self) -> Self {
        Self::rounded(self.real() / other.real())
    }

    pub(super) fn rest(self, other: Self) -> Self {
        self.exactly(other, i64::checked_rem, |a, b| a % b)
    }

    /// To so many places after the point (negative: before it), halves away from zero.
    pub(super) fn round(self, places: i64) -> Self {
        let Real(real) = self else { return if places >= 0 { self } else { Self::tidy(round_tens(self.real(), places)) } };
        if places < 0 {
            return Self::tidy(round_tens(real, places));
        }
        // By its shortest decimal form, so that 1.005 is what it says; half a unit of the next place decides.
        let places = usize::try_from(places.min(15)).unwrap_or(15);
        let nudged = real + real.signum() * real.abs() * f64::EPSILON;
        Self::tidy(format!("{nudged:.places$}").parse().unwrap_or(real))
    }

    fn exactly(self, other: Self, whole: fn(i64, i64) -> Option<i64>, real: fn(f64, f64) -> f64) -> Self {
        if let (Whole(a), Whole(b)) = (self, other)
            && let Some(result) = whole(a, b)
        {
            return Whole(result);
        }
        Self::rounded(real(self.real(), other.real()))
    }
}

fn round_tens(real: f64, places: i64) -> f64 {
    let unit = 10f64.powi(i32::try_from(-places.max(-18)).unwrap_or(18));
    (real / unit).round() * unit
}

impl PartialEq for Num {
    fn eq(&self, other: &Self) -> bool {
        self.partial_cmp(other) == Some(Ordering::Equal)
    }
}

impl PartialOrd for Num {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Whole(a), Whole(b)) => Some(a.cmp(b)),
            (a, b) => a.real().partial_cmp(&b.real()),
        }
    }
}
