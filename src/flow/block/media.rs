//! `image`, `audio`, `video`: shows what is at a link, what an API answers, or a file that an attribute holds.

use serde_json::Value;

use super::Then;
use crate::{
    flow::{
        answer::{Failure, FailureKind},
        effect::{self, Content},
        engine::Engine,
        phrase::{Phrase, RENDERED_BYTES_MAX},
    },
    id::ApiName,
    template::Text,
};

/// A picture, a sound or a film.
#[derive(Debug)]
pub struct Media {
    /// Which of them.
    pub kind: MediaKind,
    /// Where it comes from.
    pub source: Source,
}

/// The kinds of media.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum MediaKind {
    Image,
    Audio,
    Video,
}

/// Where media come from.
#[derive(Debug)]
#[expect(missing_docs, reason = "the words of the language")]
pub enum Source {
    Url { url: Text, caption: Option<Phrase> },
    Api(ApiName),
    Attribute(Text),
}

impl MediaKind {
    /// The key in YAML.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Audio => "audio",
            Self::Video => "video",
        }
    }

    fn content(self, media: effect::Media) -> Content {
        match self {
            Self::Image => Content::Image(media),
            Self::Audio => Content::Audio(media),
            Self::Video => Content::Video(media),
        }
    }
}

impl Media {
    pub(super) fn run(&self, engine: &mut Engine<'_>) -> Result<Then, Failure> {
        let (kind, url, caption) = match &self.source {
            Source::Url { url, caption } => {
                let scope = engine.scope();
                let caption = caption.as_ref().map(|c| c.render(&scope)).transpose()?.filter(|c| !c.is_empty());
                (self.kind, url.render(&scope, crate::template::Escape::Plain, RENDERED_BYTES_MAX)?, caption)
            }
            Source::Api(name) => of_api(self.kind, engine.data(name)),
            Source::Attribute(text) => (self.kind, of_attribute(&text.value(&engine.scope(), RENDERED_BYTES_MAX)?)?, None),
        };
        if !url.is_empty() {
            engine.send(kind.content(effect::Media { url, caption }))?;
        }
        Ok(Then::Next)
    }
}

/// An API of output `image` says itself which kind it shows.
fn of_api(fallback: MediaKind, data: &Value) -> (MediaKind, String, Option<String>) {
    let kind = match data["type"].as_str() {
        Some("image") => MediaKind::Image,
        Some("audio") => MediaKind::Audio,
        Some("video") => MediaKind::Video,
        _ => fallback,
    };
    (kind, data["url"].as_str().unwrap_or_default().to_owned(), None)
}

fn of_attribute(value: &Value) -> Result<String, Failure> {
    match value {
        Value::String(url) => Ok(url.clone()),
        Value::Null => Ok(String::new()),
        other => other["url"].as_str().map(str::to_owned).ok_or_else(|| Failure::new(FailureKind::Value, "the attribute holds no file")),
    }
}
