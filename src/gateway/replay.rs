//! Replay: the turns of the log, run again on the versions that they ran on, and compared with what they did then.

use std::sync::Arc;

use super::{
    Gateway,
    arrival::Arrival,
    log::{self, Logged},
    reply::Refusal,
    turn::Pending,
};
use crate::{
    flow::{Bot, Conversation, Event, advance, moved},
    id::{BotKey, ConversationKey, MessageId, Version},
    store::TurnRow,
    time::Timestamp,
};

/// How many turns are read at once.
const PAGE: i64 = 200;

/// What became of a replay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Replayed {
    /// So many turns did what they did then.
    Same {
        /// How many.
        turns: usize,
    },
    /// A turn did something else.
    Differs {
        /// Its number in the log.
        turn: i64,
    },
    /// A turn cannot be run again.
    Stopped {
        /// Its number in the log.
        turn: i64,
        /// Why, for people.
        why: &'static str,
    },
}

/// Runs the events of one commit: the conversation afterwards, and the hash of what they did.
#[must_use]
pub fn run_again(bot: &Bot, before: &Conversation, events: &[(Event, Timestamp)]) -> (Conversation, String) {
    let Some(((first, at), others)) = events.split_first() else { return (before.clone(), String::new()) };
    let mut pending = Pending::new(before, first, *at, advance(bot, before, first, *at));
    for (event, at) in others {
        let turn = advance(bot, &pending.conversation, event, *at);
        pending.take(event, *at, turn);
    }
    let hash = pending.effects_hash();
    (Arc::unwrap_or_clone(pending.conversation), hash)
}

impl Gateway {
    /// Runs everything again that the log has of a conversation.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn replay(&self, key: &ConversationKey) -> Result<Replayed, Refusal> {
        let (mut conversation, mut turns, mut next) = (None, 0, 0);
        loop {
            let page = self.inner.store.turns(key, next, PAGE).await?;
            let Some(last) = page.last() else { return Ok(Replayed::Same { turns }) };
            next = last.turn + 1;
            for row in &page {
                match self.turn_again(key, row, conversation.as_ref()).await? {
                    Ok(after) => conversation = Some(after),
                    Err(found) => return Ok(found),
                }
                turns += 1;
            }
        }
    }

    /// The conversation after a logged turn. A session's first turn brings the whole state; it has to be what the turns before made.
    async fn turn_again(
        &self,
        key: &ConversationKey,
        row: &TurnRow,
        before: Option<&Conversation>,
    ) -> Result<Result<Conversation, Replayed>, Refusal> {
        let stopped = |why| Ok(Err(Replayed::Stopped { turn: row.turn, why }));
        let Some(bot) = self.version(&key.bot, &row.version).await? else { return stopped("the version of the bot is gone") };
        let begun: Option<Conversation> = row.start_state.as_deref().and_then(|state| serde_json::from_str(state).ok());
        let before = before.map(|before| moved(before, &bot).unwrap_or_else(|| before.clone()));
        if let (Some(begun), Some(before)) = (&begun, &before)
            && !is_same(begun, before)
        {
            return Ok(Err(Replayed::Differs { turn: row.turn }));
        }
        let Some(before) = begun.or(before) else { return stopped("the log does not begin with a state") };
        let events = match self.events(key, &row.event).await? {
            Ok(events) => events,
            Err(why) => return stopped(why),
        };
        let (after, hash) = run_again(&bot, &before, &events);
        Ok(if hash == row.effects_hash { Ok(after) } else { Err(Replayed::Differs { turn: row.turn }) })
    }

    /// The events of a commit, messages read from their rows.
    async fn events(&self, key: &ConversationKey, log: &str) -> Result<Result<Vec<(Event, Timestamp)>, &'static str>, Refusal> {
        let Some(logged) = log::read(log) else { return Ok(Err("its events cannot be read")) };
        let mut events = Vec::with_capacity(logged.len());
        for (logged, now) in logged {
            let event = match logged {
                Logged::Whole(event) => *event,
                Logged::Hashed => return Ok(Err("an answer was too large to be kept")),
                Logged::Message(id) => match self.message_again(key, &id).await? {
                    Some(event) => event,
                    None => return Ok(Err("its message is gone")),
                },
            };
            events.push((event, now));
        }
        Ok(Ok(events))
    }

    async fn message_again(&self, key: &ConversationKey, id: &MessageId) -> Result<Option<Event>, Refusal> {
        let row = self.inner.store.message(key, id).await?;
        let Some(arrival) = row.as_ref().and_then(Arrival::of_row) else { return Ok(None) };
        let item = self.sent_item(key, &arrival.happening).await?;
        Ok(Some(arrival.event(item)))
    }

    /// A version of a bot: the live one, else from the store.
    async fn version(&self, bot: &BotKey, version: &Version) -> Result<Option<Arc<Bot>>, Refusal> {
        let live = self.bot(bot).ok_or(Refusal::UnknownBot)?;
        if live.version() == version { Ok(Some(live)) } else { self.older(bot, version, &live).await }
    }
}

/// The same state. What the last run has used up is part of none: another version of the gateway may count it otherwise.
fn is_same(a: &Conversation, b: &Conversation) -> bool {
    *a == Conversation { spent: a.spent.clone(), ..b.clone() }
}
