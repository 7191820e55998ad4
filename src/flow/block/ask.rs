//! `ask`: a question with a free answer.

use super::{Question, Then, item::Offered};
use crate::flow::{answer::Failure, effect::Content, engine::Engine};

/// A question with a free answer.
#[derive(Debug)]
pub struct Ask {
    /// What it asks.
    pub question: Question,
}

impl Ask {
    pub(super) fn run(&self, engine: &mut Engine<'_>) -> Result<Then, Failure> {
        let text = self.question.text.render(&engine.scope())?;
        let mut offered = Offered::default();
        engine.offer_skip(&self.question, &mut offered)?;
        let content =
            if offered.choices.is_empty() { Content::Text { text } } else { Content::QuickReplies { text, items: offered.choices } };
        engine.ask(content, offered.sent, &self.question)?;
        Ok(Then::Wait)
    }
}
