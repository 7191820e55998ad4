//! Typed answers: which of interrupts, items, `expect`, triggers, `retry`, `otherwise` and `fallback` takes them.

use serde_json::Value;

use super::Engine;
use crate::flow::block::RETRIES;
use crate::flow::{
    answer::{Failure, FailureKind},
    block::Question,
    bot::BlockIx,
    conversation::Entry,
    effect::{Content, SentItem},
    event::Input,
    fold::fold,
    price, private,
    trace::{Trace, Traced},
    types::Writer,
    wording,
};

/// The wording for an answer that is longer than may be kept.
const TOO_LONG: &str = "too_long";

/// What a typed answer comes to.
enum Reading {
    /// This value.
    Value(Value),
    /// It does not fit; the name of the wording that says why.
    Misfit(&'static str),
}

impl<'a> Engine<'a> {
    /// Finds what takes a message that is no press.
    pub(super) fn route(&mut self, input: &Input, text: &str) -> Result<(), Failure> {
        let folded = fold(text);
        self.spend(price::folded(&folded))?;
        let begins = self.open_session();
        match self.open_question() {
            Some((at, question)) => self.answer(at, question, input, text, &folded)?,
            None => {
                if !(self.trigger(text, &folded, true)? || self.trigger(text, &folded, false)?) {
                    self.start_or_fall_back(begins);
                }
            }
        }
        Ok(())
    }

    /// The open question and its block.
    fn open_question(&self) -> Option<(BlockIx, &'a Question)> {
        let frame = self.frames().last().filter(|f| f.asked.is_some())?;
        let bot = self.bot;
        let (at, block) = bot.find_block(frame.at?)?;
        Some((at, block.kind.question()?))
    }

    fn answer(&mut self, at: BlockIx, question: &'a Question, input: &Input, text: &str, folded: &str) -> Result<(), Failure> {
        if self.trigger(text, folded, true)? {
            return Ok(());
        }
        if let Some(item) = self.typed_item(folded)? {
            self.choose(&item, "item");
            return Ok(());
        }
        match self.typed_value(question, input, text) {
            Ok(Reading::Value(value)) => self.take_answer(at, question, value),
            Ok(Reading::Misfit(_)) if self.trigger(text, folded, false)? => {}
            Ok(Reading::Misfit(why)) => self.miss(question, why),
            Err(failure) => {
                self.close_question();
                self.fail(at, failure);
            }
        }
        Ok(())
    }

    /// An item by its title, by another word for it, or by its number; then what skips the question, by its title.
    fn typed_item(&self, folded: &str) -> Result<Option<SentItem>, Failure> {
        let Some(asked) = self.frames().last().and_then(|f| f.asked.as_ref()) else { return Ok(None) };
        self.spend(asked.items.iter().map(price::offered).sum())?;
        let items = || asked.items.iter();
        let offered = || items().filter(|i| !i.skips);
        let titled = offered().find(|i| fold(&i.title) == folded);
        let typed = titled
            .or_else(|| offered().find(|i| i.also.iter().any(|word| fold(word) == folded)))
            .or_else(|| folded.parse::<usize>().ok().and_then(|n| offered().nth(n.checked_sub(1)?)))
            .or_else(|| items().find(|i| i.skips && fold(&i.title) == folded));
        Ok(typed.cloned())
    }

    /// The value of an answer that fits `expect` and its attribute, as it will be kept; else why it does not.
    fn typed_value(&self, question: &Question, input: &Input, text: &str) -> Result<Reading, Failure> {
        let Some(expect) = &question.expect else { return Ok(Reading::Misfit("choice")) };
        let read = match input {
            Input::Text(whole) if whole.len() > text.len() => return Ok(Reading::Misfit(TOO_LONG)),
            Input::Location(place) => expect.take(place, &self.scope())?,
            _ => expect.read(text, &self.scope())?,
        };
        let Some(value) = read else { return Ok(Reading::Misfit(expect.wording())) };
        let Some(into) = question.into.as_deref() else { return Ok(Reading::Value(value)) };
        Ok(match self.fitting(into, &value, Writer::Person(&self.env.language)) {
            Ok(value) => Reading::Value(value),
            Err(failure) if self.budget.is_over() => return Err(failure),
            Err(failure) if failure.kind == FailureKind::Limit => Reading::Misfit(TOO_LONG),
            Err(_) => Reading::Misfit(expect.wording()),
        })
    }

    fn take_answer(&mut self, at: BlockIx, question: &Question, value: Value) {
        let shown = private::shown(self.bot, question.into.as_deref(), &value);
        self.trace.push(Trace { block: Some(at), what: Traced::Answered { how: "typed", value: shown } });
        self.close_question();
        if let Some(into) = question.into.as_deref() {
            self.keep(into, value);
        }
        self.go(self.bot.block(at).next);
    }

    fn close_question(&mut self) {
        if let Some(frame) = self.top() {
            frame.asked = None;
        }
    }

    /// Fires the first trigger that fits: those that interrupt, or the others.
    fn trigger(&mut self, text: &str, folded: &str, interrupt: bool) -> Result<bool, Failure> {
        let bot = self.bot;
        for (index, trigger) in bot.triggers.iter().enumerate().filter(|(_, t)| t.interrupt == interrupt) {
            if let Some(matched) = trigger.matches(text, folded, self.budget)? {
                self.trace.push(Trace { block: None, what: Traced::Triggered { trigger: index } });
                self.conversation.matched = matched;
                self.on_top(trigger.first, Entry::Trigger, Value::Null);
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Nothing took the answer: ask again, else `otherwise`, else `fallback`.
    fn miss(&mut self, question: &Question, why: &'static str) {
        let misses = self.top().and_then(|f| f.asked.as_mut()).map_or(0, |asked| {
            asked.misses += 1;
            asked.misses
        });
        self.trace.push(Trace { block: None, what: Traced::Missed { times: misses } });
        let times = if why == TOO_LONG { question.retry_times.max(RETRIES) } else { question.retry_times };
        if misses <= times {
            let text = self.retry_text(question, why);
            return drop(self.ask_again(Some(text)));
        }
        match question.otherwise {
            Some(first) => {
                let with = self.frames().last().map(|f| f.with.clone()).unwrap_or_default();
                self.on_top(first, Entry::Otherwise, with);
            }
            None => self.fall_back(),
        }
    }

    /// `retry.text`, else the bot's words for why it does not fit, else the built-in ones.
    fn retry_text(&self, question: &Question, why: &'static str) -> String {
        let phrase = question.retry_text.as_ref().or_else(|| self.bot.wording.own(why));
        phrase.and_then(|p| p.render(&self.scope()).ok()).unwrap_or_else(|| wording::built_in(why, &self.env.language).to_owned())
    }

    fn start_or_fall_back(&mut self, begins: bool) {
        if begins {
            let first = self.bot.sequence(self.bot.start).first;
            self.on_top(first, Entry::Root, Value::Null);
        } else {
            self.fall_back();
        }
    }

    fn fall_back(&mut self) {
        match self.bot.fallback {
            Some(sequence) => self.on_top(self.bot.sequence(sequence).first, Entry::Fallback, Value::Null),
            None => {
                let text = self.wording("fallback");
                drop(self.send(Content::Text { text }));
            }
        }
    }
}
