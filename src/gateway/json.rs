//! What is stored of a turn, as JSON. Each text gets about the room that it needs at once: to grow by doubling copies it four times.

use serde::Serialize;

/// Bytes that most conversations take.
pub(super) const A_CONVERSATION: usize = 1_024;

/// Bytes that most messages, choices and events take.
pub(super) const A_MESSAGE: usize = 384;

/// Plain data with text keys, as all is that a turn makes, written as JSON.
pub(super) fn written(value: &(impl Serialize + ?Sized), room: usize) -> String {
    let mut json = Vec::with_capacity(room);
    serde_json::to_writer(&mut json, value).expect("plain data with text keys");
    String::from_utf8(json).expect("JSON is text")
}
