//! What the user sent: presses, then typed answers, as `docs/language.md` ("Which answer goes where") says.

use serde_json::Value;

use super::Engine;
use crate::{
    flow::{
        answer::Failure,
        customer,
        effect::{Content, SentItem, Target},
        event::{Incoming, Input},
        fold::fold,
        limits,
        press::is_same,
        private,
        trace::{Trace, Traced},
        wording,
    },
    time::Timestamp,
};

impl Engine<'_> {
    /// One message of the user.
    pub(super) fn receive(&mut self, incoming: &Incoming) {
        if self.is_repeat(incoming) {
            return self.trace.push(Trace { block: None, what: Traced::Repeated });
        }
        let pressed = self.pressed(&incoming.input);
        let (text, kind) = shown(&incoming.input, pressed.as_ref());
        self.conversation.reply = customer::reply(&text, kind);
        self.conversation.last_input = Some(self.conversation.now);
        self.conversation.matched = Value::Null;
        self.take_attributes(&incoming.attributes, None);
        if !self.conversation.bot_enabled || self.opts(&text) {
            return;
        }
        self.touch_session();
        match pressed {
            Some(item) => self.press(&item, incoming, &text),
            None => self.hear(&incoming.input, &text),
        }
    }

    /// A press that was made already changes nothing.
    fn is_repeat(&self, incoming: &Incoming) -> bool {
        matches!(&incoming.input, Input::Press { payload, .. } if self.conversation.is_repeat(payload, self.arrival(incoming)))
    }

    fn arrival(&self, incoming: &Incoming) -> Timestamp {
        incoming.arrived.unwrap_or(self.conversation.now)
    }

    /// `opt_out` words come before everything; START takes them back.
    fn opts(&mut self, text: &str) -> bool {
        if self.bot.opt_out.is_empty() && !self.conversation.opted_out {
            return false;
        }
        let folded = fold(text);
        let (opted_out, said) = match () {
            () if self.bot.opt_out.contains(&folded) => (true, "opt_out"),
            () if self.conversation.opted_out && folded == "start" => (false, "opt_in"),
            () => return false,
        };
        self.conversation.opted_out = opted_out;
        let text = self.wording(said);
        drop(self.send(Content::Text { text }));
        true
    }

    /// The item that a press brings back: of an open question first, else of an older message.
    fn pressed(&self, input: &Input) -> Option<SentItem> {
        let Input::Press { payload, item } = input else { return None };
        let asked = self.frames().iter().rev().filter_map(|f| f.asked.as_ref());
        asked.flat_map(|a| a.items.iter()).find(|i| i.payload == *payload).cloned().or_else(|| item.as_deref().cloned())
    }

    /// Whether what an item leads to still exists.
    fn reaches(&self, item: &SentItem) -> bool {
        match &item.target {
            Target::Next => self.bot.find_block(item.block).is_some(),
            Target::Script(first) => self.bot.find_block(*first).is_some(),
            Target::Sequence(key) => self.bot.find_sequence(key).is_some(),
        }
    }

    /// A pressed item does what it says, if it still may. If not, an open question is asked again, or its title counts as typed.
    fn press(&mut self, item: &SentItem, incoming: &Incoming, text: &str) {
        self.conversation.keep_press(&item.payload, self.arrival(incoming));
        let question = self.question_of(item);
        let acts = question.is_some() || !item.once;
        if !acts {
            self.trace.push(Trace {
                block: None,
                what: Traced::TooLate { title: private::shown_item(self.bot, &self.conversation, item, &item.title.as_str().into()) },
            });
        }
        match question {
            _ if acts && self.reaches(item) => self.act(item, question),
            _ if !acts && self.is_asking() => self.answered_already(),
            _ => self.hear(&incoming.input, text),
        }
    }

    /// Finds what takes a message that no item takes.
    fn hear(&mut self, input: &Input, text: &str) {
        if let Err(failure) = self.route(input, text) {
            self.fail_unheard(failure);
        }
    }

    fn act(&mut self, item: &SentItem, question: Option<usize>) {
        self.open_session();
        match question {
            // what lies on top of its question is left
            Some(frame) => self.conversation.session.iter_mut().for_each(|s| s.frames.truncate(frame + 1)),
            None => {
                let after = self.bot.find_block(item.block).map(|(ix, _)| ix);
                self.leave_all_for(after);
            }
        }
        self.choose(item, "press");
    }

    fn is_asking(&self) -> bool {
        self.frames().last().is_some_and(|frame| frame.asked.is_some())
    }

    /// Says so, and asks again what is open.
    fn answered_already(&mut self) {
        let text = self.wording("answered");
        // what cannot be sent (the run is over its limit) leaves the question open all the same
        drop(self.send(Content::Text { text }).and_then(|()| self.ask_again(None)));
    }

    /// The bot's own words, else the built-in ones.
    pub(super) fn wording(&self, name: &str) -> String {
        let own = self.bot.wording.own(name).and_then(|phrase| phrase.render(&self.scope()).ok());
        own.unwrap_or_else(|| wording::built_in(name, &self.env.language).to_owned())
    }

    /// The activation whose question is open, perhaps below another one, and has this item.
    fn question_of(&self, item: &SentItem) -> Option<usize> {
        self.frames().iter().rposition(|f| f.asked.as_ref().is_some_and(|a| a.items.iter().any(|open| is_same(open, item))))
    }

    /// Takes a chosen item: stores its value, sets what it sets, and goes where it leads.
    pub(super) fn choose(&mut self, item: &SentItem, how: &'static str) {
        self.trace.push(Trace {
            block: None,
            what: Traced::Answered { how, value: private::shown_item(self.bot, &self.conversation, item, &item.value) },
        });
        let at = self.frames().last().and_then(|f| f.at).or(Some(item.block)).and_then(|key| self.bot.find_block(key)).map(|(ix, _)| ix);
        if let Some(frame) = self.top() {
            frame.asked = None;
        }
        let stored = self.store_choice(item);
        match (stored, at) {
            (Err(failure), Some(at)) => self.fail(at, failure),
            _ => self.follow(item),
        }
    }

    fn store_choice(&mut self, item: &SentItem) -> Result<(), Failure> {
        if let Some(into) = &item.into {
            self.set(into, item.value.clone())?;
        }
        item.set.iter().try_for_each(|(name, value)| self.set(name, value.clone()))?;
        self.take_attributes(&item.extra, None);
        Ok(())
    }

    fn follow(&mut self, item: &SentItem) {
        match &item.target {
            Target::Next => {
                let next = self.bot.find_block(item.block).and_then(|(_, block)| block.next);
                self.go(next);
            }
            Target::Script(first) => {
                let first = self.bot.find_block(*first).map(|(ix, _)| ix);
                self.go(first);
            }
            Target::Sequence(key) => {
                if let Some(first) = self.bot.find_sequence(key).map(|s| s.first) {
                    self.leave_for(first);
                }
            }
        }
    }
}

/// What the transcript and `reply` show of an input.
fn shown(input: &Input, item: Option<&SentItem>) -> (String, &'static str) {
    let (text, kind) = match input {
        Input::Text(text) => (text.as_str(), "text"),
        Input::Press { payload, .. } => (item.map_or(payload.as_str(), |i| &i.title), "text"),
        Input::Location(place) => (place["label"].as_str().unwrap_or_default(), "location"),
    };
    (text.chars().take(limits::MESSAGE_CHARS_MAX).collect(), kind)
}
