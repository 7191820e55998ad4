//! `buttons` and `quick_replies`: a question with items. One whose items are all links does not wait; one left without items is skipped.

use super::{
    Question, Then,
    item::{Item, Offered},
};
use crate::{
    flow::{
        answer::Failure,
        api_items::{self, ApiData},
        bot::BlockIx,
        effect::Content,
        engine::Engine,
    },
    id::ApiName,
};

/// A question with items.
#[derive(Debug)]
pub struct Choices {
    /// How the items are shown.
    pub kind: ChoicesKind,
    /// What it asks.
    pub question: Question,
    /// The items that are written.
    pub items: Vec<Item>,
    /// An API that gives more.
    pub api: Option<ApiName>,
}

/// How items are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum ChoicesKind {
    Buttons,
    QuickReplies,
}

impl ChoicesKind {
    /// The key in YAML.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Buttons => "buttons",
            Self::QuickReplies => "quick_replies",
        }
    }
}

impl Choices {
    pub(super) fn run(&self, engine: &mut Engine<'_>, at: BlockIx) -> Result<Then, Failure> {
        let scope = engine.scope();
        let text = self.question.text.render(&scope)?;
        let mut offered = Offered::default();
        let into = self.question.into.as_deref();
        self.items.iter().try_for_each(|item| item.offer(engine, at, into, &scope, &mut offered))?;
        if let Some(name) = &self.api {
            api_items::offer(engine, at, into, ApiData { api: name, value: engine.data(name) }, &mut offered)?;
        }
        if offered.choices.is_empty() {
            return Ok(Then::Next);
        }
        if offered.sent.is_empty() && self.question.expect.is_none() {
            engine.send(self.content(text, offered))?;
            return Ok(Then::Next);
        }
        engine.offer_skip(&self.question, &mut offered)?;
        let sent = std::mem::take(&mut offered.sent);
        engine.ask(self.content(text, offered), sent, &self.question)?;
        Ok(Then::Wait)
    }

    fn content(&self, text: String, offered: Offered) -> Content {
        match self.kind {
            ChoicesKind::Buttons => Content::Buttons { text, items: offered.choices },
            ChoicesKind::QuickReplies => Content::QuickReplies { text, items: offered.choices },
        }
    }
}
