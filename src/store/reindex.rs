//! Writing the rows beside conversations anew, with what was not counted yet: under the version that was read, and without touching
//! the state.

use std::collections::BTreeMap;

use diesel::{
    BoolExpressionMethods, ExpressionMethods, OptionalExtension, QueryDsl,
    dsl::auto_type,
    sql_types::{BigInt, Integer, Text},
};
use diesel_async::{AsyncConnection, RunQueryDsl};

use super::{
    Store, StoreError,
    commit::PLACES,
    database::{read, write},
    schema::{
        attributes,
        conversations::{self, indexed, indexed_to, last_day, last_input_at, version, waits_at},
        messages::{self, created_at, kind, position, waiting},
        tags,
    },
    start::EVENT,
    transcript::REPEATED,
    walk::Behind,
};
use crate::{
    id::{BotKey, Channel, ConversationKey},
    time::Timestamp,
};

/// What is to be written of a conversation.
#[derive(Clone, Debug)]
pub struct Reindexed {
    /// The conversation as it was read.
    pub behind: Behind,
    /// The version of the index.
    pub index: i32,
    /// All attributes that its user is found by, with their texts.
    pub attributes: Vec<(String, String)>,
    /// All tags.
    pub tags: Vec<String>,
    /// When the user last wrote.
    pub last_input_at: Option<Timestamp>,
    /// The block at whose question it waits.
    pub waits_at: Option<i64>,
    /// When it had its last turn.
    pub last_turn: Timestamp,
}

/// Kinds of messages that usage does not count.
pub(super) const UNCOUNTED: [&str; 3] = [EVENT, "typing", REPEATED];

/// The walker has a slot of its own: no connection of a server has the number 0.
const COUNT: &str = r#"
INSERT INTO usage (bot, channel, day, slot, messages, users) VALUES ($1, $2, $3, 0, $4, $5)
ON CONFLICT (bot, channel, day, slot) DO UPDATE SET messages = usage.messages + excluded.messages, users = usage.users + excluded.users"#;

/// Messages and users, by bot, channel and day; rows are locked in this order.
type Counts = BTreeMap<(BotKey, Channel, i32), (i64, i64)>;

/// What was not counted of a conversation.
struct Uncounted {
    counts: Counts,
    last_day: Option<i32>,
}

