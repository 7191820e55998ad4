//! How long tests wait: for a condition, never for a while, and never for ever.

use std::time::Duration;

/// Longer than anything takes on a machine that is busy with other things: no wait is longer.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// How often something is tried that a busy machine may spoil.
pub(crate) const ATTEMPTS: usize = 10;

/// Waits for the end of some work; work without an end fails the test.
pub(crate) async fn in_time<T>(what: &str, work: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, work).await.unwrap_or_else(|_| panic!("never: {what}"))
}

/// Tries again what came about in another way, because the machine was busy with something else just then.
pub(crate) async fn attempts<T>(what: &str, mut attempt: impl AsyncFnMut(usize) -> Option<T>) -> T {
    for number in 0..ATTEMPTS {
        if let Some(outcome) = attempt(number).await {
            return outcome;
        }
    }
    panic!("in {ATTEMPTS} attempts not once: {what}")
}
