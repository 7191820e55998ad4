//! The messages of a conversation as clients see them: the rows, oldest first.

use serde_json::{Value, json};

use super::{Gateway, reply::Refusal};
use crate::{
    id::ConversationKey,
    store::{Direction, EVENT, MessageRow},
};

/// One message of the transcript.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Its place in the conversation: what comes later has a higher number.
    pub position: i64,
    /// `{"id", "from": "user" | "bot", "type", …, "at"}`
    pub json: Value,
}

impl Gateway {
    /// The messages after a place; without one, the last 50.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn transcript(&self, key: &ConversationKey, after: Option<i64>) -> Result<Vec<Line>, Refusal> {
        let rows = self.rows(key, after).await?;
        Ok(rows.into_iter().filter(|row| row.message.kind != EVENT).map(line).collect())
    }
}

impl Gateway {
    /// The payloads of the items that act only while their question is open, and still do.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn open_items(&self, key: &ConversationKey) -> Result<Vec<String>, Refusal> {
        let stored = self.stored(key).await?;
        Ok(stored.iter().flat_map(|stored| stored.conversation.open_items()).map(str::to_owned).collect())
    }
}

impl Line {
    /// Whether it shows items that act only while their question is open.
    #[must_use]
    pub fn acts_once(&self) -> bool {
        self.json["items"].as_array().is_some_and(|items| items.iter().any(|item| item["once"] == true))
    }
}

pub(super) fn line(row: MessageRow) -> Line {
    let message = row.message;
    let mut json = serde_json::from_str::<Value>(&message.body).unwrap_or_default();
    if !json.is_object() {
        json = json!({});
    }
    json["id"] = message.external_id.as_deref().unwrap_or(&message.id).into();
    json["from"] = match message.direction {
        Direction::In => "user".into(),
        Direction::Out => "bot".into(),
    };
    json["at"] = message.created_at.rfc3339().into();
    Line { position: row.position, json }
}
