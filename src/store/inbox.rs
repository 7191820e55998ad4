//! The inbox: events that wait, durable, until the run that is calling has ended. Oldest first, at most twenty.

use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, QueryableByName,
    sql_types::{BigInt, Nullable, Text},
};
use diesel_async::RunQueryDsl;

use super::{
    EVENT, MessageRow, NewMessage, Store, StoreError,
    commit::refuse_nul,
    database::{read, write},
    message::{Raw, rows},
    schema::messages::{self, bot, channel, id, kind, position, user, waiting},
    transcript::REPEATED,
};
use crate::id::{ConversationKey, MessageId};

/// How many events may wait in one conversation; and how many presses that repeat others, which take no event's place.
pub const INBOX_MAX: i64 = 20;

/// What became of an event that was put into the inbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inbox {
    /// It waits, one of so many.
    Waiting(i64),
    /// Its id is known: it waits, or was answered, already.
    Duplicate,
    /// Too many wait.
    Full,
}

/// Its place is behind everything that is there; two processes may want the same place, and one of them gets nothing.
const PUT: &str = r#"
INSERT INTO messages (id, bot, channel, "user", position, direction, kind, body, items, external_id, body_hash, run_id, waiting, created_at)
SELECT $1, $2, $3, $4,
    1 + coalesce((SELECT max(m.position) FROM messages m WHERE m.bot = $2 AND m.channel = $3 AND m."user" = $4), 0),
    $5, $6, $7, $8, $9, $10, $11, true, $12
WHERE (SELECT count(*) FROM messages m WHERE m.bot = $2 AND m.channel = $3 AND m."user" = $4 AND m.waiting
    AND (m.kind = 'repeated') = ($6 = 'repeated')) < $13
ON CONFLICT DO NOTHING
RETURNING position AS place"#;

#[derive(QueryableByName)]
struct Placed {
    #[diesel(sql_type = BigInt)]
    #[expect(dead_code, reason = "that there is a row is all that matters")]
    place: i64,
}

impl Store {
    /// Keeps an event until the run that is calling has ended. Who calls this looks at the conversation again afterwards:
    /// the run may have ended meanwhile.
    ///
    /// # Errors
    /// When the database is not available, or refuses the values.
    pub async fn put_inbox(&self, key: &ConversationKey, message: &NewMessage) -> Result<Inbox, StoreError> {
        refuse_nul(key, [message])?;
        loop {
            if self.insert_waiting(key, message).await? {
                self.inner.events.publish([key.clone()]);
                return Ok(Inbox::Waiting(self.waiting(key, message).await?));
            }
            if let Some(external) = &message.external_id
                && self.is_known(key, external).await?
            {
                return Ok(Inbox::Duplicate);
            }
            if message.kind == EVENT && self.elsewhere(key, message).await? {
                return Err(StoreError::Refused("the id of a start is that of another conversation's".to_owned()));
            }
            if self.waiting(key, message).await? >= INBOX_MAX {
                return Ok(Inbox::Full);
            }
        }
    }

    /// The event that has waited longest.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn oldest_inbox(&self, key: &ConversationKey) -> Result<Option<MessageRow>, StoreError> {
        let raw: Option<Raw> = read!(self, c => rows!(key).filter(waiting).order(position).get_result(c).await.optional()?);
        Ok(raw.map(MessageRow::from))
    }

    /// All events that wait, oldest first.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn inbox(&self, key: &ConversationKey) -> Result<Vec<MessageRow>, StoreError> {
        let raw: Vec<Raw> = read!(self, c => rows!(key).filter(waiting).order(position).load(c).await?);
        Ok(raw.into_iter().map(MessageRow::from).collect())
    }

    /// Changes the kind of an event that waits: [`REPEATED`] takes it out of the transcript, its own brings it back.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn set_inbox_kind(&self, key: &ConversationKey, event: &MessageId, to: &str) -> Result<(), StoreError> {
        let row = messages::table
            .filter(bot.eq(key.bot.as_str()))
            .filter(channel.eq(key.channel.as_str()))
            .filter(user.eq(key.user.as_str()))
            .filter(waiting)
            .filter(id.eq(event.as_str()));
        write!(self, c => diesel::update(row).set(kind.eq(to)).execute(c).await?);
        Ok(())
    }

    async fn insert_waiting(&self, key: &ConversationKey, message: &NewMessage) -> Result<bool, StoreError> {
        let insert = diesel::sql_query(PUT)
            .bind::<Text, _>(message.id.as_str())
            .bind::<Text, _>(key.bot.as_str())
            .bind::<Text, _>(key.channel.as_str())
            .bind::<Text, _>(key.user.as_str())
            .bind::<Text, _>(message.direction.as_str())
            .bind::<Text, _>(&message.kind)
            .bind::<Text, _>(&message.body)
            .bind::<Nullable<Text>, _>(message.items.as_deref())
            .bind::<Nullable<Text>, _>(message.external_id.as_deref())
            .bind::<Nullable<Text>, _>(message.body_hash.as_deref())
            .bind::<Nullable<Text>, _>(message.run_id.as_deref())
            .bind::<BigInt, _>(message.created_at.0)
            .bind::<BigInt, _>(INBOX_MAX);
        let placed: Option<Placed> = write!(self, c => insert.get_result(c).await.optional()?);
        Ok(placed.is_some())
    }

    /// Whether the id that the other side gave a start is taken by one of another conversation.
    async fn elsewhere(&self, key: &ConversationKey, message: &NewMessage) -> Result<bool, StoreError> {
        let Some(external) = &message.external_id else { return Ok(false) };
        Ok(self.start_by_external_id(external).await?.is_some_and(|(of, _)| of != *key))
    }

    /// How many wait of its sort: events, or repeats.
    async fn waiting(&self, key: &ConversationKey, message: &NewMessage) -> Result<i64, StoreError> {
        let rows = messages::table
            .filter(bot.eq(key.bot.as_str()))
            .filter(channel.eq(key.channel.as_str()))
            .filter(user.eq(key.user.as_str()))
            .filter(waiting)
            .filter(kind.eq(REPEATED).eq(message.kind == REPEATED));
        Ok(read!(self, c => rows.count().get_result(c).await?))
    }
}
