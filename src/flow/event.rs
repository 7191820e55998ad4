//! What can happen to a conversation.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{answer::Answer, effect::SentItem};
use crate::{
    id::{MessageId, SequenceKey},
    time::Timestamp,
};

/// What `advance` is given: one of these at a time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// The user sent something.
    Message(Incoming),
    /// A sequence is started from outside.
    Start {
        /// Which sequence.
        sequence: SequenceKey,
        /// Attributes to set first.
        attributes: Map<String, Value>,
    },
    /// The answers of all calls of the last turn, in the order of the calls.
    Answers(Vec<Answer>),
    /// What is known of the user is changed from outside; it is no word of theirs.
    Change(Change),
    /// A timer rang; what is due is decided by the conversation itself.
    Wake,
}

/// What is changed of a user from outside.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Change {
    /// Attributes to set; null takes one away.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub attributes: Map<String, Value>,
    /// Tags that the user gets.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub add_tags: Vec<String>,
    /// Tags that go; before the others come.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remove_tags: Vec<String>,
    /// Whether the user is not to be written to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub opted_out: Option<bool>,
}

/// One message of the user.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Incoming {
    /// The id of its row.
    pub id: MessageId,
    /// When it arrived, which may be long before its turn; none: with its turn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arrived: Option<Timestamp>,
    /// What was sent.
    pub input: Input,
    /// Attributes that came with it from a caller who may set them.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub attributes: Map<String, Value>,
}

/// What a user can send.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Input {
    /// Typed text.
    Text(String),
    /// A pressed item.
    Press {
        /// The key that came back.
        payload: String,
        /// The item of an older message that has this key; the open question's items are looked at first.
        item: Option<Box<SentItem>>,
    },
    /// A place: `{latitude, longitude, label, address}`.
    Location(Value),
}

impl Event {
    /// Whether this event begins a run (all but the answers of calls do).
    #[must_use]
    pub fn begins_run(&self) -> bool {
        !matches!(self, Event::Answers(_))
    }
}
