//! The users of a bot, in the order of their numbers: all of them, those who have an attribute or a tag, those with one id.

use diesel::{
    QueryableByName,
    sql_types::{BigInt, Text},
};
use diesel_async::RunQueryDsl;

use super::{BotStore, StoreError, conversation::key, database::read};
use crate::{
    id::{Channel, ConversationKey},
    time::Timestamp,
};

/// A user, with the conversation as it is stored.
#[derive(Clone, Debug)]
pub struct UserRow {
    /// Whose conversation it is.
    pub key: ConversationKey,
    /// The number of the user.
    pub uid: i64,
    /// The conversation itself, as JSON.
    pub state: String,
    /// When the first turn was committed.
    pub created_at: Timestamp,
    /// When the user was heard last.
    pub last_interaction: Timestamp,
}

/// What users are found by, as the index has it.
#[derive(Clone, Copy, Debug)]
pub enum Found<'a> {
    /// An attribute and its text.
    Attribute(&'a str, &'a str),
    /// A tag.
    Tag(&'a str),
}

/// A part of a list.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    /// Only users with a higher number.
    pub after: i64,
    /// How many of these are left out.
    pub skip: i64,
    /// How many are wanted.
    pub limit: i64,
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
    #[diesel(sql_type = Text)]
    state: String,
    #[diesel(sql_type = BigInt)]
    created_at: i64,
    #[diesel(sql_type = BigInt)]
    last_interaction: i64,
}

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// All queries on users give these columns; an empty channel is any.
macro_rules! users {
    ($from:literal) => {
        concat!("SELECT c.bot, c.channel, c.\"user\", c.uid, c.state, c.created_at, c.last_interaction FROM ", $from)
    };
}

/// The conditions on the index are those that it has itself: without them it is not taken.
const BY_ATTRIBUTE: &str = users!(
    r#"attributes a JOIN conversations c ON c."user" = a."user" AND c.bot = a.bot AND c.channel = a.channel
    WHERE a.bot = $1 AND a.name = $2 AND a.value = $3 AND a.value IS NOT NULL AND a.uid > $4 AND ($5 = '' OR a.channel = $5)
    ORDER BY a.uid LIMIT $6 OFFSET $7"#
);
const BY_TAG: &str = users!(
    r#"tags t JOIN conversations c ON c."user" = t."user" AND c.bot = t.bot AND c.channel = t.channel
    WHERE t.bot = $1 AND t.tag = $2 AND t.uid > 0 AND t.uid > $3 AND ($4 = '' OR t.channel = $4)
    ORDER BY t.uid LIMIT $5 OFFSET $6"#
);
const ALL: &str = users!(r"conversations c WHERE c.bot = $1 AND c.uid > $2 AND ($3 = '' OR c.channel = $3) ORDER BY c.uid LIMIT $4");
const NAMED: &str = users!(r#"conversations c WHERE c."user" = $1 AND c.bot = $2 ORDER BY c.last_interaction DESC, c.uid DESC LIMIT 12"#);

const COUNT_BY_ATTRIBUTE: &str = r"SELECT count(*) AS n FROM
    (SELECT 1 FROM attributes a WHERE a.bot = $1 AND a.name = $2 AND a.value = $3 AND a.value IS NOT NULL AND a.uid > 0 LIMIT $4) found";

impl BotStore {
    /// The users who are found by something.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn users_by(&self, found: Found<'_>, channel: Option<Channel>, part: Part) -> Result<Vec<UserRow>, StoreError> {
        let (bot, channel) = (self.bot.as_str(), channel.map_or("", Channel::as_str));
        let raw: Vec<Raw> = match found {
            Found::Attribute(name, text) => {
                let query = diesel::sql_query(BY_ATTRIBUTE).bind::<Text, _>(bot).bind::<Text, _>(name).bind::<Text, _>(text);
                let query = query.bind::<BigInt, _>(part.after).bind::<Text, _>(channel);
                let query = query.bind::<BigInt, _>(part.limit).bind::<BigInt, _>(part.skip);
                read!(self.store, c => query.load(c).await?)
            }
            Found::Tag(tag) => {
                let query = diesel::sql_query(BY_TAG).bind::<Text, _>(bot).bind::<Text, _>(tag).bind::<BigInt, _>(part.after);
                let query = query.bind::<Text, _>(channel).bind::<BigInt, _>(part.limit).bind::<BigInt, _>(part.skip);
                read!(self.store, c => query.load(c).await?)
            }
        };
        raw.into_iter().map(of_row).collect()
    }

    /// How many users have an attribute of this text, counted no further than `most`.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn count_by_attribute(&self, name: &str, text: &str, most: i64) -> Result<i64, StoreError> {
        let query = diesel::sql_query(COUNT_BY_ATTRIBUTE).bind::<Text, _>(self.bot.as_str()).bind::<Text, _>(name);
        let query = query.bind::<Text, _>(text).bind::<BigInt, _>(most);
        let counted: Counted = read!(self.store, c => query.get_result(c).await?);
        Ok(counted.n)
    }

    /// The first `limit` users with a higher number.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn users(&self, channel: Option<Channel>, after: i64, limit: i64) -> Result<Vec<UserRow>, StoreError> {
        let query = diesel::sql_query(ALL).bind::<Text, _>(self.bot.as_str()).bind::<BigInt, _>(after);
        let query = query.bind::<Text, _>(channel.map_or("", Channel::as_str)).bind::<BigInt, _>(limit);
        let raw: Vec<Raw> = read!(self.store, c => query.load(c).await?);
        raw.into_iter().map(of_row).collect()
    }

    /// The users of all channels who have this id, the one who was heard last first.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn users_named(&self, user: &str) -> Result<Vec<UserRow>, StoreError> {
        let query = diesel::sql_query(NAMED).bind::<Text, _>(user).bind::<Text, _>(self.bot.as_str());
        let raw: Vec<Raw> = read!(self.store, c => query.load(c).await?);
        raw.into_iter().map(of_row).collect()
    }
}

fn of_row(raw: Raw) -> Result<UserRow, StoreError> {
    Ok(UserRow {
        key: key((raw.bot, raw.channel, raw.user))?,
        uid: raw.uid,
        state: raw.state,
        created_at: Timestamp(raw.created_at),
        last_interaction: Timestamp(raw.last_interaction),
    })
}
