//! Conversations turn by turn, below the scenario runner: events and answers of any kind, in any order.

use flowgate::{
    flow::{Answer, Bot, Conversation, Effect, Event, Failure, FailureKind, Incoming, Input, SentItem, Turn, advance},
    id::{Channel, ConversationKey},
    time::Timestamp,
};

/// A conversation under way.
pub(crate) struct Walk<'a> {
    pub bot: &'a Bot,
    pub conversation: Conversation,
    pub now: Timestamp,
    /// Everything that was sent and can be pressed.
    pub items: Vec<SentItem>,
    pub inputs: usize,
}

impl<'a> Walk<'a> {
    pub(crate) fn new(bot: &'a Bot) -> Self {
        let key = ConversationKey { bot: bot.key().clone(), channel: Channel::Webchat, user: "ann".into() };
        let now = Timestamp(1_772_445_600_000);
        Self { bot, conversation: Conversation::new(key, 7, 3, now), now, items: Vec::new(), inputs: 0 }
    }

    /// One turn; what it sent is remembered.
    pub(crate) fn turn(&mut self, event: &Event) -> Turn {
        let turn = advance(self.bot, &self.conversation, event, self.now);
        for effect in &turn.effects {
            if let Effect::Send { items, .. } = effect {
                self.items.extend(items.iter().cloned());
            }
        }
        self.conversation = turn.conversation.clone();
        turn
    }

    pub(crate) fn message(&mut self, input: Input) -> Event {
        self.inputs += 1;
        Event::Message(Incoming { id: format!("in-{}", self.inputs).into(), arrived: None, input, attributes: serde_json::Map::new() })
    }

    /// A typed message, calls answered by samples; the texts that came back.
    pub(crate) fn say(&mut self, text: &str) -> Vec<String> {
        let event = self.message(Input::Text(text.to_owned()));
        let mut turn = self.turn(&event);
        let mut said = texts(&turn);
        while !self.conversation.calls().is_empty() {
            let answers = self.samples();
            turn = self.turn(&Event::Answers(answers));
            said.extend(texts(&turn));
        }
        said
    }

    /// The samples of the APIs that are called.
    pub(crate) fn samples(&self) -> Vec<Answer> {
        let none = || Err(Failure::new(FailureKind::Connect, "no sample"));
        let sample = |api| self.bot.apis().get(api).and_then(|a| a.sample.clone()).unwrap_or_else(none);
        self.conversation.calls().iter().map(|call| Answer { call: call.id.clone(), result: sample(&call.api) }).collect()
    }
}

/// The texts of a turn's messages.
pub(crate) fn texts(turn: &Turn) -> Vec<String> {
    let text = |effect: &Effect| match effect {
        Effect::Send { message, .. } => {
            serde_json::to_value(message).ok().and_then(|m| m["text"].as_str().map(str::to_owned)).or(Some(String::new()))
        }
        Effect::Call(_) => None,
    };
    turn.effects.iter().filter_map(text).collect()
}
