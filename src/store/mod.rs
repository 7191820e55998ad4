//! Diesel: connections, rows, queries, migrations, committing turns.
//!
//! It owns every table and all SQL. State and message bodies are opaque JSON text to it. It decides nothing about
//! bots: it only says whether a turn won its conversation. Reads are written once for both backends (`read!`);
//! whatever writes goes through `write!`, or for turns through the group commit (`commit`).

mod account;
mod app_token;
mod commit;
mod conversation;
mod database;
mod days;
mod due;
mod error;
mod events;
mod file;
mod inbox;
mod interacted;
mod issue;
mod key;
mod keys;
mod link;
mod look;
mod message;
mod meta;
mod migrations;
mod open;
mod outage;
mod person;
mod postgres;
mod process;
mod reindex;
mod schema;
mod silence;
mod span;
mod sqlite;
mod start;
mod tls;
mod together;
mod token;
mod transcript;
mod turn;
mod users;
mod version;
mod walk;

use std::{
    sync::{Arc, Mutex},
    time::Instant,
};

use tokio::{sync::broadcast, task::JoinHandle};

pub use account::BotStore;
pub use app_token::AppTokenKey;
pub use commit::{Committed, IndexChange, TurnCommit, TurnLog};
pub use conversation::ConversationRow;
pub use days::UsageRow;
pub use error::{OpenError, StoreError};
pub use inbox::{INBOX_MAX, Inbox};
pub use interacted::Interacted;
pub use issue::{IssueError, Issued};
pub use key::{KeyKind, KeyRow};
pub use keys::Keys;
pub use message::{Direction, MessageRow, NewMessage};
pub use open::{Backend, Options, Synchronous};
pub use person::{OF_USERS, Rows};
pub use process::{KEYS_BELIEVED, ProcessRow};
pub use reindex::Reindexed;
pub use span::Span;
pub use start::EVENT;
pub use token::TokenKeys;
pub use transcript::REPEATED;
pub use turn::TurnRow;
pub use users::{Found, Part, UserRow};
pub use version::{Generation, VersionRow};
pub use walk::{Behind, Place};

use crate::id::{BotKey, ConversationKey};
use commit::Queue;
use database::Database;
use events::Events;
use outage::Outage;

/// The database of this process. A clone is another handle to the same connections.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    database: Database,
    queue: Arc<Queue>,
    events: Arc<Events>,
    reads: Outage,
    writes: Outage,
    uids: tokio::sync::Mutex<std::ops::Range<i64>>,
    tasks: Mutex<Vec<JoinHandle<()>>>,
    _lock: Option<std::fs::File>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.queue.close();
        self.events.close();
    }
}

impl Store {
    /// Which database this is.
    #[must_use]
    pub fn backend(&self) -> Backend {
        self.inner.database.backend()
    }

    /// Commits a turn together with the others that are ready, or tells why not. It is decided alone: what happens to
    /// the others of its group does not change its outcome. Dropping the future does not take the turn back.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when this turn cannot be written at all, [`StoreError::Uncertain`] when the connection
    /// was lost and the outcome could not be read back, else [`StoreError::Unavailable`].
    pub async fn commit(&self, turn: TurnCommit) -> Result<Committed, StoreError> {
        let begun = Instant::now();
        self.inner.writes.note(begun, self.inner.queue.commit(turn).await)
    }

    /// The keys of conversations that got new messages, from all processes that share the database. A hint for live
    /// streams, not a log: a slow receiver and a lost connection miss some.
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<ConversationKey> {
        self.inner.events.subscribe()
    }

    /// The rows of one bot: what is asked for on behalf of an account goes through the handle of one of its bots.
    #[must_use]
    pub fn of(&self, bot: &BotKey) -> BotStore {
        BotStore::new(self.clone(), bot.clone())
    }

    /// Takes no more turns, and returns when those that were taken are committed.
    pub async fn close(&self) {
        self.inner.queue.close();
        let tasks = std::mem::take(&mut *self.inner.tasks.lock().unwrap_or_else(std::sync::PoisonError::into_inner));
        for task in tasks {
            if let Err(error) = task.await {
                tracing::error!(%error, "a committer did not end well");
            }
        }
        self.inner.events.close();
    }
}
