//! The conversations used last, as they were committed last. Bounded; what is not here is read from the store.

use std::sync::{Arc, Mutex, PoisonError};

use super::reply::Refusal;
use crate::{flow::Conversation, id::ConversationKey, store::ConversationRow, time::Timestamp};

/// Conversations kept in memory; a few KiB each.
const CONVERSATIONS_MAX: u64 = 20_000;

/// A committed conversation.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    /// The conversation.
    pub conversation: Arc<Conversation>,
    /// Its version in the store.
    pub version: i64,
    /// The timer that is written in its row.
    pub wake_at: Option<Timestamp>,
}

impl Stored {
    /// A row as it was read.
    pub(super) fn of_row(row: ConversationRow) -> Result<Self, Refusal> {
        let conversation =
            Conversation::read(&row.state).map_err(|error| Refusal::Invalid(format!("the stored conversation cannot be read: {error}")))?;
        Ok(Self { conversation: Arc::new(conversation), version: row.version, wake_at: row.wake_at })
    }
}

/// What was committed last. An entry is replaced only after a commit; a failed or uncertain one drops it.
/// What is there is replaced in place: that costs less than another entry.
pub(super) struct Cache(moka::sync::Cache<ConversationKey, Arc<Mutex<Stored>>>);

impl Default for Cache {
    fn default() -> Self {
        Self(moka::sync::Cache::new(CONVERSATIONS_MAX))
    }
}

impl Cache {
    pub(super) fn get(&self, key: &ConversationKey) -> Option<Stored> {
        let entry = self.0.get(key)?;
        let stored = entry.lock().unwrap_or_else(PoisonError::into_inner);
        Some(stored.clone())
    }

    pub(super) fn put(&self, key: &ConversationKey, stored: Stored) {
        match self.0.get(key) {
            Some(entry) => *entry.lock().unwrap_or_else(PoisonError::into_inner) = stored,
            None => self.0.insert(key.clone(), Arc::new(Mutex::new(stored))),
        }
    }

    pub(super) fn forget(&self, key: &ConversationKey) {
        self.0.invalidate(key);
    }
}
