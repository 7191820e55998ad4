//! From a turn to what is written of it: rows, claim, log.

use std::sync::Arc;

use serde::Serialize;

use super::{admission::Place, cache::Stored};
use crate::{
    crash::Point,
    flow::{Answer, Bot, Call, Conversation, Effect, Event, Message, SentItem, Trace, Turn, advance},
    id::{ConversationKey, MessageId, RunId},
    store::{Direction, NewMessage, TurnCommit, TurnLog},
    time::Timestamp,
};

/// An answer larger than this is kept in the log as a hash.
const LOGGED_BYTES_MAX: usize = 64 * 1024;
/// How long after the deadline of its calls a conversation is given up.
const LEASE_SLACK_MS: i64 = 5_000;

/// What begins with an event, or goes on with answers, before it is committed: one turn, or a turn with its GETs.
pub(super) struct Pending {
    pub conversation: Arc<Conversation>,
    pub messages: Vec<(Message, Vec<SentItem>)>,
    pub calls: Vec<Call>,
    pub trace: Vec<Trace>,
    /// Each as JSON.
    events: Vec<String>,
    hasher: blake3::Hasher,
    begun: bool,
    now: Timestamp,
}

/// What a commit claims beside the version.
#[derive(Debug, Default)]
pub(super) struct Claim {
    pub begins_run: bool,
    pub inbound: Option<NewMessage>,
    pub takes: Option<MessageId>,
    /// What was taken on before has none.
    pub place: Option<Place>,
}

impl Claim {
    /// Where the gateway is when this is committed.
    pub(super) fn point(&self) -> Point {
        match (self.begins_run, &self.takes) {
            (_, Some(_)) => Point::InboxTaken,
            (true, None) => Point::Committed,
            (false, None) => Point::AnswerCommitted,
        }
    }
}

impl Pending {
    pub(super) fn new(bot: &Bot, conversation: &Arc<Conversation>, event: &Event, now: Timestamp) -> Self {
        let mut pending = Self {
            conversation: Arc::clone(conversation),
            messages: Vec::new(),
            calls: Vec::new(),
            trace: Vec::new(),
            events: Vec::new(),
            hasher: blake3::Hasher::new(),
            begun: false,
            now,
        };
        pending.take(bot, event, now);
        pending
    }

    /// Adds another turn to the same commit.
    pub(super) fn take(&mut self, bot: &Bot, event: &Event, now: Timestamp) {
        let turn: Turn = advance(bot, &self.conversation, event, now);
        let before = self.conversation.session.as_ref().map(|s| &s.id);
        self.begun |= turn.conversation.session.as_ref().is_some_and(|s| Some(&s.id) != before);
        self.events.push(Logged { now, event: logged(event) }.json());
        self.calls.clear();
        for effect in turn.effects {
            match effect {
                Effect::Send { message, items } => self.messages.push((message, items)),
                Effect::Call(call) => self.calls.push(call),
            }
        }
        self.conversation = Arc::new(turn.conversation);
        self.trace.extend(turn.trace);
        self.now = now;
    }

    /// Everything that is written. `before` is the conversation as it is stored.
    pub(super) fn commit(&mut self, key: &ConversationKey, before: &Before, run: &RunId, claim: Claim, bot: &Bot) -> TurnCommit {
        let conversation = &self.conversation;
        let messages: Vec<NewMessage> = self.messages.iter().map(|(message, items)| row(message, items, run, self.now)).collect();
        for message in &messages {
            self.hasher.update(message.body.as_bytes());
        }
        for call in &self.calls {
            self.hasher.update(call.id.as_bytes());
        }
        let event = if let [only] = self.events.as_slice() { only.clone() } else { format!("[{}]", self.events.join(",")) };
        TurnCommit {
            key: key.clone(),
            expected: before.version,
            uid: conversation.uid,
            state: serde_json::to_string(&**conversation).expect("a conversation is plain data with text keys"),
            wake_at: self.wake_at(before.wake_at, claim.begins_run && claim.inbound.is_none() && claim.takes.is_none()),
            lease_until: lease(&self.calls, self.now),
            session_version: conversation.session.as_ref().map(|s| s.version.clone()),
            run_id: run.clone(),
            begins_run: claim.begins_run,
            inbound: claim.inbound,
            takes: claim.takes,
            messages,
            log: Some(TurnLog {
                version: bot.version().clone(),
                event,
                effects_hash: self.hasher.finalize().to_hex().as_str()[..32].to_owned(),
                start_state: self.begun.then(|| serde_json::to_string(&*before.conversation).unwrap_or_default()),
            }),
            now: self.now,
        }
    }

