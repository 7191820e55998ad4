//! The keys of callers, held in memory and followed: whoever changes them does so in the database, beside the gateways that serve from
//! it, and waits until each of them says that it has followed.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, atomic::Ordering},
    time::{Duration, Instant},
};

use super::{Gateway, reply::Refusal};
use crate::{
    id::KeyId,
    key::{AppGrant, Grant},
    store::{IssueError, Issued, KEYS_BELIEVED, KeyRow, Keys, ProcessRow, Store, StoreError},
    time::Timestamp,
};

/// Between two looks at the number of changes.
const EVERY: Duration = Duration::from_millis(50);
/// How often this process says that it lives.
const BEAT: Duration = Duration::from_secs(10);
/// How often it is written that a key is used.
const USE_NOTED: Duration = Duration::from_secs(60);

/// What this process knows of keys.
pub(super) struct Held {
    process: ProcessRow,
    keys: RwLock<(Arc<Keys>, Instant)>,
    uses: Mutex<Uses>,
}

/// When keys were used last, and which of that was written when.
#[derive(Default)]
struct Uses {
    new: BTreeMap<KeyId, Timestamp>,
    noted: BTreeMap<KeyId, Instant>,
}

impl Held {
    /// Reads the keys, and says that this process follows them from now on.
    pub(super) async fn start(store: &Store) -> Result<Self, Refusal> {
        let now = Timestamp::now();
        let process = ProcessRow { id: uuid::Uuid::now_v7().to_string(), started_at: now };
        store.forget_processes().await?;
        store.keep_process(&process, 0, now).await?; // before reading: whoever changes keys from now on waits for this process
        let (begun, keys) = (Instant::now(), store.keys().await?);
        store.keep_process(&process, keys.revision(), now).await?;
        Ok(Self { process, keys: RwLock::new((Arc::new(keys), begun)), uses: Mutex::default() })
    }

    /// The keys, unless nobody could look at them for too long.
    fn keys(&self) -> Option<Arc<Keys>> {
        let held = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        (held.1.elapsed() < KEYS_BELIEVED).then(|| held.0.clone())
    }

    /// Takes over keys that have changed.
    async fn look(&self, store: &Store) -> Result<(), StoreError> {
        let begun = Instant::now();
        let same = store.keys_revision().await? == self.revision();
        let news = if same { None } else { Some(Arc::new(store.keys().await?)) };
        let mut held = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        let keys = news.unwrap_or_else(|| held.0.clone());
        *held = (keys, begun);
        Ok(())
    }

    fn revision(&self) -> i64 {
        self.keys.read().unwrap_or_else(PoisonError::into_inner).0.revision()
    }

    async fn say(&self, store: &Store, followed: i64) -> Result<(), StoreError> {
        store.keep_process(&self.process, followed, Timestamp::now()).await
    }

    /// Writes when keys were used: of each once a minute at most.
    async fn note_uses(&self, store: &Store) -> Result<(), StoreError> {
        let due = self.uses().take_due(Instant::now());
        for (key, at) in due {
            store.note_use(&key, at).await?;
        }
        Ok(())
    }

    pub(super) async fn end(&self, store: &Store) {
        let left = std::mem::take(&mut self.uses().new);
        for (key, at) in left {
            if store.note_use(&key, at).await.is_err() {
                return; // nothing more can be written, and nobody is to wait for each
            }
        }
        drop(store.remove_process(&self.process).await); // else it is taken for dead after a while
    }

    fn uses(&self) -> MutexGuard<'_, Uses> {
        self.uses.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Uses {
    fn take_due(&mut self, now: Instant) -> Vec<(KeyId, Timestamp)> {
        self.noted.retain(|_, at| now.duration_since(*at) < USE_NOTED);
        let due: Vec<_> = self.new.extract_if(.., |key, _| !self.noted.contains_key(key)).collect();
        self.noted.extend(due.iter().map(|(key, _)| (key.clone(), now)));
        due
    }
}

impl Gateway {
    /// The keys of callers as they are now.
    ///
    /// # Errors
    /// When the database was away for so long that a key may have been revoked meanwhile.
    pub fn keys(&self) -> Result<Arc<Keys>, Refusal> {
        self.inner.keys.keys().ok_or_else(|| Refusal::Unavailable("keys cannot be looked at".to_owned()))
    }

