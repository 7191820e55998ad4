//! Users by when they last had a message, in or out. An index leads to them by day; on a day of which only a part is asked for, the
//! last message of each is looked at.

use std::time::Duration;

use diesel::{
    QueryableByName,
    sql_types::{BigInt, Integer, Text},
};
use diesel_async::RunQueryDsl;

use super::{BotStore, StoreError, UserRow, conversation::key, database::read};
use crate::{id::Channel, time::Timestamp};

/// How long users may be counted.
const COUNT_MAX: Duration = Duration::from_secs(5);

/// Which users are asked for: those of a channel whose last message is not before one moment, and before another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interacted {
    /// The channel.
    pub channel: Channel,
    /// The first moment; none: since ever.
    pub from: Option<Timestamp>,
    /// The moment after the last; none: until now and on.
    pub to: Option<Timestamp>,
}

#[derive(QueryableByName)]
struct Raw {
    #[diesel(sql_type = Text)]
    bot: String,
    #[diesel(sql_type = Text)]
    channel: String,
    #[diesel(sql_type = BigInt)]
    uid: i64,
    #[diesel(sql_type = Text)]
    user: String,
    #[diesel(sql_type = Text)]
    state: String,
    #[diesel(sql_type = BigInt)]
    created_at: i64,
    #[diesel(sql_type = BigInt)]
    last_interaction: i64,
    #[diesel(sql_type = BigInt)]
    last_at: i64,
}

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = BigInt)]
    found: i64,
}

/// The moment of the last message that usage counts.
const LAST: &str = r#"coalesce((SELECT m.created_at FROM messages m
    WHERE m."user" = c."user" AND m.bot = c.bot AND m.channel = c.channel AND NOT m.waiting AND m.kind NOT IN ('start', 'typing', 'repeated')
    ORDER BY m.position DESC LIMIT 1), CAST(c.last_day AS bigint) * 86400000)"#;

/// In the order of the index and under its condition. Only on the days that are cut is more looked at than the index.
const MATCHING: &str = r"FROM conversations c
    WHERE c.bot = $1 AND c.channel = $2 AND c.last_day IS NOT NULL AND c.last_day >= $3 AND c.last_day <= $4
    AND (c.last_day > $5 OR LAST >= $6) AND (c.last_day < $7 OR LAST < $8)";

/// How many there are on whole days: the index alone tells.
const COUNT_DAYS: &str = "SELECT count(*) AS found FROM (SELECT 1 FROM conversations c
    WHERE c.bot = $1 AND c.channel = $2 AND c.last_day IS NOT NULL AND c.last_day >= $3 AND c.last_day <= $4 LIMIT $5) found";
const COUNT: &str = "SELECT count(*) AS found FROM (SELECT 1 MATCHING LIMIT $9) found";

/// The last message is looked for only where a user is on the page.
const PAGE: &str = r#"SELECT c.bot, c.channel, c."user", c.uid, c.state, c.created_at, c.last_interaction, LAST AS last_at
    FROM (SELECT c.* MATCHING ORDER BY c.last_day, c.uid LIMIT $9 OFFSET $10) c ORDER BY c.last_day, c.uid"#;

/// The days that are asked for, and those at the edges of which only a part is.
struct Days {
    first: i32,
    last: i32,
    cut_to: i32,
    from: i64,
    cut_from: i32,
    to: i64,
}

impl Days {
    fn of(asked: &Interacted) -> Self {
        let (from, to) = (asked.from.unwrap_or(Timestamp(i64::MIN)), asked.to.unwrap_or(Timestamp(i64::MAX)));
        let (first, last) = (from.day(), to.plus_ms(-1).day());
        let begins_whole = asked.from.is_none() || Timestamp::of_day(first) == from;
        let ends_whole = asked.to.is_none() || Timestamp::of_day(to.day()) == to;
        let cut_to = if begins_whole { i32::MIN } else { first };
        let cut_from = if ends_whole { i32::MAX } else { last };
        Self { first, last, cut_to, from: from.0, cut_from, to: to.0 }
    }

    fn are_whole(&self) -> bool {
        (self.cut_to, self.cut_from) == (i32::MIN, i32::MAX)
    }
}

/// `matching!(bot, asked, select)`: a query with what is asked for bound.
macro_rules! matching {
    ($bot:expr, $asked:expr, $select:expr) => {{
        let days = Days::of($asked);
        diesel::sql_query($select.replace("MATCHING", MATCHING).replace("LAST", LAST))
            .bind::<Text, _>($bot.as_str())
            .bind::<Text, _>($asked.channel.as_str())
            .bind::<Integer, _>(days.first)
            .bind::<Integer, _>(days.last)
            .bind::<Integer, _>(days.cut_to)
            .bind::<BigInt, _>(days.from)
            .bind::<Integer, _>(days.cut_from)
            .bind::<BigInt, _>(days.to)
    }};
}

impl BotStore {
    /// How many users there are; counts no further than to `limit`.
    ///
    /// # Errors
    /// When the database is not available, or takes too long.
    pub async fn count_interacted(&self, asked: &Interacted, limit: i64) -> Result<i64, StoreError> {
        let days = Days::of(asked);
        let counted: Counted = if days.are_whole() {
            let query = diesel::sql_query(COUNT_DAYS).bind::<Text, _>(self.bot.as_str()).bind::<Text, _>(asked.channel.as_str());
            let query = query.bind::<Integer, _>(days.first).bind::<Integer, _>(days.last).bind::<BigInt, _>(limit);
            read!(self.store, COUNT_MAX, c => query.get_result(c).await?)
        } else {
            let query = matching!(self.bot, asked, COUNT).bind::<BigInt, _>(limit);
            read!(self.store, COUNT_MAX, c => query.get_result(c).await?)
        };
        Ok(counted.found)
    }

    /// Users in the order of the days of their last messages, then of their numbers; each with the moment of the last message, or the
    /// begin of its day where it is stored no more.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn interacted(&self, asked: &Interacted, offset: i64, limit: i64) -> Result<Vec<(UserRow, Timestamp)>, StoreError> {
        let query = matching!(self.bot, asked, PAGE).bind::<BigInt, _>(limit).bind::<BigInt, _>(offset);
        let raw: Vec<Raw> = read!(self.store, COUNT_MAX, c => query.load(c).await?);
        raw.into_iter().map(of_row).collect()
    }
}

fn of_row(raw: Raw) -> Result<(UserRow, Timestamp), StoreError> {
    let key = key((raw.bot, raw.channel, raw.user))?;
    let (created_at, last_interaction) = (Timestamp(raw.created_at), Timestamp(raw.last_interaction));
    Ok((UserRow { key, uid: raw.uid, state: raw.state, created_at, last_interaction }, Timestamp(raw.last_at)))
}
