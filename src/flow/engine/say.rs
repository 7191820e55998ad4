//! Saying things: messages get their ids here, and their items the payloads that bring them back.

use std::sync::Arc;

use serde_json::Map;

use super::{Engine, failure};
use crate::flow::{
    answer::{Failure, FailureKind},
    block::{Offered, Question},
    bot::Bot,
    conversation::{Asked, BlockKey},
    effect::{Content, Effect, Message, SentItem, Target},
    limits, price,
    trace::{Trace, Traced},
    weight,
};

impl Engine<'_> {
    /// Sends a message.
    pub(in crate::flow) fn send(&mut self, content: Content) -> Result<(), Failure> {
        self.send_items(content, Vec::new()).map(drop)
    }

    /// Sends a message with items; gives it back as it was sent, payloads filled in.
    pub(in crate::flow) fn send_items(
        &mut self,
        content: Content,
        mut items: Vec<SentItem>,
    ) -> Result<(Arc<Message>, Arc<[SentItem]>), Failure> {
        self.conversation.spent.messages += 1;
        failure::within(self.conversation.spent.messages, limits::MESSAGES_MAX, "messages")?;
        self.budget.charge(price::message(weight::of_message(&content, &items))); // what comes next fails: the user has to be told
        let mut message = Message { id: self.next_id().into(), content };
        fill_payloads(&mut message, &mut items);
        let (message, items): (Arc<Message>, Arc<[SentItem]>) = (message.into(), items.into());
        let block = self.frames().last().and_then(|f| f.at).and_then(|key| self.bot.find_block(key)).map(|(ix, _)| ix);
        self.trace.push(Trace { block, what: Traced::Said { message: message.id.clone() } });
        self.effects.push(Effect::Send { message: message.clone(), items: items.clone() });
        Ok((message, items))
    }

    /// Sends a question, which waits from now on.
    pub(in crate::flow) fn ask(&mut self, content: Content, mut items: Vec<SentItem>, question: &Question) -> Result<(), Failure> {
        items.iter_mut().for_each(|item| item.once |= question.once);
        if !items.is_empty() && weight::exceeds(&content, &items, limits::QUESTION_BYTES_MAX) {
            return Err(Failure::new(FailureKind::Limit, "the items of a question are too large to be kept"));
        }
        let (message, items) = self.send_items(content, items)?;
        let asked = Asked { message, misses: 0, asks: question.asks, items };
        if let Some(frame) = self.top() {
            frame.asked = Some(asked);
        }
        Ok(())
    }

    /// Sends the open question again, as it was sent or with another text. Its items keep their payloads: they are the same.
    pub(super) fn ask_again(&mut self, text: Option<String>) -> Result<(), Failure> {
        let Some(asked) = self.top().and_then(|f| f.asked.as_ref()) else { return Ok(()) };
        let (content, items) = (asked.message.content.clone(), asked.items.to_vec());
        let content = match text {
            Some(text) => content.with_text(text),
            None => content,
        };
        self.send_items(content, items).map(drop)
    }

    /// Adds the title that passes over a question.
    pub(in crate::flow) fn offer_skip(&self, question: &Question, offered: &mut Offered) -> Result<(), Failure> {
        let (Some(skip), Some(at)) = (&question.skip, self.frames().last().and_then(|f| f.at)) else { return Ok(()) };
        let title = skip.title.render(&self.scope())?;
        let item = SentItem {
            payload: String::new(),
            title: title.clone(),
            also: Vec::new(),
            value: serde_json::Value::Null,
            into: question.into.as_deref().map(str::to_owned),
            set: self.assignments(&skip.set, &self.scope())?,
            extra: Map::new(),
            skips: true,
            once: true,
            block: at,
            target: skip.first.map_or(Target::Next, |first| Target::Script(key_of(self.bot, first))),
        };
        offered.choosable(title, None, item);
        Ok(())
    }
}

fn key_of(bot: &Bot, ix: crate::flow::bot::BlockIx) -> BlockKey {
    bot.block(ix).key
}

/// Gives every choosable item that has none its payload, `<message>.<index>`: unique among the messages of the conversation, and short.
fn fill_payloads(message: &mut Message, items: &mut [SentItem]) {
    let id = message.id.clone();
    let mut items = items.iter_mut().enumerate();
    message.content.each_choice(&mut |choice| {
        let Some(payload) = &mut choice.payload else { return };
        let Some((index, item)) = items.next() else { return };
        choice.once = item.once;
        if payload.is_empty() {
            item.payload = format!("{id}.{index}");
            payload.clone_from(&item.payload);
        }
    });
}
