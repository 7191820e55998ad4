//! Plays events on a bot, turn by turn, and keeps what it said, called and ran.

use std::collections::{BTreeSet, VecDeque};

use jiff::civil::{Date, DateTime};

use super::{
    answers::Answers,
    log::LogEntry,
    outcome::{BlockPlace, Failure},
    said::Said,
    values,
};
use crate::{
    diagnostic::Place,
    flow::{BlockIx, Bot, Call, Conversation, Effect, Event, Incoming, Input, Trace, Traced, Turn, advance, compile::Raw},
    id::{Channel, ConversationKey, MessageId},
    language::TestFile,
    time::Timestamp,
};

/// Ends a test.
pub(super) type Failed = Box<Failure>;

/// The first moment of a test that names none: a Monday.
const MOMENT: &str = "2026-03-02T10:00";

/// A test under way.
#[derive(Debug)]
pub(super) struct Player<'a> {
    pub bot: &'a Bot,
    pub test: &'a Raw<TestFile>,
    pub conversation: Conversation,
    /// What the clock says.
    pub now: Timestamp,
    /// Everything that was said.
    pub said: Vec<Said>,
    /// Which of it no step has named so far, oldest first.
    pub unnamed: VecDeque<usize>,
    /// Every call.
    pub calls: Vec<Call>,
    /// The sequence of the last block that ran.
    pub last_sequence: Option<String>,
    pub turns: usize,
    /// What happened, in order.
    pub log: Vec<LogEntry>,
    pub ran: BTreeSet<BlockIx>,
    answers: Answers,
    inputs: u32,
}

impl<'a> Player<'a> {
    pub(super) fn new(bot: &'a Bot, test: &'a Raw<TestFile>) -> Self {
        let channel = test.value.channel.as_ref().and_then(|name| name.parse().ok()).unwrap_or(Channel::Webchat);
        let key = ConversationKey { bot: bot.key().clone(), channel, user: "test".into() };
        let now = moment(bot, test.value.now.as_ref().map_or(MOMENT, |now| now)).unwrap_or_default();
        Self {
            bot,
            test,
            conversation: Conversation::new(key, 1, 1, now),
            now,
            said: Vec::new(),
            unnamed: VecDeque::new(),
            calls: Vec::new(),
            last_sequence: None,
            turns: 0,
            log: Vec::new(),
            ran: BTreeSet::new(),
            answers: Answers::default(),
            inputs: 0,
        }
    }

    /// What is known of the user beforehand.
    pub(super) fn prepare(&mut self) -> Result<(), Failed> {
        for (name, node) in self.test.value.user.iter().flat_map(|user| &user.0) {
            let Some(value) = values::of(self.bot, name, node) else {
                let place = self.test.doc.place(node.span);
                return Err(Failure::new(place, format!("attribute \"{}\" does not take this value", name.value)));
            };
            self.conversation.attributes.insert(name.value.clone(), value);
        }
        Ok(())
    }

    /// The user sends something.
    pub(super) fn receive(&mut self, input: Input, step: &Place) -> Result<(), Failed> {
        self.inputs += 1;
        let id = MessageId::from(format!("in-{}", self.inputs));
        self.play(Event::Message(Incoming { id, arrived: None, input, attributes: serde_json::Map::new() }), step)
    }

    /// Plays an event and answers its calls until the run ends.
    pub(super) fn play(&mut self, event: Event, step: &Place) -> Result<(), Failed> {
        let mut event = event;
        loop {
            self.turn(&event);
            if self.conversation.calls().is_empty() {
                return Ok(());
            }
            let (bot, test, answers) = (self.bot, &self.test.value, &mut self.answers);
            let answered = self.conversation.calls().iter().map(|call| answers.answer(bot, test, call)).collect::<Result<_, _>>();
            event = Event::Answers(answered.map_err(|message| Failure::new(step.clone(), message))?);
        }
    }

    /// Moves the clock on; timers that are due ring on their way, in order.
    pub(super) fn wait(&mut self, ms: i64, step: &Place) -> Result<(), Failed> {
        let end = self.now.plus_ms(ms);
        while let Some(due) = self.conversation.wake_at().filter(|due| *due <= end) {
            self.now = self.now.max(due);
            self.play(Event::Wake, step)?;
            if self.conversation.wake_at() == Some(due) {
                break;
            }
        }
        self.now = end;
        Ok(())
    }

    fn turn(&mut self, event: &Event) {
        let turn = advance(self.bot, &self.conversation, event, self.now);
        self.conversation = stored_and_loaded(&turn.conversation);
        self.turns += 1;
        self.note(turn);
    }

    fn note(&mut self, turn: Turn) {
        for block in turn.trace.iter().filter(|t| t.what == Traced::Ran).filter_map(|t| t.block) {
            self.ran.insert(block);
            let sequence = self.bot.block(block).sequence.map(|ix| self.bot.sequence(ix).key.to_string());
            self.last_sequence = sequence.or(self.last_sequence.take());
        }
        let mut sent = Vec::new();
        for effect in &turn.effects {
            match effect {
                Effect::Send { message, items } => {
                    sent.push((message.id.clone(), self.said.len()));
                    self.unnamed.push_back(self.said.len());
                    self.said.push(Said::new(message, items, speaker(self.bot, &turn.trace, &message.id)));
                }
                Effect::Call(call) => self.calls.push(Call::clone(call)),
            }
        }
        self.log_turn(turn, &sent);
    }
}

/// The block that sent a message.
fn speaker(bot: &Bot, trace: &[Trace], id: &MessageId) -> Option<BlockPlace> {
    let said = trace.iter().find(|t| matches!(&t.what, Traced::Said { message } if message == id))?;
    let block = bot.block(said.block?);
    Some(BlockPlace { file: block.file.clone(), line: block.line })
}

/// The conversation as a store gives it back.
fn stored_and_loaded(conversation: &Conversation) -> Conversation {
    let stored = serde_json::to_string(conversation).expect("a conversation holds only what JSON can say");
    serde_json::from_str(&stored).expect("what was stored can be loaded")
}

/// A moment in the bot's time zone: `2026-03-02T19:00`, or a date for its midnight.
pub(super) fn moment(bot: &Bot, text: &str) -> Option<Timestamp> {
    let civil = text.parse::<DateTime>().ok().or_else(|| text.parse::<Date>().ok().map(DateTime::from))?;
    let zoned = civil.to_zoned(bot.about().timezone.clone()).ok()?;
    Some(Timestamp(zoned.timestamp().as_millisecond()))
}
