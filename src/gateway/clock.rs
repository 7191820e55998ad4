//! Whether the clock was set: it differs from the time that has passed.

use std::time::Instant;

use crate::time::{CLOCK_SLACK_MS, Timestamp};

/// The clock, looked at now and then.
pub(super) struct Clock {
    wall: Timestamp,
    at: Instant,
}

impl Clock {
    pub(super) fn start() -> Self {
        Self { wall: Timestamp::now(), at: Instant::now() }
    }

    /// By how many milliseconds it was set since the last look; none when it was not. A machine that slept looks like a clock that was
    /// set forward, and is to be treated like one.
    pub(super) fn was_set(&mut self) -> Option<i64> {
        self.look(Timestamp::now(), Instant::now())
    }

    fn look(&mut self, wall: Timestamp, at: Instant) -> Option<i64> {
        let passed = i64::try_from((at - self.at).as_millis()).unwrap_or(i64::MAX);
        let by = wall.0.saturating_sub(self.wall.0).saturating_sub(passed);
        *self = Self { wall, at };
        (by.abs() > CLOCK_SLACK_MS).then_some(by)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_jump_is_told_from_time_that_passes() {
        let (begun, hour) = (Instant::now(), 3_600_000);
        let mut clock = Clock { wall: Timestamp(0), at: begun };
        assert_eq!(clock.look(Timestamp(hour), begun + Duration::from_secs(3_600)), None);
        assert_eq!(clock.look(Timestamp(hour + 1_000), begun + Duration::from_secs(3_600)), None, "a small step");
        assert_eq!(clock.look(Timestamp(2 * hour + 1_000), begun + Duration::from_secs(3_600)), Some(hour));
        assert_eq!(clock.look(Timestamp(hour + 1_000), begun + Duration::from_secs(3_600)), Some(-hour));
    }
}
