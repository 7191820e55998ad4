//! Failure always ends in an answer: the block's own `on_error`, else the API's or the bot's, else the built-in words.

use super::Engine;
use crate::flow::{
    answer::{Failure, FailureKind},
    bot::BlockIx,
    conversation::{Entry, Frame, Spent},
    effect::Content,
    limits, private,
    trace::{Trace, Traced},
    wording,
};

/// Refuses what goes over a limit.
pub(super) fn within(count: u32, most: u32, what: &str) -> Result<(), Failure> {
    // a little beyond the limit stays for telling the user
    if count == most + 1 || count > most + limits::GRACE {
        Err(Failure::new(FailureKind::Limit, format!("more than {most} {what} in one run")))
    } else {
        Ok(())
    }
}

impl Engine<'_> {
    /// A block has failed.
    pub(super) fn fail(&mut self, at: BlockIx, failure: Failure) {
        self.trace_failure(Some(at), &failure);
        let block = self.bot.block(at);
        let over_limit = failure.kind == FailureKind::Limit && self.run_is_over();
        let script = self.failed_api().and_then(|api| self.bot.apis.get(&api)?.on_error).or(self.bot.on_error);
        self.grant_grace();
        self.answered = None;
        self.data.clear();
        if let Some(session) = self.conversation.session.as_mut() {
            session.error = Some(failure);
        }
        match block.on_error.filter(|_| !over_limit) {
            Some(own) => self.go(Some(own)),
            None => self.end_failed_sequence(at, script),
        }
    }

    fn trace_failure(&mut self, block: Option<BlockIx>, failure: &Failure) {
        let message = private::shown_message(self.bot, &self.conversation, &failure.message);
        self.trace.push(Trace { block, what: Traced::Failed { kind: failure.kind.as_str(), message } });
    }

    /// Whether the run has used up what it may: what it does then to tell the user is not the failed block's own, which could go on for ever.
    fn run_is_over(&self) -> bool {
        let Spent { blocks, messages, calls, steps: _ } = self.conversation.spent;
        blocks > limits::BLOCKS_MAX
            || messages > limits::MESSAGES_MAX
            || calls > limits::CALLS_MAX
            || self.budget.spent() > limits::STEPS_MAX
    }

    /// A message took too many steps before a block ran: what is open stays open.
    pub(super) fn fail_unheard(&mut self, failure: Failure) {
        self.trace_failure(None, &failure);
        self.grant_grace();
        if let Some(session) = self.conversation.session.as_mut() {
            session.error = Some(failure);
        }
        self.answer_failure(None, self.bot.on_error);
    }

    /// A run that has used up its steps has a few more, to tell the user.
    fn grant_grace(&self) {
        if self.budget.spent() > limits::STEPS_MAX {
            self.budget.grant(limits::STEPS_MAX + limits::STEPS_GRACE);
        }
    }

    /// Ends the sequence that failed, with all that ran it; an open question below stays open.
    fn end_failed_sequence(&mut self, at: BlockIx, script: Option<BlockIx>) {
        let in_error = self.pop_failed();
        self.answer_failure(Some(at), script.filter(|_| !in_error));
    }

    fn answer_failure(&mut self, at: Option<BlockIx>, script: Option<BlockIx>) {
        match script {
            Some(first) => {
                let frame = self.frame_for(first, Entry::Error);
                self.push_frame(frame);
            }
            None => self.say_sorry(at),
        }
    }

    /// Takes away the activations up to the one that began by itself; true if that was an `on_error`.
    fn pop_failed(&mut self) -> bool {
        let Some(session) = self.conversation.session.as_mut() else { return false };
        let mut in_error = false;
        while let Some(Frame { entry, .. }) = session.frames.pop() {
            in_error |= entry == Entry::Error;
            if entry != Entry::Called {
                break;
            }
        }
        in_error
    }

    /// The built-in words, or the bot's own for `messages: {error: …}`.
    fn say_sorry(&mut self, at: Option<BlockIx>) {
        let own = self.bot.wording.own("error").and_then(|phrase| phrase.render(&self.scope()).ok());
        let text = own.unwrap_or_else(|| wording::built_in("error", &self.env.language).to_owned());
        // over the limit of messages even this is left out: the user has been told before
        if self.send(Content::Text { text }).is_ok()
            && let Some(said) = self.trace.last_mut()
        {
            said.block = at;
        }
    }
}
