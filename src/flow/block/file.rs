//! `file`: sends a document.

use super::Then;
use crate::{
    flow::{
        answer::Failure,
        effect::Content,
        engine::Engine,
        phrase::{Phrase, RENDERED_BYTES_MAX},
    },
    template::{Escape, Text},
};

/// A document.
#[derive(Debug)]
pub struct SendFile {
    /// Where it is.
    pub url: Text,
    /// The name that the user sees.
    pub name: Option<Phrase>,
    /// A text beside it.
    pub caption: Option<Phrase>,
}

impl SendFile {
    pub(super) fn run(&self, engine: &mut Engine<'_>) -> Result<Then, Failure> {
        let scope = engine.scope();
        let say = |phrase: &Option<Phrase>| phrase.as_ref().map(|p| p.render(&scope)).transpose().map(|t| t.filter(|t| !t.is_empty()));
        let content = Content::File {
            url: self.url.render(&scope, Escape::Plain, RENDERED_BYTES_MAX)?,
            name: say(&self.name)?,
            caption: say(&self.caption)?,
        };
        engine.send(content)?;
        Ok(Then::Next)
    }
}
