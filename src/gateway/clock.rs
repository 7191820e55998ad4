//! Whether the clock was set: while this process looks, by the time that has passed; before, by what the database remembers.

use std::time::Instant;

use super::{
    Gateway,
    progress::Progress,
    recovery::{FOUND_MAX, wake},
    reply::Refusal,
};
use crate::time::{CLOCK_SLACK_MS, Timestamp};

/// After how many looks the clock is compared with the latest time that the database has seen.
const COMPARED_EVERY: u64 = 60;

/// The clock, looked at once a second.
pub(super) struct Clock {
    wall: Timestamp,
    at: Instant,
    looks: u64,
    /// It was ahead once: there may be timers that were set then.
    set_back: bool,
}

impl Clock {
    fn start() -> Self {
        Self { wall: Timestamp::now(), at: Instant::now(), looks: 0, set_back: false }
    }

    /// By how many milliseconds it was set since the last look; none when it was not. A machine that slept looks like a clock that was
    /// set forward, and is to be treated like one.
    fn was_set(&mut self) -> Option<i64> {
        self.look(Timestamp::now(), Instant::now())
    }

    fn look(&mut self, wall: Timestamp, at: Instant) -> Option<i64> {
        let passed = i64::try_from((at - self.at).as_millis()).unwrap_or(i64::MAX);
        let by = wall.0.saturating_sub(self.wall.0).saturating_sub(passed);
        (self.wall, self.at, self.looks) = (wall, at, self.looks + 1);
        (by.abs() > CLOCK_SLACK_MS).then_some(by)
    }
}

impl Gateway {
    /// The clock at the start, remembered before anything is written by it.
    pub(super) async fn start_clock(&self) -> Result<Clock, Refusal> {
        let mut clock = Clock::start();
        self.compare(&mut clock).await?;
        Ok(clock)
    }

    /// Looks at the clock. After it was set back, the timers that were set before are set anew.
    pub(super) async fn mind(&self, clock: &mut Clock) {
        let was_set = clock.was_set();
        if let Some(ms) = was_set {
            tracing::warn!(ms, "the clock was set by {} s", ms / 1_000);
        }
        let compared = was_set.is_some() || clock.looks.is_multiple_of(COMPARED_EVERY);
        let minded = async {
            if let Some(ms) = was_set.filter(|ms| *ms < 0) {
                // what it showed before, which nobody may have kept yet
                self.inner.store.keep_clock(Timestamp::now().plus_ms(-ms)).await?;
            }
            if compared {
                self.compare(clock).await?;
            }
            if clock.set_back { self.set_timers_back(clock).await } else { Ok(()) }
        };
        if let Err(error) = minded.await {
            tracing::debug!(%error, "the clock cannot be minded now");
            clock.set_back = false; // the database knows it still, at the next comparison
        }
    }

    /// With the latest time that any process of this database has seen, which it becomes if it is later.
    async fn compare(&self, clock: &mut Clock) -> Result<(), Refusal> {
        let (now, latest) = (Timestamp::now(), self.inner.store.latest_clock().await?);
        if latest.is_some_and(|latest| latest > now.plus_ms(CLOCK_SLACK_MS)) {
            clock.set_back = true;
        } else if latest.is_none_or(|latest| latest < now) {
            self.inner.store.keep_clock(now).await?;
        }
        Ok(())
    }

    /// Whose timer was set before is woken, and its turn sets it anew; some at a time.
    async fn set_timers_back(&self, clock: &mut Clock) -> Result<(), Refusal> {
        let (live, now) = (self.inner.catalog.snapshot().live(), Timestamp::now());
        let ahead = self.inner.store.from_the_future(&live, now.plus_ms(CLOCK_SLACK_MS), FOUND_MAX).await?;
        if ahead.is_empty() {
            self.inner.store.keep_clock(now).await?;
            clock.set_back = false;
        }
        self.each(ahead, |gateway, key| async move { gateway.begin(wake(key), None, Progress::new().0).await }).await;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_jump_is_told_from_time_that_passes() {
        let (begun, hour) = (Instant::now(), 3_600_000);
        let mut clock = Clock { wall: Timestamp(0), at: begun, looks: 0, set_back: false };
        assert_eq!(clock.look(Timestamp(hour), begun + Duration::from_secs(3_600)), None);
        assert_eq!(clock.look(Timestamp(hour + 1_000), begun + Duration::from_secs(3_600)), None, "a small step");
        assert_eq!(clock.look(Timestamp(2 * hour + 1_000), begun + Duration::from_secs(3_600)), Some(hour));
        assert_eq!(clock.look(Timestamp(hour + 1_000), begun + Duration::from_secs(3_600)), Some(-hour));
    }
}
