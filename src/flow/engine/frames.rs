//! Activations: what `goto` leaves, what `run` comes back to, what lies on top of an open question.

use serde_json::Value;

use super::{Engine, failure};
use crate::flow::{
    answer::{Failure, FailureKind},
    block::Then,
    bot::{BlockIx, SequenceIx},
    conversation::{Entry, Frame},
    limits,
    trace::{Trace, Traced},
    weight,
};

impl Engine<'_> {
    /// `goto`: leaves its own sequence and question; what called it, or lies below it, stays. A trigger's leaves everything.
    pub(in crate::flow) fn leave_for(&mut self, to: BlockIx) -> Then {
        let Some(session) = self.conversation.session.as_mut() else { return Then::Moved };
        while session.frames.last().is_some_and(|f| f.entry == Entry::Otherwise) {
            session.frames.pop();
        }
        let entry = match session.frames.pop() {
            Some(Frame { entry: Entry::Trigger, sequence: None, .. }) | None => {
                session.frames.clear();
                Entry::Root
            }
            Some(frame) => frame.entry,
        };
        let frame = self.frame_for(to, entry);
        self.push_frame(frame);
        Then::Moved
    }

    /// Leaves everything that is open for a block.
    pub(super) fn leave_all_for(&mut self, to: Option<BlockIx>) {
        if let Some(session) = self.conversation.session.as_mut() {
            session.frames.clear();
        }
        if let Some(first) = to {
            let frame = self.frame_for(first, Entry::Root);
            self.push_frame(frame);
        }
    }

    /// `return`: comes back early from a sequence.
    pub(in crate::flow) fn come_back(&mut self) -> Then {
        if let Some(session) = self.conversation.session.as_mut() {
            while session.frames.last().is_some_and(|f| f.entry == Entry::Otherwise) {
                session.frames.pop();
            }
        }
        self.end_frame();
        Then::Moved
    }

    /// `run`: the caller stays where it is until the sequence ends.
    pub(in crate::flow) fn call_sequence(&mut self, sequence: SequenceIx, with: Value) -> Result<Then, Failure> {
        let depth = self.frames().iter().rev().take_while(|f| f.entry == Entry::Called).count();
        failure::within(
            u32::try_from(depth + 1).unwrap_or(u32::MAX),
            u32::try_from(limits::DEPTH_MAX).unwrap_or(u32::MAX),
            "sequences within sequences",
        )?;
        if weight::of(&with) > limits::QUESTION_BYTES_MAX {
            return Err(Failure::new(FailureKind::Limit, "what is given to a sequence is too large to be kept"));
        }
        let frame = self.frame_for(self.bot.sequence(sequence).first, Entry::Called);
        self.push_frame(Frame { with, ..frame });
        Ok(Then::Moved)
    }

    /// Runs something on top of what is open.
    pub(super) fn on_top(&mut self, first: BlockIx, entry: Entry, with: Value) {
        let entry = if self.frames().is_empty() && entry == Entry::Outside { Entry::Root } else { entry };
        let frame = self.frame_for(first, entry);
        self.push_frame(Frame { with, ..frame });
    }

    /// A script has run out: the caller goes on, or the question below is open again.
    pub(super) fn end_frame(&mut self) {
        let Some(ended) = self.conversation.session.as_mut().and_then(|s| s.frames.pop()) else { return };
        match ended.entry {
            Entry::Called => {
                let next =
                    self.frames().last().and_then(|f| f.at).and_then(|key| self.bot.find_block(key)).and_then(|(_, block)| block.next);
                self.go(next);
            }
            // what cannot be sent any more (the run is over its limit) leaves the question open all the same
            Entry::Trigger | Entry::Outside => drop(self.ask_again(None)),
            Entry::Root | Entry::Otherwise | Entry::Fallback | Entry::Error => {}
        }
    }

    /// Forgets the oldest open questions of a session that has grown beyond its limits.
    pub(super) fn forget_what_is_too_much(&mut self) {
        let Some(session) = self.conversation.session.as_mut() else { return };
        let mut forgot = false;
        let large = |frames: &[Frame]| {
            let items: usize = frames.iter().filter_map(|f| f.asked.as_ref()).map(|a| a.items.len()).sum();
            (frames.len() > 2 || items > 50) && serde_json::to_vec(frames).map_or(0, |json| json.len()) > limits::SESSION_BYTES_MAX
        };
        while session.frames.len() > limits::FRAMES_MAX || (session.frames.len() > 1 && large(&session.frames)) {
            let own = session.frames.iter().skip(1).position(|f| f.entry != Entry::Called).map_or(1, |p| p + 1);
            session.frames.drain(..own);
            forgot = true;
        }
        if forgot {
            self.trace.push(Trace { block: None, what: Traced::Forgot });
        }
    }
}
