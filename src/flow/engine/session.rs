//! Sessions: how they begin, run out of time, and end.

use serde_json::{Map, Value};

use super::Engine;
use crate::{
    flow::{
        block::Then,
        conversation::{Entry, Session},
        event::Event,
        trace::{Trace, Traced},
    },
    id::SequenceKey,
};

impl Engine<'_> {
    /// Opens a session if none is open; true if it did.
    pub(super) fn open_session(&mut self) -> bool {
        if self.conversation.session.is_some() {
            return false;
        }
        self.conversation.session = Some(Session {
            id: format!("{}-{}", self.conversation.uid, self.conversation.turn),
            version: self.bot.version().clone(),
            expires_at: self.deadline(),
            frames: Vec::with_capacity(1), // most have no more, and they are kept by the thousand
            calling: None,
            error: None,
            ending: false,
        });
        self.trace.push(Trace { block: None, what: Traced::Began });
        true
    }

    /// Input keeps a session alive.
    pub(super) fn touch_session(&mut self) {
        let deadline = self.deadline();
        if let Some(session) = self.conversation.session.as_mut() {
            session.expires_at = deadline;
        }
    }

    fn deadline(&self) -> crate::time::Timestamp {
        self.conversation.now.plus_ms(self.bot.session_timeout_ms)
    }

    /// A session whose time is over does what `on_timeout` says, then ends; in silence if the user opted out. While calls are out it stays.
    pub(super) fn expire(&mut self) {
        let now = self.conversation.now;
        let Some(session) = self.conversation.session.as_ref().filter(|s| s.expires_at <= now && s.calling.is_none()) else { return };
        let may_speak = self.conversation.bot_enabled && !self.conversation.opted_out;
        match self.bot.on_timeout.filter(|_| may_speak && !session.ending) {
            Some(first) => {
                self.touch_session();
                if let Some(session) = self.conversation.session.as_mut() {
                    session.ending = true;
                    session.frames.clear();
                }
                let frame = self.frame_for(first, Entry::Root);
                self.push_frame(frame);
                self.run();
            }
            None => self.close_session("timeout"),
        }
    }

    /// Once `on_timeout` has run, the session is over.
    pub(super) fn end_if_timed_out(&mut self) {
        if self.conversation.session.as_ref().is_some_and(|s| s.ending && s.frames.is_empty() && s.calling.is_none()) {
            self.close_session("timeout");
        }
    }

    /// `end`: the session is over.
    pub(in crate::flow) fn end_session(&mut self) -> Then {
        self.close_session("end");
        Then::Moved
    }

    fn close_session(&mut self, why: &'static str) {
        self.conversation.session = None;
        self.conversation.matched = Value::Null;
        let bot = self.bot;
        self.conversation.attributes.retain(|name, _| !bot.attributes.get(name.as_str()).is_some_and(|a| a.session));
        self.trace.push(Trace { block: None, what: Traced::Ended { why } });
    }

    /// A start from outside: on top of an open question. While a human has the conversation it waits.
    pub(super) fn start(&mut self, sequence: &SequenceKey, attributes: &Map<String, Value>) {
        if !self.conversation.bot_enabled && !self.conversation.opted_out {
            return self.hold(sequence, attributes);
        }
        self.take_attributes(attributes, None);
        if self.conversation.opted_out {
            return;
        }
        let Some(first) = self.bot.find_sequence(sequence).map(|s| s.first) else { return };
        self.open_session();
        self.touch_session();
        self.on_top(first, Entry::Outside, Value::Null);
    }

    fn hold(&mut self, sequence: &SequenceKey, attributes: &Map<String, Value>) {
        self.conversation.held.push(Event::Start { sequence: sequence.clone(), attributes: attributes.clone() });
        while let Some(sequence) = self.conversation.drop_held_start() {
            self.trace.push(Trace { block: None, what: Traced::Dropped { sequence } });
        }
    }
}
