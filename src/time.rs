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
