//! Counts of many rows: at most a minute old, and one is made at a time, so that lists that are asked for again and again do not keep
//! the database busy with counting.

use std::time::Duration;

use tokio::sync::Mutex;

use super::reply::Refusal;

/// How old a count may be.
const AGE_MAX: Duration = Duration::from_secs(60);
/// How many are remembered.
const COUNTS_MAX: u64 = 1_000;

/// The counts made last.
pub(super) struct Totals {
    known: moka::sync::Cache<String, i64>,
    counting: Mutex<()>,
}

impl Default for Totals {
    fn default() -> Self {
        let known = moka::sync::Cache::builder().max_capacity(COUNTS_MAX).time_to_live(AGE_MAX).build();
        Self { known, counting: Mutex::default() }
    }
}

impl Totals {
    /// The count that is known under a name, else the one that `count` makes.
    pub(super) async fn of(&self, name: String, count: impl Future<Output = Result<i64, Refusal>>) -> Result<i64, Refusal> {
        if let Some(known) = self.known.get(&name) {
            return Ok(known);
        }
        let _alone = self.counting.lock().await;
        if let Some(known) = self.known.get(&name) {
            return Ok(known);
        }
        let counted = count.await?;
        self.known.insert(name, counted);
        Ok(counted)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use super::*;

    #[tokio::test]
    async fn what_many_ask_for_is_counted_once() {
        let (totals, counted) = (Totals::default(), AtomicI64::new(0));
        let count = || async { Ok(10_000 + counted.fetch_add(1, Ordering::SeqCst)) };
        let asked = futures_util::future::join_all((0..20).map(|_| totals.of("shop".to_owned(), count()))).await;
        assert!(asked.iter().all(|total| *total == Ok(10_000)), "{asked:?}");
        assert_eq!(totals.of("bank".to_owned(), count()).await, Ok(10_001));
        assert_eq!(totals.of("lost".to_owned(), async { Err(Refusal::Closing) }).await, Err(Refusal::Closing));
        assert_eq!(totals.of("lost".to_owned(), count()).await, Ok(10_002), "what failed is not remembered");
    }
}
