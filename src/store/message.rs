//! The message row: transcript, dedupe key of what comes in, and stored answer of a run, in one.

use std::time::Instant;

use diesel::{ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable};
use diesel_async::RunQueryDsl;

use super::{
    Store, StoreError,
    database::{Database, read},
    schema::messages::{self, bot, channel, external_id, id, position, user},
};
use crate::{
    id::{ConversationKey, MessageId, RunId},
    time::Timestamp,
};

/// Which way a message goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From the user.
    In,
    /// To the user.
    Out,
}

impl Direction {
    /// The text of the column.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::In => "in",
            Self::Out => "out",
        }
    }
}

/// A message that is not stored yet. Its place in the conversation is given by the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMessage {
    /// Derived from conversation, turn and index, and so unique.
    pub id: MessageId,
    /// Which way it goes.
    pub direction: Direction,
    /// What it is: `text`, `buttons`, …, or the kind of an event.
    pub kind: String,
    /// The message or event itself, as JSON.
    pub body: String,
    /// What can be chosen, with its targets, as JSON.
    pub items: Option<String>,
    /// The id that the other side gave it; unique in the conversation.
    pub external_id: Option<String>,
    /// Tells a repeat of the id from another message with the same id.
    pub body_hash: Option<String>,
    /// The run that it belongs to.
    pub run_id: Option<RunId>,
    /// When it arrived or was made.
    pub created_at: Timestamp,
}

/// A message as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageRow {
    /// Its place in the conversation: what comes later has a higher number.
    pub position: i64,
    /// It waits in the inbox for the run that is calling now.
    pub waiting: bool,
    /// The rest.
    pub message: NewMessage,
}

/// All columns that a turn writes; the others stay null.
#[derive(Insertable)]
#[diesel(table_name = messages, treat_none_as_default_value = false)]
pub(super) struct InsertMessage<'a> {
    id: &'a str,
    bot: &'a str,
    channel: &'static str,
    user: &'a str,
    position: i64,
    direction: &'static str,
    kind: &'a str,
    body: &'a str,
    items: Option<&'a str>,
    external_id: Option<&'a str>,
    body_hash: Option<&'a str>,
    run_id: Option<&'a str>,
    waiting: bool,
    created_at: i64,
}

impl<'a> InsertMessage<'a> {
    pub(super) fn new(key: &'a ConversationKey, at: i64, message: &'a NewMessage) -> Self {
        Self {
            id: &message.id,
            bot: &key.bot,
            channel: key.channel.as_str(),
            user: &key.user,
            position: at,
            direction: message.direction.as_str(),
            kind: &message.kind,
            body: &message.body,
            items: message.items.as_deref(),
            external_id: message.external_id.as_deref(),
            body_hash: message.body_hash.as_deref(),
            run_id: message.run_id.as_deref(),
            waiting: false,
            created_at: message.created_at.0,
        }
    }
}

#[derive(Queryable)]
pub(super) struct Raw {
    id: String,
    position: i64,
    direction: String,
    kind: String,
    body: String,
    items: Option<String>,
    external_id: Option<String>,
    body_hash: Option<String>,
    run_id: Option<String>,
    waiting: bool,
    created_at: i64,
}

impl From<Raw> for MessageRow {
    fn from(raw: Raw) -> Self {
        let message = NewMessage {
            id: MessageId::from(raw.id),
            direction: if raw.direction == "in" { Direction::In } else { Direction::Out },
            kind: raw.kind,
            body: raw.body,
            items: raw.items,
            external_id: raw.external_id,
            body_hash: raw.body_hash,
            run_id: raw.run_id.map(RunId::from),
            created_at: Timestamp(raw.created_at),
        };
        Self { position: raw.position, waiting: raw.waiting, message }
    }
}

/// The rows of one conversation.
#[diesel::dsl::auto_type(no_type_alias)]
pub(super) fn of_conversation<'a>(b: &'a str, ch: &'a str, u: &'a str) -> _ {
    let columns: Columns = COLUMNS;
    messages::table.filter(bot.eq(b)).filter(channel.eq(ch)).filter(user.eq(u)).select(columns)
}

pub(super) type Columns = (
    messages::id,
    messages::position,
    messages::direction,
    messages::kind,
    messages::body,
    messages::items,
    messages::external_id,
    messages::body_hash,
    messages::run_id,
    messages::waiting,
    messages::created_at,
);

pub(super) const COLUMNS: Columns = (
    messages::id,
    messages::position,
    messages::direction,
    messages::kind,
    messages::body,
    messages::items,
    messages::external_id,
    messages::body_hash,
    messages::run_id,
    messages::waiting,
    messages::created_at,
);

/// `rows!(key)`: the query for the messages of a conversation.
macro_rules! rows {
    ($key:expr) => {
        $crate::store::message::of_conversation(&$key.bot, $key.channel.as_str(), &$key.user)
    };
}
pub(super) use rows;

impl Store {
    /// The message of this conversation, looked for from the end.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn message(&self, key: &ConversationKey, wanted: &MessageId) -> Result<Option<MessageRow>, StoreError> {
        let raw: Option<Raw> =
            read!(self, c => rows!(key).filter(id.eq(wanted.as_str())).order(position.desc()).first(c).await.optional()?);
        Ok(raw.map(MessageRow::from))
    }

    /// The message that the other side gave this id.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn message_by_external_id(&self, key: &ConversationKey, external: &str) -> Result<Option<MessageRow>, StoreError> {
        let raw: Option<Raw> = read!(self, c => rows!(key).filter(external_id.eq(external)).get_result(c).await.optional()?);
        Ok(raw.map(MessageRow::from))
    }

    /// Whether the other side has given this id to a message before.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn is_known(&self, key: &ConversationKey, external: &str) -> Result<bool, StoreError> {
        match &self.inner.database {
            Database::Sqlite(_) => Ok(self.message_by_external_id(key, external).await?.is_some()),
            Database::Postgres(server) => {
                let begun = Instant::now();
                self.inner.reads.note(begun, server.known.ask((key.clone(), external.to_owned())).await)
            }
        }
    }
}
