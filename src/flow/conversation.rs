//! The state of one user's conversation: all that `advance` reads and all that it changes.
//! It survives serialise and deserialise between any two turns.

use std::{collections::BTreeSet, sync::Arc};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{
    answer::Failure,
    bot::Bot,
    customer,
    effect::{Call, Message, SentItem},
    event::Event,
    names,
    press::Press,
};
use crate::{
    id::{ConversationKey, SequenceKey, Version},
    time::{CLOCK_SLACK_MS, Timestamp},
};

/// One user of one bot on one channel: what is known of them and where their session stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Conversation {
    /// Whose conversation this is.
    pub key: ConversationKey,
    /// The user's number, unique in the gateway.
    pub uid: i64,
    /// How many turns there were; ids of messages and calls derive from it.
    pub turn: u64,
    /// The moment of the last turn; it goes back only with a clock that is set back.
    pub now: Timestamp,
    /// When the user was first seen.
    pub created_at: Timestamp,
    /// What random choices are drawn from.
    pub seed: u64,
    /// Saved attributes, the settable built-in ones among them. What is absent has its default.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub attributes: Map<String, Value>,
    /// Tags.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub tags: BTreeSet<String>,
    /// False while a human has the conversation.
    pub bot_enabled: bool,
    /// The user asked not to be written to.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub opted_out: bool,
    /// The user's last message: the root `reply`.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub reply: Value,
    /// When the user last wrote.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_input: Option<Timestamp>,
    /// The groups of the pattern that the last message matched: the root `match`.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub matched: Value,
    /// The session, while one is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<Session>,
    /// The last presses, as long as they may be repeated.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub presses: Vec<Press>,
    /// Events that came while calls were out: a message that finds the session's time over, while `on_timeout` calls an API.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub held: Vec<Event>,
    /// What the present (or last) run has used up.
    #[serde(default)]
    pub spent: Spent,
}

/// From the first message to `end` or the timeout.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Session {
    /// Names the session: user number and the turn it began with.
    pub id: String,
    /// The version of the bot that it runs on.
    pub version: Version,
    /// When it ends if nothing happens.
    pub expires_at: Timestamp,
    /// What is being done, outermost first. Empty when nothing waits.
    pub frames: Vec<Frame>,
    /// The calls that the session waits for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calling: Option<Calling>,
    /// The last failure: the root `error`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<Failure>,
    /// `on_timeout` runs: the session ends when it has run.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ending: bool,
}

/// Names a block within its bot, also across versions: a hash of the path of identities that leads to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BlockKey(pub u64);

/// One activation: a sequence, or a script that runs on top of what is open.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Frame {
    /// The sequence whose blocks run; none for a script of the bot itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sequence: Option<SequenceKey>,
    /// Why it runs, and so what happens when it ends.
    pub entry: Entry,
    /// The block to run next, or the one that waits; none when the script has run out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<BlockKey>,
    /// What `run` gave along: the root `with`.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub with: Value,
    /// The question that is open here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<Asked>,
}

/// Why a frame runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Entry {
    /// The bottom of a session: nothing lies below.
    Root,
    /// By `run`: the caller goes on when it ends.
    Called,
    /// What a trigger says or runs: the open question is asked again afterwards.
    Trigger,
    /// Started from outside: as a trigger's, but its `goto` stays on top.
    Outside,
    /// An asking block's `otherwise`: its question stays open afterwards.
    Otherwise,
    /// The bot's `fallback`: an open question stays open afterwards.
    Fallback,
    /// The bot's or an API's `on_error`: an open question stays open afterwards.
    Error,
}

/// A question that waits for its answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Asked {
    /// The message as it was sent, to be sent again as it was.
    pub message: Arc<Message>,
    /// How many answers did not fit so far.
    #[serde(default)]
    pub misses: u32,
    /// A hash of what is asked for (kind, `into`, `expect`, items with their targets), to know it again in another version.
    pub asks: u64,
    /// What the user may choose.
    #[serde(default, skip_serializing_if = "<[SentItem]>::is_empty")]
    pub items: Arc<[SentItem]>,
}

/// The calls of one block, made together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Calling {
    /// The calls, in the order of their answers. Rendered inputs and references to secrets, never a secret.
    pub calls: Vec<Call>,
}

/// What a run has used up; the most of each stands in `limits`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spent {
    /// Blocks run.
    pub blocks: u32,
    /// Messages sent.
    pub messages: u32,
    /// Calls made.
    pub calls: u32,
    /// Steps taken; one more than there are, if they were not enough.
    #[serde(default)]
    pub steps: u64,
}

impl Conversation {
    /// A user who has never been seen before.
    #[must_use]
    pub fn new(key: ConversationKey, uid: i64, seed: u64, now: Timestamp) -> Self {
        Self {
            key,
            uid,
            turn: 0,
            now,
            created_at: now,
            seed,
            attributes: Map::new(),
            tags: BTreeSet::new(),
            bot_enabled: true,
            opted_out: false,
            reply: Value::Null,
            last_input: None,
            matched: Value::Null,
            session: None,
            presses: Vec::new(),
            held: Vec::new(),
            spent: Spent::default(),
        }
    }

    /// Time goes on to `now`. A step back of less than a minute is none; after a longer one, by a clock that was wrong and is set
    /// right, what was to happen in an hour happens in an hour.
    pub(super) fn reach(&mut self, now: Timestamp) {
        let ahead = self.now.0.saturating_sub(now.0);
        if ahead <= CLOCK_SLACK_MS {
            self.now = self.now.max(now);
            return;
        }
        self.now = now;
        self.last_input = self.last_input.map(|at| at.min(now));
        for press in &mut self.presses {
            (press.arrived, press.ended) = (press.arrived.map(|at| at.min(now)), press.ended.map(|at| at.min(now)));
        }
        if let Some(session) = self.session.as_mut() {
            session.expires_at = session.expires_at.plus_ms(-ahead);
        }
    }

    /// The calls that the conversation waits for; while there are any it takes nothing but their answers.
    #[must_use]
    pub fn calls(&self) -> &[Call] {
        self.session.as_ref().and_then(|s| s.calling.as_ref()).map_or(&[], |c| &c.calls)
    }

    /// The value that `{{name}}` has now: the saved one, else the default, else the built-in one; null if there is none.
    #[must_use]
    pub fn value(&self, bot: &Bot, name: &str) -> Value {
        let default = || bot.attributes().get(name).and_then(|a| a.default.clone());
        self.attribute(name).cloned().or_else(default).or_else(|| customer::field(self, name)).unwrap_or_default()
    }

    /// A saved attribute. What only the gateway sets is none, though an earlier version may have saved one of that name.
    pub(super) fn attribute(&self, name: &str) -> Option<&Value> {
        self.attributes.get(name).filter(|_| !names::read_only(name))
    }

    /// The block whose question waits for its answer.
    #[must_use]
    pub fn waits_at(&self) -> Option<BlockKey> {
        let top = self.session.as_ref()?.frames.last()?;
        top.asked.as_ref().and(top.at)
    }

    /// When a timer has to wake it, if nothing happens before.
    #[must_use]
    pub fn wake_at(&self) -> Option<Timestamp> {
        self.session.as_ref().map(|s| s.expires_at)
    }
}
