//! Messages in their order: those of a conversation, those of a run.

use diesel::{ExpressionMethods, QueryDsl};
use diesel_async::RunQueryDsl;

use super::{
    MessageRow, Store, StoreError,
    database::read,
    message::{Raw, rows},
    schema::messages::{kind, position, run_id},
};
use crate::id::{ConversationKey, RunId};

/// The kind of a press that repeats another: its row is kept, and no part of the transcript.
pub const REPEATED: &str = "repeated";

impl Store {
    /// Everything that a run took and said, in order.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn messages_of_run(&self, key: &ConversationKey, run: &RunId) -> Result<Vec<MessageRow>, StoreError> {
        let raw: Vec<Raw> = read!(self, c => rows!(key).filter(run_id.eq(run.as_str())).order(position).load(c).await?);
        Ok(raw.into_iter().map(MessageRow::from).collect())
    }

    /// The first `limit` messages of the transcript after a place, in order.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn messages_after(&self, key: &ConversationKey, after: i64, limit: i64) -> Result<Vec<MessageRow>, StoreError> {
        let raw: Vec<Raw> =
            read!(self, c => rows!(key).filter(position.gt(after)).filter(kind.ne(REPEATED)).order(position).limit(limit).load(c).await?);
        Ok(raw.into_iter().map(MessageRow::from).collect())
    }

    /// The last `n` messages of the transcript, in order.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn last_messages(&self, key: &ConversationKey, n: i64) -> Result<Vec<MessageRow>, StoreError> {
        let raw: Vec<Raw> = read!(self, c => rows!(key).filter(kind.ne(REPEATED)).order(position.desc()).limit(n).load(c).await?);
        Ok(raw.into_iter().rev().map(MessageRow::from).collect())
    }
}