    /// A timer is written only when it becomes earlier; one that rings too soon re-arms itself.
    fn wake_at(&self, written: Option<Timestamp>, rang: bool) -> Option<Timestamp> {
        let wanted = self.conversation.wake_at();
        match (written, wanted) {
            _ if rang => wanted,
            (Some(written), Some(wanted)) => Some(written.min(wanted)),
            (written, wanted) => written.or(wanted),
        }
    }
}

/// The moment at which calls are given up.
fn lease(calls: &[Call], now: Timestamp) -> Option<Timestamp> {
    let longest = calls.iter().map(|call| call.timeout_ms).max()?;
    Some(now.plus_ms(i64::try_from(longest).unwrap_or(LEASE_SLACK_MS) + LEASE_SLACK_MS))
}

/// The conversation as it is, with a new lease for its calls.
pub(super) fn taken_over(key: &ConversationKey, before: &Before, run: &RunId, now: Timestamp) -> TurnCommit {
    let conversation = &before.conversation;
    TurnCommit {
        key: key.clone(),
        expected: before.version,
        uid: conversation.uid,
        state: serde_json::to_string(&**conversation).expect("a conversation is plain data with text keys"),
        wake_at: before.wake_at,
        lease_until: lease(conversation.calls(), now),
        session_version: conversation.session.as_ref().map(|s| s.version.clone()),
        run_id: run.clone(),
        begins_run: false,
        inbound: None,
        takes: None,
        messages: Vec::new(),
        log: None,
        now,
    }
}

/// The conversation that a turn starts from, and how it is stored.
#[derive(Clone, Debug)]
pub(super) struct Before {
    pub conversation: std::sync::Arc<Conversation>,
    pub version: Option<i64>,
    pub wake_at: Option<Timestamp>,
}

impl From<Stored> for Before {
    fn from(stored: Stored) -> Self {
        Self { conversation: stored.conversation, version: Some(stored.version), wake_at: stored.wake_at }
    }
}

fn row(message: &Message, items: &[SentItem], run: &RunId, now: Timestamp) -> NewMessage {
    NewMessage {
        id: message.id.clone(),
        direction: Direction::Out,
        kind: message.content.word().to_owned(),
        body: serde_json::to_string(&message.content).expect("a message is plain data with text keys"),
        items: (!items.is_empty()).then(|| serde_json::to_string(items).unwrap_or_default()),
        external_id: None,
        body_hash: None,
        run_id: Some(run.clone()),
        created_at: now,
    }
}

/// An event as the log keeps it.
#[derive(Serialize)]
struct Logged<'a> {
    now: Timestamp,
    event: LoggedEvent<'a>,
}

/// Inputs only: a message by reference, answers that are too large as their hash.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum LoggedEvent<'a> {
    Message(&'a MessageId),
    Answers(&'a [Answer]),
    AnswersHash(String),
    #[serde(untagged)]
    Other(&'a Event),
}

impl Logged<'_> {
    fn json(&self) -> String {
        serde_json::to_string(self).expect("an event is plain data with text keys")
    }
}

fn logged(event: &Event) -> LoggedEvent<'_> {
    match event {
        Event::Message(incoming) => LoggedEvent::Message(&incoming.id),
        Event::Answers(answers) => {
            let json = serde_json::to_vec(answers).expect("answers are plain data with text keys");
            if json.len() > LOGGED_BYTES_MAX {
                return LoggedEvent::AnswersHash(blake3::hash(&json).to_hex().to_string());
            }
            LoggedEvent::Answers(answers)
        }
        other => LoggedEvent::Other(other),
    }
}
