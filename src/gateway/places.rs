//! How much is taken on at once. Who finds no place waits for one, but not for long: then it is refused, before its
//! conversation is read, so that what was taken on is answered in time, whatever comes.
//!
//! Waiting is what keeps a refusal cheap: whoever asks again at once is answered every three seconds, not a thousand times a second.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Instant, timeout_at},
};

use super::reply::Refusal;

/// First turns at work at once, from reading the conversation to the commit: two groups that are being written, two that get ready.
const AT_WORK_MAX: usize = 512;
/// Runs under way that somebody asked for, those too that wait for a backend, their turn or a place at work.
const RUNS_MAX: usize = 4_096;
/// How long a place is waited for.
const PATIENCE: Duration = Duration::from_secs(3);
/// Those who came within so long are refused at the same moment: to wake up for each of them costs more than to refuse it.
const TOGETHER: Duration = Duration::from_millis(100);
/// How often it is told that there are refusals.
const TOLD_EVERY_MS: u64 = 10_000;

/// The places there are.
pub(super) struct Places {
    runs: Arc<Semaphore>,
    work: Arc<Semaphore>,
    refused: AtomicU64,
    told_ms: AtomicU64,
    begun: Instant,
}

/// A place; it is free again when dropped.
pub(super) type Place = OwnedSemaphorePermit;

impl Default for Places {
    fn default() -> Self {
        Self {
            runs: Arc::new(Semaphore::new(RUNS_MAX)),
            work: Arc::new(Semaphore::new(AT_WORK_MAX)),
            refused: AtomicU64::new(0),
            told_ms: AtomicU64::new(0),
            begun: Instant::now(),
        }
    }
}

impl Places {
    /// Places for a run, from here to its end, and for its first turn. Waits where that is cheap: before anything is begun.
    pub(super) async fn enter(&self) -> Result<(Place, Place), Refusal> {
        let until = self.deadline();
        let run = self.place(&self.runs, "runs", until).await?;
        Ok((run, self.place(&self.work, "work", until).await?))
    }

    /// Another place for a first turn, for who had to leave the first one; it is not held during a call.
    pub(super) async fn work(&self) -> Result<Place, Refusal> {
        self.place(&self.work, "work", self.deadline()).await
    }

    fn deadline(&self) -> Instant {
        let steps = (self.begun.elapsed() + PATIENCE).as_millis().div_ceil(TOGETHER.as_millis());
        self.begun + TOGETHER * u32::try_from(steps).unwrap_or(u32::MAX)
    }

    async fn place(&self, of: &Arc<Semaphore>, what: &'static str, until: Instant) -> Result<Place, Refusal> {
        match timeout_at(until, of.clone().acquire_owned()).await {
            Ok(place) => Ok(place.expect("places are never closed")),
            Err(_) => {
                self.refuse(what);
                Err(Refusal::Overloaded)
            }
        }
    }

    /// One line now and then: a line each would be one more load.
    pub(super) fn refuse(&self, what: &'static str) {
        metrics::counter!("flowgate_overload_refusals_total", "what" => what).increment(1);
        self.refused.fetch_add(1, Ordering::Relaxed);
        let now = u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        let told = self.told_ms.load(Ordering::Relaxed);
        let due = told == 0 || now >= told + TOLD_EVERY_MS;
        if due && self.told_ms.compare_exchange(told, now.max(1), Ordering::Relaxed, Ordering::Relaxed).is_ok() {
            let refused = self.refused.swap(0, Ordering::Relaxed);
            tracing::warn!(refused, "more messages come than can be answered: {refused} were refused since this was told last");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn who_finds_no_place_in_time_is_refused() {
        let places = Places::default();
        let mut taken = Vec::new();
        for _ in 0..AT_WORK_MAX {
            taken.push(places.work().await.unwrap());
        }
        let before = Instant::now();
        assert_eq!(places.work().await.err(), Some(Refusal::Overloaded));
        assert!((PATIENCE..=PATIENCE + TOGETHER).contains(&before.elapsed()), "{:?}", before.elapsed());
        let (waits, ()) = tokio::join!(places.work(), async { drop(taken.pop()) });
        assert!(waits.is_ok(), "a place that becomes free is the next one's");
        let (entered, ()) = tokio::join!(places.enter(), async { drop(taken.pop()) });
        assert!(entered.is_ok(), "who calls has left a place at work");
    }
}
