//! What happened in a test, in order: by it people see why a step failed.

use serde_json::Value;

use super::{outcome::BlockPlace, player::Player, said::Said};
use crate::{
    flow::{Trace, Traced, Turn},
    id::MessageId,
    language::{Step, UserStep},
    yaml::Spanned,
};

/// One thing that happened.
#[derive(Clone, Debug, PartialEq)]
pub enum LogEntry {
    /// A step did something.
    Did {
        /// The key of the step: `user`, `start` or `wait`.
        key: &'static str,
        /// What was typed; `[Title]` of what was pressed; the sequence; the duration.
        text: String,
    },
    /// The bot sent a message.
    Sent {
        /// What it shows, without ids and payloads.
        message: Value,
        /// The block that sent it.
        block: Option<BlockPlace>,
    },
    /// Anything else that the bot did.
    Traced(Trace),
}

impl Player<'_> {
    /// Notes what a step does; what it expects is no part of the conversation.
    pub(super) fn log_step(&mut self, step: &Spanned<Step>) {
        let written = |ms: i64| {
            let text = step.span.of(&self.test.doc.text);
            text.split_once(':').map_or_else(|| format!("{ms} ms"), |(_, time)| time.trim_end_matches('}').trim().to_owned())
        };
        let (key, text) = match &step.value {
            Step { user: Some(UserStep::Text(text)), .. } => ("user", text.clone()),
            Step { user: Some(UserStep::Press { title, .. }), .. } => ("user", format!("[{}]", title.value)),
            Step { user: Some(UserStep::Location(place)), .. } => ("user", place.to_json().to_string()),
            Step { start: Some(start), .. } => ("start", start.sequence.value.clone()),
            Step { wait: Some(time), .. } => ("wait", written(time.ms)),
            _ => return,
        };
        self.log.push(LogEntry::Did { key, text });
    }

    /// Notes what a turn did: each message where the trace has it.
    pub(super) fn log_turn(&mut self, turn: Turn, sent: &[(MessageId, usize)]) {
        let mut block = None;
        for trace in turn.trace {
            block = trace.block.or(block);
            self.log.push(match &trace.what {
                Traced::Said { message } => match sent.iter().find(|(id, _)| id == message) {
                    Some((_, ix)) => self.said[*ix].entry(),
                    None => continue,
                },
                Traced::Failed { .. } => LogEntry::Traced(Trace { block, ..trace }),
                _ => LogEntry::Traced(trace),
            });
        }
    }
}

impl Said {
    fn entry(&self) -> LogEntry {
        LogEntry::Sent { message: self.shown.clone(), block: self.block.clone() }
    }
}
