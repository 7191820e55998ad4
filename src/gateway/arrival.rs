//! What begins a run: an event with the names of its message and its run.

use std::sync::{Mutex, PoisonError};

use uuid::Uuid;

use super::{inbound::Happening, places::Place};
use crate::{
    flow::{Conversation, Event, SentItem},
    id::{MessageId, RunId},
    store::{Direction, MessageRow, NewMessage, REPEATED},
    time::Timestamp,
};

/// An event that begins a run.
pub(super) struct Arrival {
    pub id: MessageId,
    pub run: RunId,
    pub external_id: Option<String>,
    pub happening: Happening,
    /// It stands in the inbox already.
    pub waits: bool,
    /// It stands there as a repeat.
    hidden: bool,
    pub arrived: Timestamp,
    place: Mutex<Option<Place>>,
}

impl Arrival {
    /// An event that comes now.
    pub(super) fn new(happening: Happening, external_id: Option<String>, place: Option<Place>) -> Self {
        let uuid = Uuid::now_v7().simple().to_string();
        Self {
            id: format!("u{uuid}").into(),
            run: uuid.into(),
            external_id,
            happening,
            waits: false,
            hidden: false,
            arrived: Timestamp::now(),
            place: Mutex::new(place),
        }
    }

    /// Nobody is answered, nothing is written of it but what it does.
    pub(super) fn is_timer(&self) -> bool {
        self.happening == Happening::Wake
    }

    /// The place at work that it came with, for its first turn.
    pub(super) fn place(&self) -> Option<Place> {
        self.place.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// It comes from outside just now: it can still be refused.
    pub(super) fn is_new(&self) -> bool {
        !self.waits && !self.is_timer()
    }

    /// It is a press that this conversation has had already.
    pub(super) fn repeats(&self, conversation: &Conversation) -> bool {
        self.happening.payload().is_some_and(|payload| conversation.is_repeat(payload, self.arrived))
    }

    /// It stands in the inbox as a repeat and is none, or the other way round: what it repeats has come, or gone, since.
    pub(super) fn is_misplaced(&self, repeats: bool) -> bool {
        self.waits && self.hidden != repeats
    }

    /// The event for `advance`; `item` is what the payload of an older message brings back.
    pub(super) fn event(&self, item: Option<SentItem>) -> Event {
        self.happening.event(&self.id, self.arrived, item)
    }

    /// The row of a press that repeats another: it is kept, and no part of the transcript.
    pub(super) fn repeated_row(&self, item: Option<&SentItem>) -> NewMessage {
        NewMessage { kind: REPEATED.to_owned(), ..self.row(item) }
    }

    /// The row of the message: transcript, and all that is needed to run it later.
    pub(super) fn row(&self, item: Option<&SentItem>) -> NewMessage {
        let (kind, body) = self.happening.written(item);
        NewMessage {
            id: self.id.clone(),
            direction: Direction::In,
            kind: kind.to_owned(),
            body: body.to_string(),
            items: None,
            external_id: self.external_id.clone(),
            body_hash: self.external_id.is_some().then(|| self.happening.hash()),
            run_id: Some(self.run.clone()),
            created_at: self.arrived,
        }
    }

    /// A row of the inbox; none if it cannot be read.
    pub(super) fn of_row(row: &MessageRow) -> Option<Self> {
        Some(Self {
            id: row.message.id.clone(),
            run: row.message.run_id.clone().unwrap_or_else(|| Uuid::now_v7().simple().to_string().into()),
            external_id: row.message.external_id.clone(),
            happening: Happening::read(&row.message.kind, &row.message.body)?,
            waits: true,
            hidden: row.message.kind == REPEATED,
            arrived: row.message.created_at,
            place: Mutex::default(),
        })
    }
}
