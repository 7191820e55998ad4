//! Group commit: turns that are ready while a commit is under way are written together by the next one.
//!
//! Each turn is decided alone: the claim (version and unique inbound id, both or neither, and the rule of the inbox) says
//! who wins, and only the rows of those are written. A group that fails as a whole is split until the culprit stands
//! alone.

mod checkpoint;
mod committer;
mod pipe;
mod postgres;
mod queue;
mod rows;
mod settle;
mod sqlite;
mod update;
mod waiting;

use super::{NewMessage, StoreError, turn::deflate};
use crate::{
    id::{ConversationKey, MessageId, RunId, Version},
    time::Timestamp,
};

pub(super) use committer::{Groups, run};
pub(super) use postgres::PostgresGroups;
pub(super) use queue::Queue;
pub(super) use sqlite::SqliteGroups;
pub(super) use waiting::Role;

/// Places of messages that one version of a conversation has: its turn's own, then those of the inbox.
pub(super) const PLACES: i64 = 1_024;

/// How many of them a turn may use.
const MESSAGES_MAX: usize = 900;

/// Everything that one turn writes.
#[derive(Clone, Debug)]
pub struct TurnCommit {
    /// The conversation.
    pub key: ConversationKey,
    /// The version that `advance` saw; none for a conversation that is not stored yet.
    pub expected: Option<i64>,
    /// The number of the user; used when the conversation is new.
    pub uid: i64,
    /// The conversation after the turn, as JSON.
    pub state: String,
    /// When its timer is due.
    pub wake_at: Option<Timestamp>,
    /// When the calls that it makes now are given up; set while it is calling.
    pub lease_until: Option<Timestamp>,
    /// The version of the bot that its open session runs on.
    pub session_version: Option<Version>,
    /// The run that the turn belongs to.
    pub run_id: RunId,
    /// It begins a run: it loses while an event waits in the inbox that it does not take.
    pub begins_run: bool,
    /// The event itself, when it was not in the inbox: its external id is claimed.
    pub inbound: Option<NewMessage>,
    /// The row of the inbox that the turn takes; it has to be the oldest.
    pub takes: Option<MessageId>,
    /// What it says.
    pub messages: Vec<NewMessage>,
    /// What the log keeps of it.
    pub log: Option<TurnLog>,
    /// The moment that `advance` was given.
    pub now: Timestamp,
    /// When the user last wrote; a start or a timer is none of theirs.
    pub last_input_at: Option<Timestamp>,
    /// The block at whose question it waits.
    pub waits_at: Option<i64>,
    /// The generation of the version that its open session runs on, where it is known.
    pub generation: Option<i64>,
    /// How many messages, in and out, usage counts.
    pub counted: i64,
    /// What changes of what the user is found by.
    pub index: IndexChange,
}

/// What a turn changes of what its user is found by.
#[derive(Clone, Debug, Default)]
pub struct IndexChange {
    /// The version of the index that the bot has now.
    pub version: i32,
    /// The attributes that changed, with their texts now.
    pub attributes: Vec<(String, Option<String>)>,
    /// The tags that came or went, with whether the user has them now.
    pub tags: Vec<(String, bool)>,
}

/// The inputs of a turn, for the log.
#[derive(Clone, Debug)]
pub struct TurnLog {
    /// The version of the bot.
    pub version: Version,
    /// The event, as JSON.
    pub event: String,
    /// A hash of what the turn did.
    pub effects_hash: String,
    /// Before the first turn of a session: the whole conversation, as JSON. Stored compressed.
    pub start_state: Option<String>,
}

/// What became of a turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Committed {
    /// It is stored.
    Won {
        /// The version of the conversation now, and the number of the turn in the log.
        version: i64,
    },
    /// Nothing was written: the conversation has another version, or the inbox holds an older event. Load it again.
    Lost,
    /// Nothing was written: the external id of the inbound message is known. Its answer is stored.
    Duplicate,
}

