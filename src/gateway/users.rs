//! The users of a bot as clients look for them: by an attribute, by a tag, by an id; in the order of their numbers.

use std::time::{Duration, Instant};

use serde_json::{Map, Value};

use super::{Gateway, reply::Refusal};
use crate::{
    flow::{Bot, Conversation, index},
    id::{Channel, ConversationKey, phone},
    store::{ConversationRow, Found, Part, Span, UserRow},
    time::Timestamp,
};

/// A search that no index serves ends after this.
const SEARCH_MAX: Duration = Duration::from_secs(5);
/// Conversations that such a search reads at once.
const BATCH: i64 = 250;
/// Counts are exact up to here.
pub(super) const EXACT_MAX: i64 = 10_000;

/// A user and what is known of them.
#[derive(Clone, Debug)]
pub struct User {
    /// Whose conversation it is.
    pub key: ConversationKey,
    /// The number of the user.
    pub uid: i64,
    /// When they were first seen.
    pub created_at: Timestamp,
    /// When they were heard last.
    pub last_interaction: Timestamp,
    conversation: Conversation,
}

/// A page of users, and how many there are in all.
#[derive(Debug)]
pub struct Users {
    /// The page.
    pub users: Vec<User>,
    /// How many there are.
    pub total: i64,
}

impl User {
    pub(super) fn of_row(row: UserRow) -> Result<Self, Refusal> {
        let unreadable = |error| Refusal::Invalid(format!("the stored conversation cannot be read: {error}"));
        let conversation = Conversation::read(&row.state).map_err(unreadable)?;
        Ok(Self { key: row.key, uid: row.uid, created_at: row.created_at, last_interaction: row.last_interaction, conversation })
    }

    /// The value that `{{name}}` has for the user now.
    #[must_use]
    pub fn value(&self, bot: &Bot, name: &str) -> Value {
        self.conversation.value(bot, name)
    }

    /// The value of a built-in name, if it is a text.
    #[must_use]
    pub fn built_in(&self, name: &str) -> Option<String> {
        self.conversation.built_in(name)?.as_str().map(str::to_owned)
    }

    /// The attributes that are saved.
    #[must_use]
    pub fn attributes(&self) -> &Map<String, Value> {
        &self.conversation.attributes
    }

    /// The tags.
    pub fn tags(&self) -> impl Iterator<Item = &str> {
        self.conversation.tags.iter().map(String::as_str)
    }

    /// Whether they asked not to be written to.
    #[must_use]
    pub fn opted_out(&self) -> bool {
        self.conversation.opted_out
    }
}

impl Gateway {
    /// A part of the users for whom an attribute has this text, as the index writes it.
    ///
    /// # Errors
    /// When the database is not available, or a search that no index serves takes longer than 5 s.
    pub async fn users_with(&self, bot: &Bot, name: &str, text: &str, part: Part) -> Result<Users, Refusal> {
        let text = index::text(&text.into()).unwrap_or_default();
        if !bot.index().serves(bot.attributes(), name, &text) {
            return self.search(bot, name, &text, part).await;
        }
        let (store, found, wanted) = (self.inner.store.of(bot.key()), name.to_owned(), text.clone());
        let rows = self.at_home(async move { store.users_by(Found::Attribute(&found, &wanted), None, part).await }).await?;
        let users = rows.into_iter().map(User::of_row).collect::<Result<_, _>>()?;
        Ok(Users { users, total: self.total(bot, name, text).await? })
    }

    async fn total(&self, bot: &Bot, name: &str, text: String) -> Result<i64, Refusal> {
        let count = |most: i64| {
            let (store, name, text) = (self.inner.store.of(bot.key()), name.to_owned(), text.clone());
            self.at_home(async move { store.count_by_attribute(&name, &text, most).await })
        };
        let exact = count(EXACT_MAX + 1).await?;
        if exact <= EXACT_MAX {
            return Ok(exact);
        }
        self.inner.totals.of(format!("{}\0{name}\0{text}", bot.key()), count(i64::MAX)).await
    }

