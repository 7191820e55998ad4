//! What arrives: one event for one conversation, with the id that makes a repeat of it harmless.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::{
    flow::{self, SentItem},
    id::{ConversationKey, MessageId, SequenceKey},
    store::EVENT,
    time::Timestamp,
};

/// One event for one conversation.
#[derive(Clone, Debug)]
pub struct Inbound {
    /// Whose conversation.
    pub key: ConversationKey,
    /// The id that the other side gave it: the same id is run once.
    pub external_id: Option<String>,
    /// What happened.
    pub happening: Happening,
}

/// What can happen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Happening {
    /// The user sent something.
    Message {
        /// What.
        input: Said,
        /// Attributes from a caller who may set them.
        #[serde(default, skip_serializing_if = "Map::is_empty")]
        attributes: Map<String, Value>,
    },
    /// A start from outside.
    Start {
        /// The sequence.
        sequence: SequenceKey,
        /// Attributes to set first.
        #[serde(default, skip_serializing_if = "Map::is_empty")]
        attributes: Map<String, Value>,
    },
    /// What is known of the user is changed from outside.
    Change(flow::Change),
    /// A timer rang.
    Wake,
}

/// What a user can send.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Said {
    /// A text.
    Text(String),
    /// The payload of a pressed item.
    Press(String),
    /// A place.
    Location(Value),
}

impl Happening {
    /// A hash by which a repeat of an id is told from another message with the same id.
    pub(super) fn hash(&self) -> String {
        let json = serde_json::to_vec(self).unwrap_or_default();
        blake3::hash(&json).to_hex().as_str()[..32].to_owned()
    }

    /// The payload, if this is a press.
    pub(super) fn payload(&self) -> Option<&str> {
        match self {
            Self::Message { input: Said::Press(payload), .. } => Some(payload),
            _ => None,
        }
    }

    /// What the transcript keeps of it: kind and body. The body is all that is needed to run it later.
    pub(super) fn written(&self, item: Option<&SentItem>) -> (&'static str, Value) {
        match self {
            Self::Message { input, attributes } => {
                let mut body = match input {
                    Said::Text(text) => json!({"type": "text", "text": text}),
                    Said::Press(payload) => json!({"type": "text", "text": item.map_or(payload, |i| &i.title), "payload": payload}),
                    Said::Location(place) => json!({"type": "location", "location": place}),
                };
                if !attributes.is_empty() {
                    body["attributes"] = Value::Object(attributes.clone());
                }
                ("text", body)
            }
            Self::Start { .. } | Self::Change(_) | Self::Wake => (EVENT, json!(self)),
        }
    }

    /// Reads a row of the inbox back.
    pub(super) fn read(kind: &str, body: &str) -> Option<Self> {
        if kind == EVENT {
            return serde_json::from_str(body).ok();
        }
        let mut body: Value = serde_json::from_str(body).ok()?;
        let text = |body: &Value, key: &str| body[key].as_str().map(str::to_owned);
        let input = match body["type"].as_str() {
            Some("location") => Said::Location(body["location"].take()),
            _ => text(&body, "payload").map(Said::Press).or_else(|| text(&body, "text").map(Said::Text))?,
        };
        let attributes = body["attributes"].as_object().cloned().unwrap_or_default();
        Some(Self::Message { input, attributes })
    }

    /// The event for `advance`; `item` is what the payload of an older message brings back.
    pub(super) fn event(&self, id: &MessageId, arrived: Timestamp, item: Option<SentItem>) -> flow::Event {
        match self {
            Self::Message { input, attributes } => {
                let input = match input {
                    Said::Text(text) => flow::Input::Text(text.clone()),
                    Said::Press(payload) => flow::Input::Press { payload: payload.clone(), item: item.map(Box::new) },
                    Said::Location(place) => flow::Input::Location(place.clone()),
                };
                flow::Event::Message(flow::Incoming { id: id.clone(), arrived: Some(arrived), input, attributes: attributes.clone() })
            }
            Self::Start { sequence, attributes } => flow::Event::Start { sequence: sequence.clone(), attributes: attributes.clone() },
            Self::Change(change) => flow::Event::Change(change.clone()),
            Self::Wake => flow::Event::Wake,
        }
    }
}
