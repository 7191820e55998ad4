//! The engine: runs blocks until the session waits or ends. One turn is one `Engine`.

mod attributes;
mod calls;
mod change;
mod failure;
mod frames;
mod input;
mod judge;
mod route;
mod say;
mod session;
mod step;

use std::collections::BTreeMap;

use serde_json::Value;

use super::{
    bot::{BlockIx, Bot},
    conversation::{Conversation, Entry, Frame, Spent},
    effect::Effect,
    event::Event,
    limits,
    scope::{self, Scope},
    trace::Trace,
};
use crate::{
    id::ApiName,
    template::{Budget, Env},
    time::Timestamp,
};

/// What one event does to a conversation.
#[derive(Clone, Debug, PartialEq)]
pub struct Turn {
    /// The conversation afterwards.
    pub conversation: Conversation,
    /// What should happen, in this order.
    pub effects: Vec<Effect>,
    /// What was done, and why.
    pub trace: Vec<Trace>,
}

/// Handles one event. It never fails, blocks or reads a clock; the same arguments give the same turn.
/// `now` is taken as the conversation's last `now` where it lies a little before it; where it lies far before it, the clock was
/// set back, and what the conversation waits for moves with it.
#[must_use]
pub fn advance(bot: &Bot, conversation: &Conversation, event: &Event, now: Timestamp) -> Turn {
    let spent = spent(conversation, event);
    let budget = Budget::new(spent.steps, most(spent.steps));
    Engine::new(bot, conversation, spent, &budget, now).turn(event)
}

/// [`advance`], if it takes few steps; none, if it takes more than may keep others waiting: then nothing has happened.
#[must_use]
pub fn advance_at_once(bot: &Bot, conversation: &Conversation, event: &Event, now: Timestamp) -> Option<Turn> {
    let spent = spent(conversation, event);
    let at_once = most(spent.steps).min(spent.steps + limits::STEPS_AT_ONCE);
    let budget = Budget::new(spent.steps, at_once);
    let turn = Engine::new(bot, conversation, spent, &budget, now).turn(event);
    (budget.spent() <= at_once).then_some(turn)
}

/// What the run has used up before this event, which may be its first.
fn spent(conversation: &Conversation, event: &Event) -> Spent {
    let begins = event.begins_run() && conversation.calls().is_empty();
    if begins { Spent::default() } else { conversation.spent.clone() }
}

/// The steps of a run that has taken so many.
fn most(spent: u64) -> u64 {
    if spent > limits::STEPS_MAX { limits::STEPS_MAX + limits::STEPS_GRACE } else { limits::STEPS_MAX }
}

/// One turn under way.
pub(in crate::flow) struct Engine<'a> {
    bot: &'a Bot,
    conversation: Conversation,
    env: Env,
    /// The steps that the run has left.
    budget: &'a Budget,
    effects: Vec<Effect>,
    trace: Vec<Trace>,
    /// How many ids this turn has given out.
    ids: u32,
    /// The `data` of the APIs that answered, for the one block that waited for them.
    data: BTreeMap<ApiName, Value>,
    /// The block whose APIs have answered.
    answered: Option<BlockIx>,
    /// What an API's templates read as `with`, while a call is rendered.
    call_with: Option<Value>,
    /// The API whose failure is being handled.
    failed_api: Option<ApiName>,
    null: Value,
}

impl<'a> Engine<'a> {
    fn new(bot: &'a Bot, conversation: &Conversation, spent: Spent, budget: &'a Budget, now: Timestamp) -> Self {
        let mut conversation = conversation.clone();
        conversation.reach(now);
        conversation.turn += 1;
        conversation.spent = spent;
        let env = scope::env(bot, &conversation);
        Self {
            bot,
            conversation,
            env,
            budget,
            effects: Vec::new(),
            trace: Vec::new(),
            ids: 0,
            data: BTreeMap::new(),
            answered: None,
            call_with: None,
            failed_api: None,
            null: Value::Null,
        }
    }

    fn turn(mut self, event: &Event) -> Turn {
        self.expire();
        self.take(event);
        self.run();
        self.take_held();
        self.finish()
    }

    pub(in crate::flow) fn bot(&self) -> &'a Bot {
        self.bot
    }

    /// What the running block sees.
    pub(in crate::flow) fn scope(&self) -> Scope<'_> {
        let with = self.call_with.as_ref().or_else(|| self.frames().last().map(|f| &f.with)).unwrap_or(&self.null);
        Scope {
            bot: self.bot,
            conversation: &self.conversation,
            env: &self.env,
            budget: self.budget,
            with,
            data: &self.data,
            locals: [None; 2],
        }
    }

    /// What an API answered for the running block.
    pub(in crate::flow) fn data(&self, api: &str) -> &Value {
        self.data.get(api).unwrap_or(&self.null)
    }

    fn frames(&self) -> &[Frame] {
        self.conversation.session.as_ref().map_or(&[], |s| &s.frames)
    }

    fn top(&mut self) -> Option<&mut Frame> {
        self.conversation.session.as_mut()?.frames.last_mut()
    }

    fn take(&mut self, event: &Event) {
        match event {
            Event::Answers(answers) => self.take_answers(answers),
            Event::Wake => {}
            _ if !self.conversation.calls().is_empty() => self.conversation.held.push(event.clone()),
            Event::Message(incoming) => self.receive(incoming),
            Event::Start { sequence, attributes } => self.start(sequence, attributes),
            Event::Change(change) => self.change(change),
        }
    }

    /// What came while calls were out is taken once they are answered; a start, once the bot has the conversation.
    fn take_held(&mut self) {
        while self.conversation.calls().is_empty()
            && let Some(event) = self.conversation.take_held()
        {
            self.take(&event);
            self.run();
        }
    }

    fn finish(mut self) -> Turn {
        self.conversation.end_presses();
        self.forget_what_is_too_much();
        self.conversation.spent.steps = self.budget.spent();
        Turn { conversation: self.conversation, effects: self.effects, trace: self.trace }
    }

    /// A name for a message or a call: user number, turn, index. The same turn gives the same names.
    fn next_id(&mut self) -> String {
        self.ids += 1;
        format!("{}-{}-{}", self.conversation.uid, self.conversation.turn, self.ids)
    }

    fn push_frame(&mut self, frame: Frame) {
        if let Some(session) = self.conversation.session.as_mut() {
            session.frames.push(frame);
        }
    }

    fn frame_for(&self, first: BlockIx, entry: Entry) -> Frame {
        let block = self.bot.block(first);
        let sequence = block.sequence.map(|ix| self.bot.sequence(ix).key.clone());
        Frame { sequence, entry, at: Some(block.key), with: Value::Null, asked: None }
    }
}
