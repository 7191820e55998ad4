//! What W1 writes for one message, taken from a database in which it was written: the floors write rows of the same size.

use flowgate::{
    flow::Conversation,
    id::{Channel, ConversationKey},
    store::{Direction, NewMessage, Options, Store},
};
use serde::{Deserialize, Serialize};

/// The rows of one message.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Rows {
    pub(crate) state: String,
    pub(crate) wake_at: Option<i64>,
    pub(crate) session_version: Option<String>,
    pub(crate) run_id: String,
    pub(crate) messages: Vec<Message>,
    pub(crate) version: String,
    pub(crate) event: String,
    pub(crate) effects_hash: String,
    /// Of the compressed column.
    pub(crate) start_state: Option<Vec<u8>>,
}

/// A row of the transcript.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Message {
    pub(crate) id: String,
    pub(crate) direction: String,
    pub(crate) kind: String,
    pub(crate) body: String,
    pub(crate) items: Option<String>,
    pub(crate) has_external_id: bool,
    pub(crate) body_hash: Option<String>,
}

impl From<NewMessage> for Message {
    fn from(row: NewMessage) -> Self {
        let direction = if row.direction == Direction::In { "in" } else { "out" };
        Self {
            id: row.id.to_string(),
            direction: direction.to_owned(),
            kind: row.kind,
            body: row.body,
            items: row.items,
            has_external_id: row.external_id.is_some(),
            body_hash: row.body_hash,
        }
    }
}

impl Rows {
    /// Reads what the last message of user `u0` to the bot `greeting` wrote.
    pub(crate) async fn of(database: &str) -> Self {
        let store = Store::open(database, Options { migrate: false, exclusive: false, ..Options::default() }).await.expect("a database");
        let key = ConversationKey { bot: "greeting".into(), channel: Channel::Webchat, user: "u0".into() };
        let row = store.load(&key).await.expect("a database").expect("u0 has spoken");
        let run = row.run_id.clone().expect("the row names its run");
        let _readable: Conversation = serde_json::from_str(&row.state).expect("a conversation");
        let turn = store.turns(&key, row.version, 1).await.expect("a database").pop().expect("the turn is logged");
        let messages = store.messages_of_run(&key, &run).await.expect("a database");
        store.close().await;
        Self {
            state: row.state,
            wake_at: row.wake_at.map(|at| at.0),
            session_version: row.session_version.map(|version| version.to_string()),
            run_id: run.to_string(),
            messages: messages.into_iter().map(|row| row.message.into()).collect(),
            version: turn.version.to_string(),
            event: turn.event,
            effects_hash: turn.effects_hash,
            start_state: turn.start_state.map(|state| deflated(state.as_bytes())),
        }
    }

    /// Bytes of all columns that are written for a message, keys included.
    pub(crate) fn bytes(&self) -> usize {
        const KEY: usize = "greeting".len() + "webchat".len() + "u500".len();
        let length = |text: &Option<String>| text.as_ref().map_or(0, String::len);
        let conversation = KEY + self.state.len() + length(&self.session_version) + self.run_id.len() + 5 * 8;
        let message = |m: &Message| {
            KEY + m.id.len()
                + m.direction.len()
                + m.kind.len()
                + m.body.len()
                + length(&m.items)
                + length(&m.body_hash)
                + self.run_id.len()
                + 17
        };
        let turn = KEY + self.run_id.len() + self.version.len() + self.event.len() + self.effects_hash.len() + 16;
        conversation + self.messages.iter().map(message).sum::<usize>() + turn + self.start_state.as_ref().map_or(0, Vec::len)
    }
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("writing to memory cannot fail")
}