    /// Looks at all users of the bot. The page is a part of those that fit.
    async fn search(&self, bot: &Bot, name: &str, text: &str, part: Part) -> Result<Users, Refusal> {
        let (until, mut found, mut after) = (Instant::now() + SEARCH_MAX, Users { users: Vec::new(), total: 0 }, 0);
        let mut skip = part.skip;
        loop {
            let read = self.users(bot, None, after, BATCH).await?;
            let Some(last) = read.last() else { return Ok(found) };
            after = last.uid;
            for user in read.into_iter().filter(|user| index::text(&user.value(bot, name)).as_deref() == Some(text)) {
                found.total += 1;
                match user.uid > part.after {
                    true if skip > 0 => skip -= 1,
                    true if (found.users.len() as i64) < part.limit => found.users.push(user),
                    _ => {}
                }
            }
            if Instant::now() > until {
                return Err(Refusal::SearchTooLong);
            }
        }
    }

    /// The first `limit` users of a bot with a higher number than `after`.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn users(&self, bot: &Bot, channel: Option<Channel>, after: i64, limit: i64) -> Result<Vec<User>, Refusal> {
        let store = self.inner.store.of(bot.key());
        let rows = self.at_home(async move { store.users(channel, after, limit).await }).await?;
        rows.into_iter().map(User::of_row).collect()
    }

    /// The first `limit` users of a bot with a tag and a higher number than `after`.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn users_tagged(&self, bot: &Bot, tag: &str, channel: Option<Channel>, after: i64, limit: i64) -> Result<Vec<User>, Refusal> {
        let (store, tag) = (self.inner.store.of(bot.key()), index::text(&tag.into()).unwrap_or_default());
        let part = Part { after, skip: 0, limit };
        let rows = self.at_home(async move { store.users_by(Found::Tag(&tag), channel, part).await }).await?;
        rows.into_iter().map(User::of_row).collect()
    }

    /// The user of this id on a channel; without one, on the channel with the latest message. A phone number may be written in any form.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn user(&self, bot: &Bot, id: &str, channel: Option<Channel>) -> Result<Option<User>, Refusal> {
        let mut found = self.named(bot, id).await?;
        found.retain(|user| !user.key.channel.is_phone());
        if let Some(digits) = digits(bot, id) {
            found.extend(self.named(bot, &digits).await?.into_iter().filter(|user| user.key.channel.is_phone()));
        }
        found.retain(|user| channel.is_none_or(|wanted| user.key.channel == wanted));
        if found.len() > 1 { self.latest(found).await } else { Ok(found.pop()) }
    }

    /// The one with the latest message, in or out: other turns, such as a change from outside, are none.
    async fn latest(&self, users: Vec<User>) -> Result<Option<User>, Refusal> {
        let mut latest: Option<(Timestamp, User)> = None;
        for user in users {
            let (store, key) = (self.inner.store.of(&user.key.bot), user.key.clone());
            let last = async move { store.last_messages_within(key.channel, &key.user, Span::ALL, 1).await };
            let at = self.at_home(last).await?.first().map_or(Timestamp(i64::MIN), |row| row.message.created_at);
            if latest.as_ref().is_none_or(|(before, _)| *before < at) {
                latest = Some((at, user));
            }
        }
        Ok(latest.map(|(_, user)| user))
    }

    /// The user of a conversation.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn user_of(&self, key: &ConversationKey) -> Result<Option<User>, Refusal> {
        let (store, channel, user) = (self.inner.store.of(&key.bot), key.channel, key.user.clone());
        let row = self.at_home(async move { store.conversation(channel, &user).await }).await?;
        let found = |row: ConversationRow| {
            User::of_row(UserRow {
                key: row.key,
                uid: row.uid,
                state: row.state,
                created_at: row.created_at,
                last_interaction: row.last_interaction,
            })
        };
        row.map(found).transpose()
    }

    async fn named(&self, bot: &Bot, id: &str) -> Result<Vec<User>, Refusal> {
        if id.contains('\0') {
            return Ok(Vec::new()); // no database has one
        }
        let (store, id) = (self.inner.store.of(bot.key()), id.to_owned());
        let rows = self.at_home(async move { store.users_named(&id).await }).await?;
        rows.into_iter().map(User::of_row).collect()
    }
}

/// The digits under which a phone number is kept. Here nothing is sent, so one without its country's code is looked for as it is.
fn digits(bot: &Bot, id: &str) -> Option<String> {
    let country = bot.about().channels.iter().find_map(|listed| listed.country.as_deref());
    phone(id, country).or_else(|| phone(&format!("+{}", id.trim().trim_start_matches('+')), None))
}