    /// All keys and apps, also those that have ended.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn all_keys(&self) -> Result<Vec<KeyRow>, Refusal> {
        let store = self.inner.store.clone();
        self.at_home(async move { store.all_keys().await }).await
    }

    /// Makes an API key.
    ///
    /// # Errors
    /// When that cannot be granted, or the database is not available.
    pub async fn issue_key(&self, grant: Grant) -> Result<Issued, IssueError> {
        let store = self.inner.store.clone();
        self.changed("made", async move { store.issue_key(grant, Timestamp::now()).await }).await
    }

    /// Makes an app.
    ///
    /// # Errors
    /// When that cannot be granted, or the database is not available.
    pub async fn issue_app(&self, grant: AppGrant) -> Result<Issued, IssueError> {
        let store = self.inner.store.clone();
        self.changed("made", async move { store.issue_app(grant, Timestamp::now()).await }).await
    }

    /// Makes the successor of a key, which ends after the overlap.
    ///
    /// # Errors
    /// When there is no such key, when it has ended, or when the database is not available.
    pub async fn rotate_key(&self, key: KeyId, overlap_ms: i64) -> Result<Issued, IssueError> {
        let store = self.inner.store.clone();
        let rotate = async move {
            let old = store.key(&key).await?.ok_or(IssueError::Unknown)?;
            store.rotate(&old, overlap_ms, Timestamp::now()).await
        };
        self.changed("made in place of another", rotate).await
    }

    /// Revokes a key or app, and returns when no process takes it any more. False: there is none of this name.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn revoke_key(&self, key: KeyId) -> Result<bool, Refusal> {
        let store = self.inner.store.clone();
        let revoke = async move {
            let known = store.key(&key).await?.is_some();
            if store.revoke(&key, Timestamp::now()).await? {
                tracing::info!(key = %key, "the key {key} was revoked");
            }
            Ok(known)
        };
        self.at_home(revoke).await
    }

    /// To its end, whoever waits.
    async fn changed(
        &self,
        how: &str,
        change: impl Future<Output = Result<Issued, IssueError>> + Send + 'static,
    ) -> Result<Issued, IssueError> {
        let issued = self.inner.runtime.spawn(change).await.map_err(|error| StoreError::Unavailable(error.to_string()))??;
        let key = &issued.row().id;
        tracing::info!(%key, "the key {key} was {how}");
        Ok(issued)
    }

    /// Takes note that a key was used.
    pub fn note_use(&self, key: &KeyId, now: Timestamp) {
        self.inner.keys.uses().new.insert(key.clone(), now);
    }
}

/// Follows the changes of keys as long as the gateway lives.
pub(super) fn follow(gateway: &Gateway) {
    let weak = Arc::downgrade(&gateway.inner);
    gateway.inner.runtime.spawn(async move {
        let mut said = (0, Instant::now());
        loop {
            tokio::time::sleep(EVERY).await;
            let Some(inner) = weak.upgrade() else { return };
            if inner.closing.load(Ordering::Relaxed) {
                return;
            }
            if inner.keys.look(&inner.store).await.is_err() {
                continue;
            }
            let followed = inner.keys.revision();
            if (followed != said.0 || said.1.elapsed() >= BEAT) && inner.keys.say(&inner.store, followed).await.is_ok() {
                said = (followed, Instant::now());
            }
            drop(inner.keys.note_uses(&inner.store).await);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_use_is_written_at_once_and_then_once_a_minute() {
        let (mut uses, begin) = (Uses::default(), Instant::now());
        let (key, at) = (KeyId::from("a"), |s| begin + Duration::from_secs(s));
        uses.new.insert(key.clone(), Timestamp(1));
        assert_eq!(uses.take_due(at(0)), [(key.clone(), Timestamp(1))]);
        uses.new.insert(key.clone(), Timestamp(2));
        assert_eq!(uses.take_due(at(59)), []);
        uses.new.insert(key.clone(), Timestamp(3));
        assert_eq!(uses.take_due(at(60)), [(key, Timestamp(3))]);
        assert_eq!(uses.take_due(at(200)), []);
    }
}
