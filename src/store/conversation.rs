//! The conversation row: the unit of the cache, the queue and the version. Only a committed turn changes it.

use diesel::{BoolExpressionMethods, ExpressionMethods, OptionalExtension, QueryDsl, Queryable, dsl::not};
use diesel_async::RunQueryDsl;

use super::{
    Backend, Store, StoreError,
    database::{read, write},
    schema::{conversations, messages},
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

#[derive(Queryable)]
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

fn texts(bots: &[BotKey]) -> Vec<&str> {
    bots.iter().map(BotKey::as_str).collect()
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
        let found = (key.bot.as_str(), key.channel.as_str(), key.user.as_str());
        let raw: Option<Raw> = read!(self, c => conversations::table.find(found).first(c).await.optional()?);
        raw.map(row).transpose()
    }

    /// Conversations of these bots whose calls are given up by `now`, the longest overdue first; a lease that ends after `latest`
    /// was written by a clock that was wrong.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn expired_leases(
        &self,
        bots: &[BotKey],
        now: Timestamp,
        latest: Timestamp,
        limit: i64,
    ) -> Result<Vec<ConversationKey>, StoreError> {
        use conversations::{bot, channel, lease_until, user};
        let due: Vec<RawKey> = read!(self, c => conversations::table
            .filter(lease_until.le(now.0).or(lease_until.gt(latest.0))).filter(bot.eq_any(texts(bots)))
            .order(lease_until).limit(limit).select((bot, channel, user)).load(c).await?);
        due.into_iter().map(key).collect()
    }

    /// Conversations of these bots whose timer is due by `now`, the longest overdue first.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn due_wakes(&self, bots: &[BotKey], now: Timestamp, limit: i64) -> Result<Vec<ConversationKey>, StoreError> {
        use conversations::{bot, channel, user, wake_at};
        let due: Vec<RawKey> = read!(self, c => conversations::table
            .filter(wake_at.le(now.0)).filter(bot.eq_any(texts(bots))).order(wake_at).limit(limit).select((bot, channel, user)).load(c).await?);
        due.into_iter().map(key).collect()
    }

    /// Conversations of these bots with a timer whose user was heard after `now`: the clock was set back since.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn from_the_future(&self, bots: &[BotKey], now: Timestamp, limit: i64) -> Result<Vec<ConversationKey>, StoreError> {
        use conversations::{bot, channel, last_interaction, user, wake_at};
        let ahead: Vec<RawKey> = read!(self, c => conversations::table
            .filter(wake_at.is_not_null()).filter(last_interaction.gt(now.0)).filter(bot.eq_any(texts(bots))).limit(limit).select((bot, channel, user)).load(c).await?);
        ahead.into_iter().map(key).collect()
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

    /// Conversations of these bots with waiting inbox rows that no run will take, because none is calling.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn waiting_without_run(&self, bots: &[BotKey], limit: i64) -> Result<Vec<ConversationKey>, StoreError> {
        use diesel::dsl::exists;
        let calling = conversations::table.filter(
            (conversations::bot.eq(messages::bot))
                .and(conversations::channel.eq(messages::channel))
                .and(conversations::user.eq(messages::user))
                .and(conversations::lease_until.is_not_null()),
        );
        let found: Vec<RawKey> = read!(self, c => messages::table
            .filter(messages::waiting).filter(messages::bot.eq_any(texts(bots))).filter(not(exists(calling)))
            .select((messages::bot, messages::channel, messages::user)).distinct().limit(limit).load(c).await?);
        found.into_iter().map(key).collect()
    }
}
