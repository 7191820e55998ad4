//! A server that said nothing, a moment ago, to one of those who asked it: the others need not find out each for itself.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// For so long nobody asks.
const SPARED: Duration = Duration::from_millis(500);

/// What is known of one server by all who ask it.
#[derive(Debug, Default)]
pub(super) struct Silence(Mutex<Moments>);

#[derive(Debug, Default)]
struct Moments {
    heard: Option<Instant>,
    silent: Option<Instant>,
}

impl Silence {
    /// It answered.
    pub(super) fn heard(&self, now: Instant) {
        *self.moments() = Moments { heard: Some(now), silent: None };
    }

    /// It said nothing to who has waited since then. Where others were answered in the second half of that time, that is about
    /// one connection only.
    pub(super) fn note(&self, since: Instant, now: Instant) {
        let (mut moments, half) = (self.moments(), since + now.saturating_duration_since(since) / 2);
        if moments.heard.is_none_or(|heard| heard < half) {
            moments.silent = Some(now);
        }
    }

    /// Whether it said nothing a moment ago.
    pub(super) fn is_recent(&self, now: Instant) -> bool {
        self.moments().silent.is_some_and(|at| now.saturating_duration_since(at) < SPARED)
    }

    fn moments(&self) -> MutexGuard<'_, Moments> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_hears_nothing_speaks_for_all_unless_others_were_answered() {
        let (silence, begin) = (Silence::default(), Instant::now());
        let at = |ms| begin + Duration::from_millis(ms);
        assert!(!silence.is_recent(begin));
        silence.heard(at(1_000));
        silence.note(at(0), at(4_000));
        assert_eq!((silence.is_recent(at(4_000)), silence.is_recent(at(4_500))), (true, false));
        silence.note(at(1_000), at(5_000));
        silence.heard(at(5_001));
        assert!(!silence.is_recent(at(5_002)), "it is back");
        silence.note(at(3_000), at(7_000));
        assert!(!silence.is_recent(at(9_000)), "another was answered meanwhile");
    }
}
