//! `text`: says a text, or one of several at random. An empty text (an API that answered only for its attributes) shows nothing.

use super::Then;
use crate::flow::{answer::Failure, effect::Content, engine::Engine, phrase::Phrase};

/// A text, or several to draw from.
#[derive(Debug)]
pub struct SayText {
    /// At least one.
    pub any: Vec<Phrase>,
}

impl SayText {
    pub(super) fn run(&self, engine: &mut Engine<'_>) -> Result<Then, Failure> {
        let drawn = engine.draw(self.any.len());
        let text = self.any[drawn].render(&engine.scope())?;
        if !text.trim().is_empty() {
            engine.send(Content::Text { text })?;
        }
        Ok(Then::Next)
    }
}
