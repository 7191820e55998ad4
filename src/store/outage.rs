//! Whether the database is away: told once when it goes and once when it is back, however many requests meet it.

use std::{
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use super::StoreError;

/// A database that comes and goes is told of no more often.
const QUIET: Duration = Duration::from_secs(10);

/// What is known of one kind of work: reading, or writing.
pub(super) struct Outage {
    doing: &'static str,
    /// Spares who works the lock while all is well.
    away: AtomicBool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    since: Option<Instant>,
    failed: Option<Instant>,
    /// This outage was told of.
    told: bool,
    last_told: Option<Instant>,
}

impl Outage {
    /// `doing` as in "the database cannot be …".
    pub(super) fn new(doing: &'static str) -> Self {
        Self { doing, away: AtomicBool::new(false), state: Mutex::default() }
    }

    /// Takes note of how that went which was begun then. It wraps no work: a future within a future costs every run its size again.
    pub(super) fn note<T>(&self, begun: Instant, outcome: Result<T, StoreError>) -> Result<T, StoreError> {
        match &outcome {
            Err(error @ (StoreError::Unavailable(_) | StoreError::Uncertain(_))) => self.failed(error),
            Err(StoreError::Closed | StoreError::Nul(_)) => {} // it was not asked
            Ok(_) | Err(StoreError::Refused(_)) => self.worked(begun),
        }
        outcome
    }

    fn failed(&self, error: &StoreError) {
        let mut state = self.state();
        self.away.store(true, Ordering::Relaxed);
        if state.fails(Instant::now()) {
            tracing::error!(%error, "the database cannot be {}, requests that need it get 503: {error}", self.doing);
        }
    }

    fn worked(&self, begun: Instant) {
        if !self.away.load(Ordering::Relaxed) {
            return;
        }
        let mut state = self.state();
        let took = state.works(begun, Instant::now());
        self.away.store(state.since.is_some(), Ordering::Relaxed);
        if let Some(took) = took {
            let seconds = took.as_secs_f64();
            tracing::info!(seconds, "the database can be {} again, after {seconds:.1} s", self.doing);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Whether that is to be told.
    fn fails(&mut self, now: Instant) -> bool {
        self.failed = Some(now);
        self.since.get_or_insert(now);
        let tells = !self.told && self.last_told.is_none_or(|last| now - last >= QUIET);
        if tells {
            (self.told, self.last_told) = (true, Some(now));
        }
        tells
    }

    /// How long it was away, when that is over and is to be told. What was begun before the last failure does not end it: a
    /// server that goes away still answers some of it.
    fn works(&mut self, begun: Instant, now: Instant) -> Option<Duration> {
        if self.failed.is_some_and(|failed| begun <= failed) {
            return None;
        }
        let (since, told) = (self.since.take()?, std::mem::take(&mut self.told));
        told.then(|| {
            self.last_told = Some(now);
            now - since
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outage_ends_with_what_was_begun_after_its_last_failure() {
        let (mut state, begin) = (State::default(), Instant::now());
        let at = |ms| begin + Duration::from_millis(ms);
        assert_eq!(state.works(at(0), at(1)), None, "nothing was wrong");
        assert!(state.fails(at(2)), "told when it begins");
        assert_eq!(state.works(at(1), at(3)), None, "a server that goes away");
        assert!(!state.fails(at(500)), "told once");
        assert_eq!(state.works(at(400), at(501)), None);
        assert_eq!(state.works(at(1_000), at(1_002)), Some(Duration::from_secs(1)));
        assert_eq!(state.works(at(1_000), at(1_003)), None, "told once");
    }

    #[test]
    fn one_that_comes_and_goes_is_told_of_every_ten_seconds() {
        let (mut state, begin) = (State::default(), Instant::now());
        let at = |s| begin + Duration::from_secs(s);
        assert!(state.fails(at(0)));
        assert!(state.works(at(1), at(1)).is_some());
        assert!(!state.fails(at(2)));
        assert_eq!(state.works(at(3), at(3)), None, "its end neither");
        assert!(!state.fails(at(10)));
        assert!(state.fails(at(11)), "it lasts");
        assert_eq!(state.works(at(12), at(12)), Some(Duration::from_secs(2)), "since it failed again");
    }
}
