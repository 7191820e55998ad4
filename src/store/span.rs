//! The messages of a conversation within a span of time, in pages; without events that are no messages.

use diesel::{ExpressionMethods, QueryDsl, dsl::auto_type};
use diesel_async::RunQueryDsl;

use super::{
    BotStore, MessageRow, StoreError,
    database::read,
    message::Raw,
    reindex::UNCOUNTED,
    schema::messages::{self, created_at, kind, position},
};
use crate::{
    id::{Channel, UserKey},
    time::Timestamp,
};

/// A span of time, both ends included.
#[derive(Clone, Copy, Debug)]
pub struct Span {
    /// Its begin.
    pub from: Timestamp,
    /// Its end.
    pub to: Timestamp,
}

impl Span {
    /// All of time.
    pub const ALL: Self = Self { from: Timestamp(i64::MIN), to: Timestamp(i64::MAX) };
}

#[auto_type(no_type_alias)]
fn within<'a>(bot: &'a str, channel: &'static str, user: &'a str, from: i64, to: i64) -> _ {
    let kinds: [&'static str; UNCOUNTED.len()] = UNCOUNTED;
    messages::table
        .filter(messages::user.eq(user))
        .filter(messages::bot.eq(bot))
        .filter(messages::channel.eq(channel))
        .filter(kind.ne_all(kinds))
        .filter(created_at.ge(from))
        .filter(created_at.le(to))
}

impl BotStore {
    /// The messages of a span after the first `skip`, at most `limit`, oldest first.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn messages_within(
        &self,
        channel: Channel,
        user: &UserKey,
        span: Span,
        skip: i64,
        limit: i64,
    ) -> Result<Vec<MessageRow>, StoreError> {
        let rows = within(&self.bot, channel.as_str(), user, span.from.0, span.to.0).select(super::message::COLUMNS);
        let raw: Vec<Raw> = read!(self.store, c => rows.order(position).offset(skip).limit(limit).load(c).await?);
        Ok(raw.into_iter().map(MessageRow::from).collect())
    }

    /// The last messages of a span, at most `limit`, oldest first.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn last_messages_within(
        &self,
        channel: Channel,
        user: &UserKey,
        span: Span,
        limit: i64,
    ) -> Result<Vec<MessageRow>, StoreError> {
        let rows = within(&self.bot, channel.as_str(), user, span.from.0, span.to.0).select(super::message::COLUMNS);
        let raw: Vec<Raw> = read!(self.store, c => rows.order(position.desc()).limit(limit).load(c).await?);
        Ok(raw.into_iter().rev().map(MessageRow::from).collect())
    }

    /// How many messages a span has.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn count_within(&self, channel: Channel, user: &UserKey, span: Span) -> Result<i64, StoreError> {
        let rows = within(&self.bot, channel.as_str(), user, span.from.0, span.to.0);
        Ok(read!(self.store, c => rows.count().get_result(c).await?))
    }

    /// The first `limit` messages behind a place, oldest first.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn messages_beyond(&self, channel: Channel, user: &UserKey, after: i64, limit: i64) -> Result<Vec<MessageRow>, StoreError> {
        let rows = within(&self.bot, channel.as_str(), user, i64::MIN, i64::MAX).select(super::message::COLUMNS);
        let raw: Vec<Raw> = read!(self.store, c => rows.filter(position.gt(after)).order(position).limit(limit).load(c).await?);
        Ok(raw.into_iter().map(MessageRow::from).collect())
    }

    /// The last `limit` messages before a place, oldest first.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn messages_before(&self, channel: Channel, user: &UserKey, before: i64, limit: i64) -> Result<Vec<MessageRow>, StoreError> {
        let rows = within(&self.bot, channel.as_str(), user, i64::MIN, i64::MAX).select(super::message::COLUMNS);
        let raw: Vec<Raw> = read!(self.store, c => rows.filter(position.lt(before)).order(position.desc()).limit(limit).load(c).await?);
        Ok(raw.into_iter().rev().map(MessageRow::from).collect())
    }
}
