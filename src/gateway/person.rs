//! All data of a user: given to those who ask for it, erased for good.

use serde_json::{Map, Value, json};

use super::{Gateway, reply::Refusal};
use crate::id::ConversationKey;

impl Gateway {
    /// Every row of a user, by table; none if there is no such user.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn export(&self, key: &ConversationKey) -> Result<Option<Value>, Refusal> {
        let (store, channel, user) = (self.inner.store.of(&key.bot), key.channel, key.user.clone());
        let tables = self.at_home(async move { store.export(channel, &user).await }).await?;
        let is_known = tables.iter().any(|(_, rows)| !rows.is_empty());
        let tables: Map<String, Value> = tables.into_iter().map(|(table, rows)| (table.to_owned(), json!(rows))).collect();
        Ok(is_known.then(|| json!({"bot": key.bot, "channel": key.channel, "user": key.user, "tables": tables})))
    }

    /// Erases a user; false if there is none. The lane of the conversation is held, so that no turn of this process is in between; one of
    /// another process loses its claim. An answer of a call that is out finds nobody who waits for it.
    ///
    /// # Errors
    /// When too much waits for this user, or the database is not available.
    pub async fn erase(&self, key: &ConversationKey) -> Result<bool, Refusal> {
        let (gateway, key) = (self.clone(), key.clone());
        let erased = self.inner.runtime.spawn(async move {
            let _lane = gateway.inner.lanes.enter(&key).await?;
            let erased = gateway.inner.store.of(&key.bot).erase(key.channel, &key.user).await;
            gateway.inner.cache.forget(&key);
            Ok(erased?)
        });
        erased.await.unwrap_or_else(|error| Err(Refusal::Unavailable(error.to_string())))
    }
}
