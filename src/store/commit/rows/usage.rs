//! Usage: how many messages there were, and how many users had the first of a month. What a group counts is added at once.

use std::collections::BTreeMap;

use diesel::{
    QueryResult, RunQueryDsl, SqliteConnection,
    query_builder::{AstPass, QueryFragment, QueryId},
    sql_types::{BigInt, Integer, Text},
    sqlite::Sqlite,
};

use super::super::Turn;
use crate::id::{BotKey, Channel};

/// Messages and users, by bot, channel and day.
#[derive(Debug, Default)]
pub(in super::super) struct Usage(BTreeMap<(BotKey, Channel, i32), (i64, i64)>);

impl Usage {
    /// Counts a turn of a user whose last message was on this day.
    pub(super) fn count(&mut self, turn: &Turn, last_day: Option<i32>) {
        if turn.commit.counted == 0 {
            return;
        }
        let key = &turn.commit.key;
        let (messages, users) = self.0.entry((key.bot.clone(), key.channel, turn.day)).or_default();
        *messages += turn.commit.counted;
        *users += i64::from(last_day.is_none_or(|day| day < turn.month));
    }

    /// Adds it all to what is there.
    pub(in super::super) fn write(&self, c: &mut SqliteConnection) -> QueryResult<()> {
        self.0.iter().try_for_each(|(place, counts)| Addition { place, counts }.execute(c).map(drop))
    }
}

/// What one group adds to one row. Diesel prepares an `INSERT … DO UPDATE` of its own anew each time; this is prepared once.
struct Addition<'a> {
    place: &'a (BotKey, Channel, i32),
    counts: &'a (i64, i64),
}

impl QueryId for Addition<'_> {
    type QueryId = Addition<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl QueryFragment<Sqlite> for Addition<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        let ((bot, channel, day), (messages, users)) = (self.place, self.counts);
        out.push_sql("INSERT INTO usage (slot, bot, channel, day, messages, users) VALUES (0, "); // one connection writes
        out.push_bind_param::<Text, _>(bot.as_str())?;
        out.push_sql(", ");
        out.push_bind_param::<Text, _>(channel.as_str())?;
        out.push_sql(", ");
        out.push_bind_param::<Integer, _>(day)?;
        out.push_sql(", ");
        out.push_bind_param::<BigInt, _>(messages)?;
        out.push_sql(", ");
        out.push_bind_param::<BigInt, _>(users)?;
        out.push_sql(
            ") ON CONFLICT (bot, channel, day, slot) DO UPDATE SET messages = messages + excluded.messages, users = users + excluded.users",
        );
        Ok(())
    }
}

impl RunQueryDsl<SqliteConnection> for Addition<'_> {}
