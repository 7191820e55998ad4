//! The users of a bot by when they last had a message, page by page.

use super::{
    Gateway,
    reply::Refusal,
    users::{EXACT_MAX, User},
};
use crate::{
    id::{BotKey, Channel},
    store,
    time::Timestamp,
};

/// Users whose last message lies between two moments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Between {
    /// On these channels.
    pub channels: Vec<Channel>,
    /// The first moment; none: since ever.
    pub from: Option<Timestamp>,
    /// The moment after the last; none: until now.
    pub to: Option<Timestamp>,
}

/// A page of them.
#[derive(Debug)]
pub struct Interacted {
    /// Each with the moment of the last message.
    pub users: Vec<(User, Timestamp)>,
    /// How many there are: exact up to 10,000, beyond that counted within the last minute.
    pub total: i64,
}

impl Between {
    fn on(&self) -> impl Iterator<Item = store::Interacted> {
        self.channels.iter().map(|channel| store::Interacted { channel: *channel, from: self.from, to: self.to })
    }
}

impl Gateway {
    /// Users of a bot: channel by channel, those whose last message is the oldest first, to the day. The page ends at most 10,000 deep.
    ///
    /// # Errors
    /// When the database is not available, or takes longer than 5 s.
    pub async fn interacted(&self, bot: &BotKey, asked: &Between, skip: i64, limit: i64) -> Result<Interacted, Refusal> {
        let (mut users, mut total, mut skip) = (Vec::new(), 0, skip);
        for one in asked.on() {
            let found = self.count_interacted(bot, one, EXACT_MAX + 1).await?;
            let missing = limit - i64::try_from(users.len()).unwrap_or(limit);
            if skip < found && missing > 0 {
                users.extend(self.interacted_on(bot, one, skip, missing).await?);
            }
            skip = (skip - found).max(0);
            total += found;
        }
        if total > EXACT_MAX {
            total = self.count_all(bot, asked).await?;
        }
        Ok(Interacted { users, total })
    }

    async fn interacted_on(&self, bot: &BotKey, one: store::Interacted, skip: i64, limit: i64) -> Result<Vec<(User, Timestamp)>, Refusal> {
        let store = self.inner.store.of(bot);
        let rows = self.at_home(async move { store.interacted(&one, skip, limit).await }).await?;
        rows.into_iter().map(|(row, last_at)| Ok((User::of_row(row)?, last_at))).collect()
    }

    async fn count_interacted(&self, bot: &BotKey, one: store::Interacted, most: i64) -> Result<i64, Refusal> {
        let store = self.inner.store.of(bot);
        self.at_home(async move { store.count_interacted(&one, most).await }).await
    }

    async fn count_all(&self, bot: &BotKey, asked: &Between) -> Result<i64, Refusal> {
        let count = async {
            let mut all = 0;
            for one in asked.on() {
                all += self.count_interacted(bot, one, i64::MAX).await?;
            }
            Ok(all)
        };
        self.inner.totals.of(format!("{bot}\0{asked:?}"), count).await
    }
}
