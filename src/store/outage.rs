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
    away: AtomicBool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    since: Option<Instant>,
    /// This outage was told of.
    told: bool,
    last_told: Option<Instant>,
}

impl Outage {
    /// `doing` as in "the database cannot be …".
    pub(super) fn new(doing: &'static str) -> Self {
        Self { doing, away: AtomicBool::new(false), state: Mutex::default() }
    }

    /// Takes note of how it went.
    pub(super) fn note<T>(&self, outcome: Result<T, StoreError>) -> Result<T, StoreError> {
        match &outcome {
            Err(error @ (StoreError::Unavailable(_) | StoreError::Uncertain(_))) => self.failed(error),
            Err(StoreError::Closed) => {}
            Ok(_) | Err(StoreError::Refused(_) | StoreError::Nul(_)) => self.worked(),
        }
        outcome
    }

    fn failed(&self, error: &StoreError) {
        let (mut state, now) = (self.state(), Instant::now());
        self.away.store(true, Ordering::Relaxed);
        state.since.get_or_insert(now);
        if !state.told && state.last_told.is_none_or(|last| now - last >= QUIET) {
            (state.told, state.last_told) = (true, Some(now));
            tracing::error!(%error, "the database cannot be {}, requests that need it get 503: {error}", self.doing);
        }
    }

    fn worked(&self) {
        if !self.away.load(Ordering::Relaxed) {
            return;
        }
        let mut state = self.state();
        self.away.store(false, Ordering::Relaxed);
        let (since, told) = (state.since.take(), std::mem::take(&mut state.told));
        if let (Some(since), true) = (since, told) {
            state.last_told = Some(Instant::now()); // what was begun before may still fail: that is no news
            let seconds = since.elapsed().as_secs_f64();
            tracing::info!(seconds, "the database can be {} again, after {seconds:.1} s", self.doing);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
