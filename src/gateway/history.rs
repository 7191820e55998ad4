//! What was said and counted, read by clients in pages.

use super::{Gateway, Line, Message, reply::Refusal, transcript::line};
use crate::{
    id::{BotKey, Channel, ConversationKey},
    store::{MessageRow, Span, StoreError, UsageRow},
};

/// A page of messages.
#[derive(Clone, Copy, Debug)]
pub enum Page {
    /// So many after the first `skip`.
    Skip {
        /// How many are left out.
        skip: i64,
        /// How many are wanted.
        limit: i64,
    },
    /// The last ones.
    Last(i64),
}

/// Where a list of messages goes on.
#[derive(Clone, Copy, Debug)]
pub enum Cursor {
    /// Behind this place.
    After(i64),
    /// The last ones before this place.
    Before(i64),
}

impl Gateway {
    /// A page of the messages of a conversation in a span of time, oldest first.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn messages_within(&self, key: &ConversationKey, span: Span, page: Page) -> Result<Vec<Message>, Refusal> {
        let (store, channel, user) = (self.inner.store.of(&key.bot), key.channel, key.user.clone());
        let rows = async move {
            match page {
                Page::Skip { skip, limit } => store.messages_within(channel, &user, span, skip, limit).await,
                Page::Last(limit) => store.last_messages_within(channel, &user, span, limit).await,
            }
        };
        Ok(self.at_home(rows).await?.into_iter().filter_map(Message::of_row).collect())
    }

    /// How many messages a conversation has in a span of time.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn count_within(&self, key: &ConversationKey, span: Span) -> Result<i64, Refusal> {
        let (store, channel, user) = (self.inner.store.of(&key.bot), key.channel, key.user.clone());
        self.at_home(async move { store.count_within(channel, &user, span).await }).await
    }

    /// At most `limit` messages of a conversation as clients see them, oldest first.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn lines(&self, key: &ConversationKey, from: Cursor, limit: i64) -> Result<Vec<Line>, Refusal> {
        let (store, channel, user) = (self.inner.store.of(&key.bot), key.channel, key.user.clone());
        let rows = async move {
            Ok::<Vec<MessageRow>, StoreError>(match from {
                Cursor::After(place) => store.messages_beyond(channel, &user, place, limit).await?,
                Cursor::Before(place) => store.messages_before(channel, &user, place, limit).await?,
            })
        };
        Ok(self.at_home(rows).await?.into_iter().map(line).collect())
    }

    /// What was counted of a bot from a day to a day, both included.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn usage_by_day(&self, bot: &BotKey, from: i32, to: i32, channel: Option<Channel>) -> Result<Vec<UsageRow>, Refusal> {
        let store = self.inner.store.of(bot);
        self.at_home(async move { store.usage_by_day(from, to, channel).await }).await
    }
}
