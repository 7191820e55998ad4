//! The walk of the index: conversations that are behind with the rows beside them, in an order in which a walk can go on.

use diesel::{
    QueryableByName,
    sql_types::{BigInt, Integer, Nullable, Text},
};
use diesel_async::RunQueryDsl;

use super::{Store, StoreError, conversation::key, database::read};
use crate::id::{BotKey, ConversationKey};

/// A conversation that is behind.
#[derive(Clone, Debug)]
pub struct Behind {
    /// Whose it is.
    pub key: ConversationKey,
    /// The number of the user.
    pub uid: i64,
    /// The conversation itself, as JSON.
    pub state: String,
    /// How many turns it has had.
    pub(super) version: i64,
    /// The version of the index that its rows were written by.
    pub(super) indexed: i32,
    /// The turn up to which they were written.
    pub(super) indexed_to: i64,
    /// The day of the last message that was counted.
    pub(super) last_day: Option<i32>,
}

impl Behind {
    /// Its place in the walk.
    #[must_use]
    pub fn place(&self) -> Place {
        Place(self.indexed, self.uid)
    }
}

/// How far a walk has come: those that are behind by one version of the index, then by the next, each by the numbers of the users.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place(i32, i64);

impl Place {
    /// Before all of them.
    pub const START: Self = Self(i32::MIN, i64::MIN);
}

#[derive(QueryableByName)]
struct Raw {
    #[diesel(sql_type = Text)]
    bot: String,
    #[diesel(sql_type = Text)]
    channel: String,
    #[diesel(sql_type = Text)]
    user: String,
    #[diesel(sql_type = BigInt)]
    uid: i64,
    #[diesel(sql_type = BigInt)]
    version: i64,
    #[diesel(sql_type = Text)]
    state: String,
    #[diesel(sql_type = Integer)]
    indexed: i32,
    #[diesel(sql_type = BigInt)]
    indexed_to: i64,
    #[diesel(sql_type = Nullable<Integer>)]
    last_day: Option<i32>,
}

/// In the order of an index and under its condition, from a place on.
const BEHIND: &str = r#"
SELECT bot, channel, "user", uid, version, state, "indexed", indexed_to, last_day FROM conversations
WHERE bot = $1 AND ("indexed", uid) > ($2, $3) AND "indexed" <= $4 AND "indexed" >= 0
ORDER BY "indexed", uid LIMIT $5"#;

impl Store {
    /// The first `limit` conversations of a bot, from a place on, whose rows were not written by this version of the index, or not up
    /// to their last turn.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn behind(&self, bot: &BotKey, index: i32, after: Place, limit: i64) -> Result<Vec<Behind>, StoreError> {
        let before = self.behind_to(bot, after, index - 1, limit).await?;
        if !before.is_empty() {
            return Ok(before);
        }
        self.behind_to(bot, after.max(Place(index, i64::MAX)), i32::MAX, limit).await
    }

    async fn behind_to(&self, bot: &BotKey, after: Place, to: i32, limit: i64) -> Result<Vec<Behind>, StoreError> {
        let query = diesel::sql_query(BEHIND)
            .bind::<Text, _>(bot.as_str())
            .bind::<Integer, _>(after.0)
            .bind::<BigInt, _>(after.1)
            .bind::<Integer, _>(to)
            .bind::<BigInt, _>(limit);
        let raw: Vec<Raw> = read!(self, c => query.load(c).await?);
        raw.into_iter().map(of_row).collect()
    }
}

fn of_row(raw: Raw) -> Result<Behind, StoreError> {
    Ok(Behind {
        key: key((raw.bot, raw.channel, raw.user))?,
        uid: raw.uid,
        state: raw.state,
        version: raw.version,
        indexed: raw.indexed,
        indexed_to: raw.indexed_to,
        last_day: raw.last_day,
    })
}
