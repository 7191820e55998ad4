//! What a turn wants done: values, performed by the gateway after the commit.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::conversation::BlockKey;
use crate::{
    id::{ApiName, CallId, MessageId, SequenceKey},
    outbound::Request,
};

/// What should happen.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// A message to the user, and what is kept of its choosable items.
    Send {
        /// The message.
        message: Arc<Message>,
        /// Its items, in the order of their payloads.
        items: Arc<[SentItem]>,
    },
    /// A call of an API; its answer comes back as an event.
    Call(Box<Call>),
}

/// A message of the bot.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// Derived from conversation, turn and index.
    pub id: MessageId,
    /// What it shows.
    #[serde(flatten)]
    pub content: Content,
}

/// What a message shows, after templating. The names are those of the blocks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Content {
    /// A text.
    Text {
        /// The text.
        text: String,
    },
    /// A picture.
    Image(Media),
    /// A sound.
    Audio(Media),
    /// A film.
    Video(Media),
    /// A document.
    File {
        /// Where it is.
        url: String,
        /// Its name.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        /// A text beside it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        caption: Option<String>,
    },
    /// Cards, side by side.
    Gallery {
        /// The cards.
        items: Vec<Card>,
    },
    /// A text with buttons.
    Buttons {
        /// The text.
        text: String,
        /// The buttons.
        items: Vec<Choice>,
    },
    /// A text with quick replies, which vanish once answered.
    QuickReplies {
        /// The text.
        text: String,
        /// The replies.
        items: Vec<Choice>,
    },
}

impl Content {
    /// The word of its `type`.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Text { .. } => "text",
            Self::Image(_) => "image",
            Self::Audio(_) => "audio",
            Self::Video(_) => "video",
            Self::File { .. } => "file",
            Self::Gallery { .. } => "gallery",
            Self::Buttons { .. } => "buttons",
            Self::QuickReplies { .. } => "quick_replies",
        }
    }

    /// The same question with another text.
    #[must_use]
    pub(super) fn with_text(self, text: String) -> Self {
        match self {
            Self::Buttons { items, .. } => Self::Buttons { text, items },
            Self::QuickReplies { items, .. } => Self::QuickReplies { text, items },
            _ => Self::Text { text },
        }
    }

    /// Calls `each` with everything that can be pressed, in order.
    pub(super) fn each_choice(&mut self, each: &mut dyn FnMut(&mut Choice)) {
        match self {
            Self::Buttons { items, .. } | Self::QuickReplies { items, .. } => items.iter_mut().for_each(each),
            Self::Gallery { items } => items.iter_mut().flat_map(|card| &mut card.buttons).for_each(each),
            _ => {}
        }
    }
}

/// An image, a sound or a film.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Media {
    /// Where it is.
    pub url: String,
    /// A text beside it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caption: Option<String>,
}

/// A card of a gallery.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Card {
    /// Its title.
    pub title: String,
    /// A second line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subtitle: Option<String>,
    /// Its picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// Where a click on it leads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Its buttons.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<Choice>,
}

/// Something to press: with a payload that comes back, or a link, or a phone number, or a mere label.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Choice {
    /// What it says.
    pub title: String,
    /// A second line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The key that the client sends back as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payload: Option<String>,
    /// It acts only while its question is open.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub once: bool,
    /// A link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// A number to call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
}

/// A choosable item as it was sent: kept with its message, so that a press brings it back whatever has changed since.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SentItem {
    /// The key that names it among the messages of its conversation.
    pub payload: String,
    /// Its title as sent.
    pub title: String,
    /// Other words that choose it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<String>,
    /// What choosing it stores in `into`.
    pub value: Value,
    /// Where the value goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub into: Option<String>,
    /// Attributes that choosing it sets.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub set: Vec<(String, Value)>,
    /// Attributes that come from outside with it: an API item's `extra`.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub extra: Map<String, Value>,
    /// It passes over its question: it has no number among the items.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub skips: bool,
    /// It acts only while its question is open.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub once: bool,
    /// The block that showed it.
    pub block: BlockKey,
    /// What it does.
    pub target: Target,
}

/// Where a chosen item leads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// On with the block after the one that showed it.
    Next,
    /// What the item itself says: the first block of its script.
    Script(BlockKey),
    /// A sequence, left for by `goto` (items of an API).
    Sequence(SequenceKey),
}

/// One call of an API, rendered: it holds references to secrets, never a secret.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Call {
    /// Sent as `Idempotency-Key`, unless it is a GET; the same on a repeat.
    pub id: CallId,
    /// Which API.
    pub api: ApiName,
    /// What is sent.
    pub request: Request,
    /// How long the whole answer may take.
    pub timeout_ms: u64,
    /// May be made again when nobody knows whether it was made: GET, and what its author calls idempotent.
    pub repeatable: bool,
}
