//! What was counted: messages, and users with the first of a month. Every committing connection has rows of its own; their sum counts.

use std::ops::Range;

use diesel::{
    QueryableByName,
    sql_types::{BigInt, Integer, Nullable, Text},
};
use diesel_async::RunQueryDsl;

use super::{BotStore, StoreError, database::read};
use crate::id::Channel;

/// What was counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, QueryableByName)]
pub struct Usage {
    /// Messages in and out.
    #[diesel(sql_type = BigInt)]
    pub messages: i64,
    /// Users with at least one of them, month by month.
    #[diesel(sql_type = BigInt)]
    pub users: i64,
}

const SUM: &str = "SELECT CAST(coalesce(sum(messages), 0) AS bigint) AS messages, CAST(coalesce(sum(users), 0) AS bigint) AS users \
    FROM usage WHERE bot = $1 AND day >= $2 AND day < $3 AND ($4 IS NULL OR channel = $4)";

impl BotStore {
    /// What was counted on these days, on one channel or all.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn usage(&self, channel: Option<Channel>, days: Range<i32>) -> Result<Usage, StoreError> {
        let query = diesel::sql_query(SUM)
            .bind::<Text, _>(self.bot.as_str())
            .bind::<Integer, _>(days.start)
            .bind::<Integer, _>(days.end)
            .bind::<Nullable<Text>, _>(channel.map(Channel::as_str));
        Ok(read!(self.store, c => query.get_result(c).await?))
    }
}
