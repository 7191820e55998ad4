//! What a turn did, for people: which block, and the values that decided. Values of attributes that are declared `pii` are hidden in it.

use serde_json::Value;

use super::bot::BlockIx;
use crate::id::{MessageId, SequenceKey};

/// One entry of a trace.
#[derive(Clone, Debug, PartialEq)]
pub struct Trace {
    /// The block that it is about; none: the block before.
    pub block: Option<BlockIx>,
    /// What happened.
    pub what: Traced,
}

/// What can be traced.
#[derive(Clone, Debug, PartialEq)]
pub enum Traced {
    /// The block ran.
    Ran,
    /// A condition was judged.
    Decided {
        /// As written.
        condition: String,
        /// How it came out.
        truth: bool,
        /// The values it read.
        values: Vec<(String, Value)>,
    },
    /// A branch was taken, counted from 0.
    Took {
        /// Which.
        branch: usize,
    },
    /// A trigger fired, counted from 0.
    Triggered {
        /// Which.
        trigger: usize,
    },
    /// An answer was taken.
    Answered {
        /// How: "item", "typed", "skip", "press".
        how: &'static str,
        /// Its value.
        value: Value,
    },
    /// A press was pressed again at once: it is the same press.
    Repeated,
    /// An item was pressed whose question is not open any more.
    TooLate {
        /// Its title: a text.
        title: Value,
    },
    /// An answer did not fit the question.
    Missed {
        /// How often so far.
        times: u32,
    },
    /// An attribute was set.
    Set {
        /// Which.
        name: String,
        /// To what.
        value: Value,
    },
    /// A value from outside did not fit its attribute; the old one stays.
    Refused {
        /// Which attribute.
        name: String,
    },
    /// APIs were called.
    Called {
        /// Which.
        apis: Vec<String>,
    },
    /// The block failed.
    Failed {
        /// How.
        kind: &'static str,
        /// Why.
        message: String,
    },
    /// The block sent this message; without a block, the gateway by itself.
    Said {
        /// Which message.
        message: MessageId,
    },
    /// A start that waited for a human was dropped: too many wait.
    Dropped {
        /// What it was to run.
        sequence: SequenceKey,
    },
    /// The session began.
    Began,
    /// The session ended.
    Ended {
        /// "end" or "timeout".
        why: &'static str,
    },
    /// The oldest open questions were forgotten: the session had grown too large.
    Forgot,
}
