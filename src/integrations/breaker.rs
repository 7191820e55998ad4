//! Spares a backend that does not answer, and the users who would wait for it.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

/// Failures in a row that open a breaker.
const FAILURES_MAX: u32 = 5;
/// How long it stays open before one call may try.
const OPEN_MS: u64 = 10_000;

/// One API's breaker. Time is milliseconds on any clock that never goes back and begins above 0.
#[derive(Debug, Default)]
pub(super) struct Breaker {
    failures: AtomicU32,
    /// When the next probe may go; 0 while closed.
    probe_at_ms: AtomicU64,
}

impl Breaker {
    /// Whether a call may be made now; else in how many milliseconds to ask again. Half open, one call passes: it moves
    /// the next probe on, so a probe that never reports blocks nothing for longer than a refused one.
    pub(super) fn admit(&self, now_ms: u64) -> Result<(), u64> {
        let probe_at = self.probe_at_ms.load(Ordering::Acquire);
        if probe_at == 0 {
            return Ok(());
        }
        if now_ms < probe_at {
            return Err(probe_at - now_ms);
        }
        let won = self.probe_at_ms.compare_exchange(probe_at, now_ms + OPEN_MS, Ordering::AcqRel, Ordering::Acquire);
        won.map(|_| ()).map_err(|_| OPEN_MS)
    }

    /// The backend answered: closed.
    pub(super) fn answered(&self) {
        self.failures.store(0, Ordering::Release);
        self.probe_at_ms.store(0, Ordering::Release);
    }

    /// The backend failed. True if that opened the breaker.
    pub(super) fn failed(&self, now_ms: u64) -> bool {
        let failures = self.failures.fetch_add(1, Ordering::AcqRel).saturating_add(1);
        failures >= FAILURES_MAX && self.probe_at_ms.compare_exchange(0, now_ms + OPEN_MS, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open() -> Breaker {
        let breaker = Breaker::default();
        assert!((1..FAILURES_MAX).all(|_| !breaker.failed(1)));
        assert!(breaker.failed(1));
        breaker
    }

    #[test]
    fn it_opens_after_five_failures_in_a_row_and_not_before() {
        let breaker = Breaker::default();
        for _ in 0..3 {
            assert!((1..FAILURES_MAX).all(|_| !breaker.failed(1)));
            breaker.answered();
        }
        assert_eq!(breaker.admit(1), Ok(()));
        assert_eq!(open().admit(2), Err(OPEN_MS - 1));
    }

    #[test]
    fn one_probe_passes_and_its_answer_closes() {
        let breaker = open();
        let at = 1 + OPEN_MS;
        assert_eq!(breaker.admit(at), Ok(()));
        assert_eq!(breaker.admit(at), Err(OPEN_MS));
        breaker.answered();
        assert_eq!(breaker.admit(at), Ok(()));
        assert!(!breaker.failed(at), "it counts from the beginning again");
    }

    #[test]
    fn a_probe_that_fails_or_is_lost_leaves_it_open_for_one_more_period() {
        for probe_reports in [true, false] {
            let breaker = open();
            let at = 1 + OPEN_MS;
            breaker.admit(at).unwrap();
            if probe_reports {
                assert!(!breaker.failed(at + 5));
            }
            assert_eq!(breaker.admit(at + OPEN_MS - 1), Err(1));
            assert_eq!(breaker.admit(at + OPEN_MS), Ok(()));
        }
    }

    #[test]
    fn of_many_at_once_one_is_the_probe() {
        let breaker = open();
        let passed = std::thread::scope(|scope| {
            let all: Vec<_> = (0..8).map(|_| scope.spawn(|| breaker.admit(1 + OPEN_MS).is_ok())).collect();
            all.into_iter().map(|probe| probe.join().unwrap()).filter(|passed| *passed).count()
        });
        assert_eq!(passed, 1);
    }
}
