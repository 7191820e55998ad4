//! Starts from outside, by the id that makes a repeat of one harmless: it is one for all conversations.

use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, dsl::sql, sql_types::Bool};
use diesel_async::RunQueryDsl;

use super::{
    Store, StoreError,
    database::read,
    schema::messages::{self, bot, channel, external_id, user},
};
use crate::id::{BotKey, Channel, ConversationKey, UserKey};

/// The kind of the rows of events that are no message.
pub const EVENT: &str = "start";
/// Not bound: the condition of the index has to be known when the query is planned.
const OF_EVENTS: &str = "kind = 'start'";

impl Store {
    /// The conversation whose start has this id, and the hash of what was asked for.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn start_by_external_id(&self, external: &str) -> Result<Option<(ConversationKey, Option<String>)>, StoreError> {
        let rows = messages::table.filter(sql::<Bool>(OF_EVENTS)).filter(external_id.eq(external));
        let columns = (bot, channel, user, messages::body_hash);
        let found: Option<(String, String, String, Option<String>)> = read!(self, c => rows.select(columns).first(c).await.optional()?);
        Ok(found.and_then(|(of, on, who, hash)| {
            let on: Channel = on.parse().ok()?;
            Some((ConversationKey { bot: BotKey::from(of), channel: on, user: UserKey::from(who) }, hash))
        }))
    }
}
