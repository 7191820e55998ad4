//! What is due: leases that are over, timers that ring, events that nobody will take. It is looked for once a second, so each
//! query reads what it finds and no more, however many conversations are stored.

use diesel::{
    BoolExpressionMethods, ExpressionMethods, QueryDsl, TextExpressionMethods,
    dsl::{auto_type, exists, not},
};
use diesel_async::RunQueryDsl;

use super::{
    Store, StoreError,
    conversation::{RawKey, key},
    database::read,
    schema::{
        conversations::{self, bot, channel, last_interaction, lease_until, user, wake_at},
        messages,
    },
};
use crate::{
    id::{BotKey, ConversationKey},
    time::Timestamp,
};

/// The bots by their names. They are compared with `bot.concat("")`, not with `bot`: SQLite would take the index that begins with
/// the bot, and read all its conversations, instead of the small one of what is due.
fn texts(bots: &[BotKey]) -> Vec<&str> {
    bots.iter().map(BotKey::as_str).collect()
}

#[auto_type(no_type_alias)]
fn leases<'a>(bots: Vec<&'a str>, now: i64, latest: i64) -> _ {
    let over = lease_until.le(now).or(lease_until.gt(latest));
    conversations::table.filter(over).filter(bot.concat("").eq_any(bots)).order(lease_until).select((bot, channel, user))
}

#[auto_type(no_type_alias)]
fn timers<'a>(bots: Vec<&'a str>, now: i64) -> _ {
    conversations::table.filter(wake_at.le(now)).filter(bot.concat("").eq_any(bots)).order(wake_at).select((bot, channel, user))
}

impl Store {
    /// Conversations of these bots whose calls are given up by `now`, the longest overdue first; a lease that ends after `latest`
    /// was written by a clock that was wrong.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn expired_leases(
        &self,
        bots: &[BotKey],
        now: Timestamp,
        latest: Timestamp,
        limit: i64,
    ) -> Result<Vec<ConversationKey>, StoreError> {
        let due: Vec<RawKey> = read!(self, c => leases(texts(bots), now.0, latest.0).limit(limit).load(c).await?);
        due.into_iter().map(key).collect()
    }

    /// Conversations of these bots whose timer is due by `now`, the longest overdue first.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn due_wakes(&self, bots: &[BotKey], now: Timestamp, limit: i64) -> Result<Vec<ConversationKey>, StoreError> {
        let due: Vec<RawKey> = read!(self, c => timers(texts(bots), now.0).limit(limit).load(c).await?);
        due.into_iter().map(key).collect()
    }

    /// Conversations of these bots with a timer whose user was heard after `now`: the clock was set back since. Reads all that have
    /// a timer, so it is asked only where there is a reason to.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn from_the_future(&self, bots: &[BotKey], now: Timestamp, limit: i64) -> Result<Vec<ConversationKey>, StoreError> {
        let ahead = conversations::table.filter(wake_at.is_not_null()).filter(last_interaction.gt(now.0));
        let ahead = ahead.filter(bot.eq_any(texts(bots))).limit(limit).select((bot, channel, user));
        let ahead: Vec<RawKey> = read!(self, c => ahead.load(c).await?);
        ahead.into_iter().map(key).collect()
    }

    /// Conversations of these bots with waiting inbox rows that no run will take, because none is calling.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn waiting_without_run(&self, bots: &[BotKey], limit: i64) -> Result<Vec<ConversationKey>, StoreError> {
        let calling = conversations::table.filter(
            (conversations::bot.eq(messages::bot))
                .and(conversations::channel.eq(messages::channel))
                .and(conversations::user.eq(messages::user))
                .and(conversations::lease_until.is_not_null()),
        );
        let found: Vec<RawKey> = read!(self, c => messages::table
            .filter(messages::waiting).filter(messages::bot.eq_any(texts(bots))).filter(not(exists(calling)))
            .select((messages::bot, messages::channel, messages::user)).distinct().limit(limit).load(c).await?);
        found.into_iter().map(key).collect()
    }
}

#[cfg(test)]
mod tests {
    use diesel::{Connection, QueryableByName, RunQueryDsl, SqliteConnection, debug_query, sql_query, sql_types::Text, sqlite::Sqlite};

    use super::*;
    use crate::store::migrations;

    #[derive(QueryableByName)]
    struct Step {
        #[diesel(sql_type = Text)]
        detail: String,
    }

    /// How SQLite goes about a query, without the values that are bound to it.
    fn plan(query: &str) -> String {
        let mut connection = SqliteConnection::establish(":memory:").unwrap();
        migrations::sqlite(&mut connection, true).unwrap();
        let (sql, _bound) = query.split_once(" -- ").unwrap();
        let steps: Vec<Step> = sql_query(format!("EXPLAIN QUERY PLAN {sql}")).load(&mut connection).unwrap();
        steps.into_iter().map(|step| step.detail + "\n").collect()
    }

    #[test]
    fn what_is_due_is_found_by_its_own_index() {
        let timers = plan(&debug_query::<Sqlite, _>(&timers(vec!["shop", "clinic"], 1)).to_string());
        assert!(timers.contains("conversations_wake") && !timers.contains("autoindex"), "{timers}");
        let leases = plan(&debug_query::<Sqlite, _>(&leases(vec!["shop", "clinic"], 1, 2)).to_string());
        assert!(leases.contains("conversations_lease") && !leases.contains("autoindex"), "{leases}");
    }
}
