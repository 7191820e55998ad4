//! Usage: how many messages there were, and how many users had the first of a month. What a group counts is added at once.

use std::collections::BTreeMap;

use diesel::{ExpressionMethods, QueryResult, RunQueryDsl, SqliteConnection, upsert::excluded};

use super::super::{super::schema::usage as rows, Turn};
use crate::id::{BotKey, Channel};

/// On SQLite one connection writes.
const SLOT: i32 = 0;

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
        for ((bot, channel, day), (messages, users)) in &self.0 {
            let place = (rows::bot.eq(bot.as_str()), rows::channel.eq(channel.as_str()), rows::day.eq(day), rows::slot.eq(SLOT));
            let row = (place, rows::messages.eq(messages), rows::users.eq(users));
            let insert = diesel::insert_into(rows::table).values(row).on_conflict((rows::bot, rows::channel, rows::day, rows::slot));
            let more = (rows::messages.eq(rows::messages + excluded(rows::messages)), rows::users.eq(rows::users + excluded(rows::users)));
            insert.do_update().set(more).execute(c)?;
        }
        Ok(())
    }
}
