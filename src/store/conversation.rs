//! The conversation row: the unit of the cache, the queue and the version. Only a committed turn changes it.

use std::time::Instant;

use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, Queryable, Selectable, SelectableHelper};
use diesel_async::RunQueryDsl;

use super::{
    Backend, Store, StoreError,
    database::{Database, read, write},
    schema::conversations,
};
use crate::{
    id::{BotKey, Channel, ConversationKey, RunId, UserKey, Version},
    time::Timestamp,
};

/// A conversation as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConversationRow {
    /// Whose it is.
    pub key: ConversationKey,
    /// The number that names the user in APIs.
    pub uid: i64,
    /// How many turns it has had; what the next turn has to expect.
    pub version: i64,
    /// The conversation itself, as JSON.
    pub state: String,
    /// When its timer is due.
    pub wake_at: Option<Timestamp>,
    /// While it waits for answers of calls: when these are given up.
    pub lease_until: Option<Timestamp>,
    /// The version of the bot that its open session runs on.
    pub session_version: Option<Version>,
    /// The run that it had last.
    pub run_id: Option<RunId>,
    /// When the first turn was committed.
    pub created_at: Timestamp,
    /// When the user was heard last; never later than the last turn.
    pub last_interaction: Timestamp,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = conversations)]
struct Raw {
    bot: String,
    channel: String,
    user: String,
    uid: i64,
    version: i64,
    state: String,
    wake_at: Option<i64>,
    lease_until: Option<i64>,
    session_version: Option<String>,
    run_id: Option<String>,
    created_at: i64,
    last_interaction: i64,
}

/// Bot, channel and user as columns.
pub(super) type RawKey = (String, String, String);

/// The key from its columns.
pub(super) fn key((bot, channel, user): RawKey) -> Result<ConversationKey, StoreError> {
    let channel: Channel = channel.parse().map_err(|e: crate::id::UnknownChannel| StoreError::Refused(e.to_string()))?;
    Ok(ConversationKey { bot: BotKey::from(bot), channel, user: UserKey::from(user) })
}

fn row(raw: Raw) -> Result<ConversationRow, StoreError> {
    Ok(ConversationRow {
        key: key((raw.bot, raw.channel, raw.user))?,
        uid: raw.uid,
        version: raw.version,
        state: raw.state,
        wake_at: raw.wake_at.map(Timestamp),
        lease_until: raw.lease_until.map(Timestamp),
        session_version: raw.session_version.map(Version::from),
        run_id: raw.run_id.map(RunId::from),
        created_at: Timestamp(raw.created_at),
        last_interaction: Timestamp(raw.last_interaction),
    })
}

impl Store {
    /// The conversation, if it has had a turn.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn load(&self, key: &ConversationKey) -> Result<Option<ConversationRow>, StoreError> {
        match &self.inner.database {
            Database::Sqlite(_) => {
                let found = (key.bot.as_str(), key.channel.as_str(), key.user.as_str());
                let raw: Option<Raw> =
                    read!(self, c => conversations::table.find(found).select(Raw::as_select()).get_result(c).await.optional()?);
                raw.map(row).transpose()
            }
            Database::Postgres(server) => {
                let begun = Instant::now();
                self.inner.reads.note(begun, server.conversations.ask(key.clone()).await)
            }
        }
    }

    /// At the start on SQLite: no other process can hold a lease, so all of them are over. Says how many there were.
    /// Does nothing on PostgreSQL, where others may be alive.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn void_leases(&self) -> Result<usize, StoreError> {
        if self.backend() == Backend::Postgres {
            return Ok(0);
        }
        use conversations::lease_until;
        let held = conversations::table.filter(lease_until.is_not_null());
        Ok(write!(self, c => diesel::update(held).set(lease_until.eq(0)).execute(c).await?))
    }
}