/// A turn on its way, checked and with its bytes compressed.
pub(super) struct Turn {
    commit: TurnCommit,
    start_state: Option<Vec<u8>>,
    day: i32,
    month: i32,
}

impl Turn {
    fn new(commit: TurnCommit) -> Result<Self, StoreError> {
        check(&commit)?;
        let start_state = commit.log.as_ref().and_then(|log| log.start_state.as_ref()).map(|state| deflate(state.as_bytes()));
        Ok(Self { day: commit.now.day(), month: commit.now.month(), commit, start_state })
    }

    /// The version that it makes.
    fn version(&self) -> i64 {
        self.commit.expected.unwrap_or(0) + 1
    }

    /// Its messages with their places: the event, then what is said.
    fn placed(&self) -> impl Iterator<Item = (i64, &NewMessage)> {
        let first = self.version() * PLACES;
        (first..).zip(self.commit.inbound.iter().chain(&self.commit.messages))
    }

    /// The id that the other side gave its event, which has to be new.
    fn external_id(&self) -> Option<&str> {
        self.commit.inbound.as_ref().and_then(|message| message.external_id.as_deref())
    }

    /// Whether it has to take what has waited longest in the inbox, or nothing where nothing waits.
    fn minds_inbox(&self) -> bool {
        self.commit.begins_run || self.commit.takes.is_some()
    }

    /// Whether an event made something be said, or asked for: a change of what is known of the user is none.
    fn is_interaction(&self) -> bool {
        let begun = self.commit.inbound.is_some() || self.commit.takes.is_some();
        begun && (self.commit.counted > 0 || self.commit.lease_until.is_some())
    }
}

fn check(turn: &TurnCommit) -> Result<(), StoreError> {
    if turn.messages.len() >= MESSAGES_MAX {
        return Err(StoreError::Refused(format!("a turn with {} messages", turn.messages.len())));
    }
    refuse_nul(&turn.key, turn.inbound.iter().chain(&turn.messages))?;
    without_nul("the state", &turn.state)?;
    without_nul("the run id", &turn.run_id)?;
    without_nul("the version of the session", turn.session_version.as_deref().unwrap_or_default())?;
    without_nul("the id of the inbox row", turn.takes.as_deref().unwrap_or_default())?;
    for (name, text) in &turn.index.attributes {
        without_nul("the name of an attribute", name)?;
        without_nul("an attribute", text.as_deref().unwrap_or_default())?;
    }
    turn.index.tags.iter().try_for_each(|(tag, _)| without_nul("a tag", tag))?;
    let Some(log) = &turn.log else { return Ok(()) };
    without_nul("the logged event", &log.event)?;
    without_nul("the logged version", &log.version)?;
    without_nul("the hash of the effects", &log.effects_hash)
}

/// PostgreSQL stores no U+0000 in a text; both backends refuse it, so that they behave the same.
pub(super) fn refuse_nul<'a>(key: &ConversationKey, messages: impl IntoIterator<Item = &'a NewMessage>) -> Result<(), StoreError> {
    without_nul("the bot's key", &key.bot)?;
    without_nul("the user's id", &key.user)?;
    for message in messages {
        without_nul("the id of a message", &message.id)?;
        without_nul("the kind of a message", &message.kind)?;
        without_nul("the body of a message", &message.body)?;
        without_nul("the items of a message", message.items.as_deref().unwrap_or_default())?;
        without_nul("the external id of a message", message.external_id.as_deref().unwrap_or_default())?;
        without_nul("the hash of a message", message.body_hash.as_deref().unwrap_or_default())?;
        without_nul("the run id of a message", message.run_id.as_deref().unwrap_or_default())?;
    }
    Ok(())
}

fn without_nul(what: &'static str, text: &str) -> Result<(), StoreError> {
    if text.contains('\0') { Err(StoreError::Nul(what)) } else { Ok(()) }
}
