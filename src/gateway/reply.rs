//! What a caller gets: the messages of its run, or why there are none.

use std::sync::Arc;

use crate::{
    flow::{Bot, Message, Trace},
    id::{RunId, Version},
    store::StoreError,
};

/// The answer to a message.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reply {
    /// The open session, if one is open.
    pub session: Option<String>,
    /// The version of the bot that answered.
    pub version: Option<Version>,
    /// The run.
    pub run: Option<RunId>,
    /// What the bot said, in order.
    pub messages: Vec<Arc<Message>>,
    /// The payloads of the items that act only while their question is open, and still do.
    pub open_items: Vec<String>,
    /// The message is a press that was made already: it changed nothing and is no part of the transcript.
    pub repeated: bool,
    /// The run goes on: the rest comes by the events stream.
    pub pending: bool,
    /// What was done, turn by turn; empty for a stored answer.
    pub told: Vec<Told>,
}

/// The trace of one turn and the bot that it ran on, which may be an older version than the live one.
#[derive(Clone, Debug)]
pub struct Told {
    /// The bot, to which the trace refers.
    pub bot: Arc<Bot>,
    /// The trace.
    pub trace: Vec<Trace>,
}

impl PartialEq for Told {
    fn eq(&self, other: &Self) -> bool {
        self.bot.version() == other.bot.version() && self.trace == other.trace
    }
}

/// Why a message was not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No such bot is live.
    #[error("there is no such bot")]
    UnknownBot,
    /// Too many messages of this user wait.
    #[error("too many messages of this user are waiting")]
    Busy,
    /// More comes than can be answered.
    #[error("the gateway is overloaded")]
    Overloaded,
    /// The id was used for another message.
    #[error("this id was used for another message")]
    IdTaken,
    /// The key was used for another request.
    #[error("this key was used for another request")]
    KeyTaken,
    /// The bot has no such sequence any more.
    #[error("there is no such sequence")]
    UnknownSequence,
    /// The user was never seen.
    #[error("there is no such user")]
    UnknownUser,
    /// The sequence needs attributes that neither the start nor the user has.
    #[error("the flow needs {}: send a value that fits", listed(.0))]
    Needs(Vec<String>),
    /// Attributes do not take the values that they were given.
    #[error("{} cannot take this value", listed(.0))]
    Misfits(Vec<String>),
    /// A search that no index serves was ended.
    #[error("the search took longer than 5 s")]
    SearchTooLong,
    /// The database does not answer.
    #[error("the gateway cannot store messages now: {0}")]
    Unavailable(String),
    /// The message can never be stored.
    #[error("{0}")]
    Invalid(String),
    /// The gateway is shutting down.
    #[error("the gateway is shutting down")]
    Closing,
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(_) | StoreError::Uncertain(_) => Self::Unavailable(error.to_string()),
            StoreError::Closed => Self::Closing,
            StoreError::Refused(_) | StoreError::Nul(_) => Self::Invalid(error.to_string()),
        }
    }
}

fn listed(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
