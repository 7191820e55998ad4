//! The store, on both backends.

mod behind;
mod commit;
mod file;
mod held;
mod index;
mod keys;
mod lists;
mod lost;
mod opening;
mod plan;
mod proxy;
mod race;
mod rows;
mod schema;
mod silent;
mod token;
mod versions;

use flowgate::{
    id::{Channel, ConversationKey},
    store::{Direction, IndexChange, NewMessage, TurnCommit, TurnLog},
    time::Timestamp,
};

/// A moment that stands for now.
const NOW: Timestamp = Timestamp(1_800_000_000_000);

fn key(user: &str) -> ConversationKey {
    ConversationKey { bot: "shop".into(), channel: Channel::Webchat, user: user.into() }
}

fn message(id: &str, direction: Direction) -> NewMessage {
    NewMessage {
        id: id.into(),
        direction,
        kind: "text".to_owned(),
        body: format!(r#"{{"text":"{id}"}}"#),
        items: None,
        external_id: None,
        body_hash: None,
        run_id: None,
        created_at: NOW,
    }
}

fn inbound(id: &str, external: &str) -> NewMessage {
    NewMessage { external_id: Some(external.to_owned()), ..message(id, Direction::In) }
}

/// A number for a conversation that is a test's own.
fn uid(key: &ConversationKey) -> i64 {
    let hash = blake3::hash(key.to_string().as_bytes());
    i64::from_be_bytes(hash.as_bytes()[..8].try_into().unwrap()).abs()
}

/// The turn after `expected` with one message out; tests change what they are about.
fn turn(key: &ConversationKey, expected: Option<i64>) -> TurnCommit {
    let number = expected.unwrap_or(0) + 1;
    TurnCommit {
        key: key.clone(),
        expected,
        uid: uid(key),
        state: format!(r#"{{"turn":{number}}}"#),
        wake_at: None,
        lease_until: None,
        session_version: Some("v1".into()),
        run_id: format!("run-{number}").into(),
        begins_run: true,
        inbound: None,
        takes: None,
        messages: vec![message(&format!("{}-{number}-out", key.user), Direction::Out)],
        log: Some(TurnLog { version: "v1".into(), event: "{}".to_owned(), effects_hash: "h".to_owned(), start_state: None }),
        now: NOW.plus_ms(number),
        last_input_at: None,
        waits_at: None,
        generation: None,
        counted: 1,
        index: IndexChange::default(),
    }
}
