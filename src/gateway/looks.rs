//! What clients look at: the rows as they are. Nothing here changes anything.

use std::sync::atomic::Ordering;

use super::{Gateway, cache::Stored, reply::Refusal};
use crate::{
    id::{BotKey, ConversationKey, Version},
    store::{MessageRow, StoreError},
};

/// How many messages a new listener is shown.
const FIRST: i64 = 50;
/// How many are read at once.
const PAGE: i64 = 200;

impl Gateway {
    /// How many sessions are open on each version of a bot.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn sessions_per_version(&self, bot: &BotKey) -> Result<Vec<(Version, i64)>, Refusal> {
        let store = self.inner.store.of(bot);
        self.at_home(async move { store.sessions_per_version().await }).await
    }

    /// Whether messages can be taken now; else why not.
    ///
    /// # Errors
    /// Why not, in words for operators.
    pub async fn ready(&self) -> Result<(), Refusal> {
        if self.inner.closing.load(Ordering::Relaxed) {
            return Err(Refusal::Closing);
        }
        let store = self.inner.store.clone();
        self.at_home(async move { store.ping().await }).await
    }

    /// The messages after a place; without one, the last 50.
    pub(super) async fn rows(&self, key: &ConversationKey, after: Option<i64>) -> Result<Vec<MessageRow>, Refusal> {
        let (store, channel, user) = (self.inner.store.of(&key.bot), key.channel, key.user.clone());
        let rows = async move {
            match after {
                Some(position) => store.messages_after(channel, &user, position, PAGE).await,
                None => store.last_messages(channel, &user, FIRST).await,
            }
        };
        self.at_home(rows).await
    }

    /// The conversation as it is stored.
    pub(super) async fn stored(&self, key: &ConversationKey) -> Result<Option<Stored>, Refusal> {
        let (store, channel, user) = (self.inner.store.of(&key.bot), key.channel, key.user.clone());
        let row = self.at_home(async move { store.conversation(channel, &user).await }).await?;
        row.map(Stored::of_row).transpose()
    }

    /// Reads on the runtime of the gateway, whoever waits. A client may go away meanwhile, and a read from a file that is dropped
    /// half-way blocks until its thread is done, which the single thread of a web worker cannot do.
    pub(super) async fn at_home<T: Send + 'static>(
        &self,
        read: impl Future<Output = Result<T, StoreError>> + Send + 'static,
    ) -> Result<T, Refusal> {
        match self.inner.runtime.spawn(read).await {
            Ok(read) => Ok(read?),
            Err(error) => Err(Refusal::Unavailable(error.to_string())),
        }
    }
}
