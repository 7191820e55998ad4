//! A row of the transcript read back: what was said, by whom. What clients export is made from this by a `match` without a rest, so a
//! new kind of message compiles only once each of them knows it.

use serde_json::Value;

use super::{Happening, Said};
use crate::{
    flow::{Content, SentItem, Target},
    id::MessageId,
    store::{Direction, MessageRow},
    time::Timestamp,
};

/// One message of a conversation.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// The id of its row.
    pub id: MessageId,
    /// When it arrived or was made.
    pub at: Timestamp,
    /// What it says.
    pub spoken: Spoken,
}

/// What a message says, and whose it is.
#[derive(Clone, Debug, PartialEq)]
pub enum Spoken {
    /// The user's.
    User(Heard),
    /// The bot's.
    Bot {
        /// What it showed.
        content: Content,
        /// An API gave what can be chosen.
        from_api: bool,
    },
}

/// What a user said.
#[derive(Clone, Debug, PartialEq)]
pub enum Heard {
    /// A text.
    Text(String),
    /// The press of an item.
    Press {
        /// What the item says; its payload where the item is not known.
        title: String,
        /// What came back.
        payload: String,
    },
    /// A place: `{latitude, longitude, label?, address?}`.
    Location(Value),
}

impl Message {
    /// What a row says. None: it is no message but an event, or nothing that this version can read.
    #[must_use]
    pub fn of_row(row: MessageRow) -> Option<Self> {
        let message = row.message;
        let spoken = match message.direction {
            Direction::In => Spoken::User(heard(&message.kind, &message.body)?),
            Direction::Out => {
                let content = serde_json::from_str(&message.body).ok()?;
                Spoken::Bot { content, from_api: message.items.as_deref().is_some_and(is_from_api) }
            }
        };
        Some(Self { id: message.id, at: message.created_at, spoken })
    }
}

fn heard(kind: &str, body: &str) -> Option<Heard> {
    match Happening::read(kind, body)? {
        Happening::Message { input, .. } => Some(match input {
            Said::Text(text) => Heard::Text(text),
            Said::Press(payload) => Heard::Press { title: title(body).unwrap_or_else(|| payload.clone()), payload },
            Said::Location(place) => Heard::Location(place),
        }),
        Happening::Start { .. } | Happening::Change(_) | Happening::Wake => None,
    }
}

fn title(body: &str) -> Option<String> {
    let body: Value = serde_json::from_str(body).ok()?;
    body["text"].as_str().map(str::to_owned)
}

/// Only items of an API lead to a sequence themselves.
fn is_from_api(items: &str) -> bool {
    let items: Vec<SentItem> = serde_json::from_str(items).unwrap_or_default();
    items.iter().any(|item| matches!(item.target, Target::Sequence(_)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::store::NewMessage;

    fn row(direction: Direction, kind: &str, body: &Value, items: Option<&Value>) -> MessageRow {
        let message = NewMessage {
            id: "m1".into(),
            direction,
            kind: kind.to_owned(),
            body: body.to_string(),
            items: items.map(Value::to_string),
            external_id: None,
            body_hash: None,
            run_id: None,
            created_at: Timestamp(7),
        };
        MessageRow { position: 1, waiting: false, message }
    }

    fn spoken(direction: Direction, kind: &str, body: Value) -> Option<Spoken> {
        Message::of_row(row(direction, kind, &body, None)).map(|message| message.spoken)
    }

    #[test]
    fn what_a_user_sent_is_read_as_it_was_written() {
        let place = json!({"latitude": 1, "longitude": 2});
        for (input, heard) in [
            (Said::Text("hi".into()), Heard::Text("hi".into())),
            (Said::Press("k".into()), Heard::Press { title: "k".into(), payload: "k".into() }),
            (Said::Location(place.clone()), Heard::Location(place)),
        ] {
            let (kind, body) = Happening::Message { input, attributes: serde_json::Map::new() }.written(None);
            assert_eq!(spoken(Direction::In, kind, body), Some(Spoken::User(heard)));
        }
        let pressed = spoken(Direction::In, "text", json!({"type": "text", "text": "Yes", "payload": "k"}));
        assert_eq!(pressed, Some(Spoken::User(Heard::Press { title: "Yes".into(), payload: "k".into() })));
    }

    #[test]
    fn a_start_is_no_message_and_what_cannot_be_read_neither() {
        let start = Happening::Start { sequence: "menu".into(), attributes: serde_json::Map::new() };
        let (kind, body) = start.written(None);
        assert_eq!(spoken(Direction::In, kind, body), None);
        assert_eq!(spoken(Direction::Out, "hologram", json!({"type": "hologram"})), None);
    }

    #[test]
    fn what_an_api_gave_is_told_from_what_the_bot_says_itself() {
        let body = json!({"type": "buttons", "text": "?", "items": [{"title": "A", "payload": "p"}]});
        for (target, expected) in [(json!({"sequence": "menu"}), true), (json!("next"), false)] {
            let items = json!([{"payload": "p", "title": "A", "value": "A", "block": 1, "target": target}]);
            let message = Message::of_row(row(Direction::Out, "buttons", &body, Some(&items))).unwrap();
            assert!(matches!(message.spoken, Spoken::Bot { from_api, .. } if from_api == expected), "{message:?}");
        }
    }
}
