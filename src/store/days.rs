//! What was counted, day by day and channel by channel.

use diesel::{
    QueryableByName,
    sql_types::{BigInt, Integer, Text},
};
use diesel_async::RunQueryDsl;

use super::{BotStore, StoreError, database::read};
use crate::id::Channel;

/// What was counted on one channel on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UsageRow {
    /// The channel.
    pub channel: Channel,
    /// The day, UTC, from 1970-01-01.
    pub day: i32,
    /// Messages in and out.
    pub messages: i64,
    /// Users whose first message of the month was on this day.
    pub users: i64,
}

#[derive(QueryableByName)]
struct Raw {
    #[diesel(sql_type = Text)]
    channel: String,
    #[diesel(sql_type = Integer)]
    day: i32,
    #[diesel(sql_type = BigInt)]
    messages: i64,
    #[diesel(sql_type = BigInt)]
    users: i64,
}

/// Each connection that commits has a slot of its own.
const USAGE: &str = "SELECT channel, day, CAST(sum(messages) AS BIGINT) AS messages, CAST(sum(users) AS BIGINT) AS users FROM usage
    WHERE bot = $1 AND day >= $2 AND day <= $3 AND ($4 = '' OR channel = $4) GROUP BY channel, day ORDER BY day, channel";

impl BotStore {
    /// What was counted from a day to a day, both included, by day and channel.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn usage_by_day(&self, from: i32, to: i32, channel: Option<Channel>) -> Result<Vec<UsageRow>, StoreError> {
        let query = diesel::sql_query(USAGE).bind::<Text, _>(self.bot.as_str()).bind::<Integer, _>(from).bind::<Integer, _>(to);
        let query = query.bind::<Text, _>(channel.map_or("", Channel::as_str));
        let raw: Vec<Raw> = read!(self.store, c => query.load(c).await?);
        raw.into_iter().map(of_row).collect()
    }
}

fn of_row(raw: Raw) -> Result<UsageRow, StoreError> {
    let channel = raw.channel.parse().map_err(|error: crate::id::UnknownChannel| StoreError::Refused(error.to_string()))?;
    Ok(UsageRow { channel, day: raw.day, messages: raw.messages, users: raw.users })
}
