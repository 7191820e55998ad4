//! What is read on behalf of an account: a handle that is bound to one bot and cannot reach the rows of another.

use super::{ConversationRow, Generation, MessageRow, Store, StoreError, VersionRow};
use crate::id::{BotKey, Channel, ConversationKey, MessageId, UserKey, Version};

/// The rows of one bot. Who makes it has checked that the account owns the bot.
#[derive(Clone)]
pub struct BotStore {
    pub(super) store: Store,
    pub(super) bot: BotKey,
}

impl BotStore {
    pub(super) fn new(store: Store, bot: BotKey) -> Self {
        Self { store, bot }
    }

    fn key(&self, channel: Channel, user: &UserKey) -> ConversationKey {
        ConversationKey { bot: self.bot.clone(), channel, user: user.clone() }
    }

    /// The conversation with a user.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn conversation(&self, channel: Channel, user: &UserKey) -> Result<Option<ConversationRow>, StoreError> {
        self.store.load(&self.key(channel, user)).await
    }

    /// A message of the conversation with a user.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn message(&self, channel: Channel, user: &UserKey, id: &MessageId) -> Result<Option<MessageRow>, StoreError> {
        self.store.message(&self.key(channel, user), id).await
    }

    /// The first `limit` messages after a place, in order.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn messages_after(&self, channel: Channel, user: &UserKey, after: i64, limit: i64) -> Result<Vec<MessageRow>, StoreError> {
        self.store.messages_after(&self.key(channel, user), after, limit).await
    }

    /// The last `n` messages with a user, in order.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn last_messages(&self, channel: Channel, user: &UserKey, n: i64) -> Result<Vec<MessageRow>, StoreError> {
        self.store.last_messages(&self.key(channel, user), n).await
    }

    /// How many open sessions run on each version, by hash.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn sessions_per_version(&self) -> Result<Vec<(Version, i64)>, StoreError> {
        self.store.sessions_per_version(&self.bot).await
    }

    /// A stored version.
    ///
    /// # Errors
    /// When the database is not available, or the stored files are damaged.
    pub async fn version(&self, hash: &Version) -> Result<Option<VersionRow>, StoreError> {
        self.store.version(&self.bot, hash).await
    }

    /// The last `limit` generations, the newest first.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn generations(&self, limit: i64) -> Result<Vec<Generation>, StoreError> {
        self.store.generations(&self.bot, limit).await
    }
}