/// The conversation, unless it had a turn or was written anew since it was read.
#[auto_type(no_type_alias)]
fn as_read<'a>(behind: &'a Behind) -> _ {
    let (bot, channel, user): (&'a str, &'static str, &'a str) = columns(&behind.key);
    let (of, by, to): (i64, i32, i64) = (behind.version, behind.indexed, behind.indexed_to);
    conversations::table.find((bot, channel, user)).filter(version.eq(of)).filter(indexed.eq(by).and(indexed_to.eq(to)))
}

/// The moments of the messages that its turns wrote since its rows were written; the last one first.
#[auto_type(no_type_alias)]
fn moments<'a>(behind: &'a Behind) -> _ {
    let (bot, channel, user): (&'a str, &'static str, &'a str) = columns(&behind.key);
    let kinds: [&'static str; 3] = UNCOUNTED;
    let (from, to): (i64, i64) = ((behind.indexed_to + 1) * PLACES, (behind.version + 1) * PLACES);
    messages::table
        .filter(messages::bot.eq(bot).and(messages::channel.eq(channel)).and(messages::user.eq(user)))
        .filter(position.ge(from).and(position.lt(to)).and(waiting.eq(false)).and(kind.ne_all(kinds)))
        .order(position.desc())
        .select(created_at)
}

fn columns(key: &ConversationKey) -> (&str, &'static str, &str) {
    (&key.bot, key.channel.as_str(), &key.user)
}

/// Writes the attributes and tags of a conversation in place of those that are there.
macro_rules! replace {
    ($c:ident, $one:ident) => {{
        let (bot, channel, user) = columns(&$one.behind.key);
        let of_user = attributes::bot.eq(bot).and(attributes::channel.eq(channel)).and(attributes::user.eq(user));
        diesel::delete(attributes::table.filter(of_user)).execute($c).await?;
        for (name, value) in &$one.attributes {
            let of_user = (attributes::bot.eq(bot), attributes::channel.eq(channel), attributes::user.eq(user));
            let row = (of_user, attributes::name.eq(name), attributes::value.eq(value), attributes::uid.eq($one.behind.uid));
            diesel::insert_into(attributes::table).values(row).execute($c).await?;
        }
        let of_user = tags::bot.eq(bot).and(tags::channel.eq(channel)).and(tags::user.eq(user));
        diesel::delete(tags::table.filter(of_user)).execute($c).await?;
        for tag in &$one.tags {
            let of_user = (tags::bot.eq(bot), tags::channel.eq(channel), tags::user.eq(user));
            let row = (of_user, tags::tag.eq(tag), tags::uid.eq($one.behind.uid));
            diesel::insert_into(tags::table).values(row).execute($c).await?;
        }
    }};
}

/// Adds to what is counted.
macro_rules! add {
    ($c:ident, $counts:expr) => {
        for ((bot, channel, day), (messages, users)) in $counts {
            let count = diesel::sql_query(COUNT).bind::<Text, _>(bot.as_str()).bind::<Text, _>(channel.as_str());
            count.bind::<Integer, _>(day).bind::<BigInt, _>(messages).bind::<BigInt, _>(users).execute($c).await?;
        }
    };
}

impl Reindexed {
    /// Counts messages, the oldest first, and the user where a month begins with one.
    fn count(&self, moments: impl Iterator<Item = Timestamp>) -> Uncounted {
        let (key, mut counts, mut last) = (&self.behind.key, Counts::new(), self.behind.last_day);
        for at in moments {
            let (messages, users) = counts.entry((key.bot.clone(), key.channel, at.day())).or_default();
            *messages += 1;
            *users += i64::from(last.is_none_or(|day| day < at.month()));
            last = Some(at.day());
        }
        Uncounted { counts, last_day: last }
    }
}

impl Store {
    /// Writes the rows beside these conversations anew, all in one transaction, and says of how many: one that had a turn meanwhile
    /// stays behind. Of one whose messages were never counted, those of the month of `now` are.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn reindex(&self, conversations: &[Reindexed], now: Timestamp) -> Result<usize, StoreError> {
        let mut all = Vec::with_capacity(conversations.len());
        for one in conversations {
            all.push((one, self.uncounted(one, Timestamp::of_day(now.month())).await?));
        }
        Ok(write!(self, c => c.transaction(async |c| {
            let (mut counts, mut written) = (Counts::new(), 0);
            for (one, uncounted) in &all {
                if diesel::update(as_read(&one.behind)).set(is_now(one, uncounted)).execute(c).await? == 1 {
                    replace!(c, one);
                    merge(&mut counts, &uncounted.counts);
                    written += 1;
                }
            }
            add!(c, &counts);
            Ok::<_, StoreError>(written)
        }).await?))
    }

    /// What was not counted of a conversation: no turn changes that, it only adds to it.
    async fn uncounted(&self, one: &Reindexed, month: Timestamp) -> Result<Uncounted, StoreError> {
        let since = if one.behind.last_day.is_some() { Timestamp(i64::MIN) } else { month };
        let mut found: Vec<i64> = Vec::new();
        if one.last_turn >= since {
            found = read!(self, c => moments(&one.behind).filter(created_at.ge(since.0)).load(c).await?);
        }
        let mut uncounted = one.count(found.into_iter().rev().map(Timestamp));
        if uncounted.last_day.is_none() {
            let last: Option<i64> = read!(self, c => moments(&one.behind).first(c).await.optional()?);
            uncounted.last_day = last.map(|at| Timestamp(at).day());
        }
        Ok(uncounted)
    }
}

#[auto_type(no_type_alias)]
fn is_now<'a>(one: &'a Reindexed, uncounted: &'a Uncounted) -> _ {
    let (input, day): (Option<i64>, Option<i32>) = (one.last_input_at.map(|at| at.0), uncounted.last_day);
    let (by, to, place): (i32, i64, Option<i64>) = (one.index, one.behind.version, one.waits_at);
    (indexed.eq(by), indexed_to.eq(to), last_input_at.eq(input), waits_at.eq(place), last_day.eq(day))
}

fn merge(counts: &mut Counts, more: &Counts) {
    for (place, (messages, users)) in more {
        let sum = counts.entry(place.clone()).or_default();
        *sum = (sum.0 + messages, sum.1 + users);
    }
}
