//! What the log keeps of an event, and what is read back of it. Inputs only: a message by reference, an answer that is too large as its hash.

use serde::Serialize;
use serde_json::Value;

use super::json;
use crate::{
    flow::{Answer, Event},
    id::MessageId,
    time::Timestamp,
};

/// An answer larger than this is kept as a hash.
const ANSWER_BYTES_MAX: usize = 64 * 1024;

/// One event as the log has it.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Logged {
    /// A message, by the id of its row.
    Message(MessageId),
    /// Any other event, whole.
    Whole(Box<Event>),
    /// Answers of which only the hash is left.
    Hashed,
}

/// An event and its moment, as they are logged: JSON.
pub(super) fn written(event: &Event, now: Timestamp) -> String {
    json::written(&Entry { now, event: Written::of(event) }, json::A_MESSAGE)
}

#[derive(Serialize)]
struct Entry<'a> {
    now: Timestamp,
    event: Written<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Written<'a> {
    Message(&'a MessageId),
    Answers(&'a [Answer]),
    AnswersHash(String),
    #[serde(untagged)]
    Whole(&'a Event),
}

impl<'a> Written<'a> {
    fn of(event: &'a Event) -> Self {
        match event {
            Event::Message(incoming) => Self::Message(&incoming.id),
            Event::Answers(answers) => Self::answers(answers),
            other => Self::Whole(other),
        }
    }

    fn answers(answers: &'a [Answer]) -> Self {
        let json = serde_json::to_vec(answers).expect("answers are plain data with text keys");
        if json.len() > ANSWER_BYTES_MAX { Self::AnswersHash(blake3::hash(&json).to_hex().to_string()) } else { Self::Answers(answers) }
    }
}

/// The events of one commit; none if this is no log of one.
pub(super) fn read(log: &str) -> Option<Vec<(Logged, Timestamp)>> {
    match serde_json::from_str(log).ok()? {
        Value::Array(events) => events.into_iter().map(one).collect(),
        only => Some(vec![one(only)?]),
    }
}

fn one(mut logged: Value) -> Option<(Logged, Timestamp)> {
    let now = Timestamp(logged["now"].as_i64()?);
    let event = logged["event"].take();
    let logged = if let Some(id) = event["message"].as_str() {
        Logged::Message(id.into())
    } else if event["answers_hash"].is_string() {
        Logged::Hashed
    } else {
        Logged::Whole(serde_json::from_value(event).ok()?)
    };
    Some((logged, now))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::{Envelope, Incoming, Input};

    fn answers(bytes: usize) -> Event {
        let envelope = Envelope { data: "x".repeat(bytes).into(), ..Envelope::default() };
        Event::Answers(vec![Answer { call: "1-1-1".into(), result: Ok(envelope) }])
    }

    #[test]
    fn what_is_written_is_read_back() {
        let said = Event::Message(Incoming {
            id: "u1".into(),
            arrived: None,
            input: Input::Text("hi".into()),
            attributes: serde_json::Map::new(),
        });
        let start = Event::Start { sequence: "menu".into(), attributes: serde_json::Map::new() };
        let events = [said, answers(10), answers(ANSWER_BYTES_MAX), start.clone(), Event::Wake];
        let log: Vec<String> = events.iter().zip(1..).map(|(event, at)| written(event, Timestamp(at))).collect();
        let whole = |event: Event| Logged::Whole(Box::new(event));
        let expected = [Logged::Message("u1".into()), whole(answers(10)), Logged::Hashed, whole(start), whole(Event::Wake)];
        let expected: Vec<(Logged, Timestamp)> = expected.into_iter().zip((1..).map(Timestamp)).collect();
        assert_eq!(read(&format!("[{}]", log.join(","))).as_deref(), Some(&*expected));
        assert_eq!(read(&log[0]).as_deref(), Some(&expected[..1]));
        assert_eq!(read("{}"), None);
    }
}
