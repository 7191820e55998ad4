//! From a turn to what is written of it: rows, claim, log.

use std::sync::Arc;

use super::{cache::Stored, json, log, places::Place};
use crate::{
    crash::Point,
    flow::{Bot, Call, Conversation, Effect, Event, Message, SentItem, Trace, Turn, index},
    id::{ConversationKey, MessageId, RunId},
    store::{Direction, IndexChange, NewMessage, TurnCommit, TurnLog},
    time::Timestamp,
};

/// How long after the deadline of its calls a conversation is given up.
const LEASE_SLACK_MS: i64 = 5_000;

/// The kind of a message that only shows that the bot is typing.
const TYPING: &str = "typing";

/// What begins with an event, or goes on with answers, before it is committed: one turn, or a turn with its GETs.
pub(super) struct Pending {
    pub conversation: Arc<Conversation>,
    pub messages: Vec<(Arc<Message>, Arc<[SentItem]>)>,
    pub calls: Vec<Call>,
    pub trace: Vec<Trace>,
    /// Each as JSON.
    events: Vec<String>,
    begun: bool,
    now: Timestamp,
}

/// The versions of the bot that a commit is about.
#[derive(Clone, Copy)]
pub(super) struct Bots<'a> {
    /// The one that the turn ran on.
    pub own: &'a Bot,
    /// The one that is live.
    pub live: &'a Bot,
}

/// What a commit claims beside the version.
#[derive(Debug, Default)]
pub(super) struct Claim {
    pub begins_run: bool,
    pub inbound: Option<NewMessage>,
    pub takes: Option<MessageId>,
    /// What it is about is a message of the user, and no repeat of one.
    pub heard: bool,
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
    /// The first turn.
    pub(super) fn new(conversation: &Conversation, event: &Event, now: Timestamp, turn: Turn) -> Self {
        let mut pending = Self {
            messages: Vec::new(),
            calls: Vec::new(),
            trace: turn.trace,
            events: vec![log::written(event, now)],
            begun: begins(conversation, &turn.conversation),
            conversation: Arc::new(turn.conversation),
            now,
        };
        pending.keep(turn.effects);
        pending
    }

    /// Adds another turn to the same commit.
    pub(super) fn take(&mut self, event: &Event, now: Timestamp, turn: Turn) {
        self.begun |= begins(&self.conversation, &turn.conversation);
        self.events.push(log::written(event, now));
        self.conversation = Arc::new(turn.conversation);
        self.trace.extend(turn.trace);
        self.now = now;
        self.keep(turn.effects);
    }

    /// Calls of a turn before have been answered.
    fn keep(&mut self, effects: Vec<Effect>) {
        self.calls.clear();
        for effect in effects {
            match effect {
                Effect::Send { message, items } => self.messages.push((message, items)),
                Effect::Call(call) => self.calls.push(*call),
            }
        }
    }

    /// Everything that is written. `before` is the conversation as it is stored.
    pub(super) fn commit(&self, key: &ConversationKey, before: &Before, run: &RunId, claim: Claim, bots: Bots<'_>) -> TurnCommit {
        let conversation = &self.conversation;
        let messages: Vec<NewMessage> = self.messages.iter().map(|(message, items)| row(message, items, run, self.now)).collect();
        let effects_hash = effects_hash(messages.iter().map(|m| m.body.as_str()), &self.calls);
        let event = if let [only] = self.events.as_slice() { only.clone() } else { format!("[{}]", self.events.join(",")) };
        TurnCommit {
            key: key.clone(),
            expected: before.version,
            uid: conversation.uid,
            state: json::written(&**conversation, json::A_CONVERSATION),
            wake_at: self.wake_at(before.wake_at, claim.begins_run && claim.inbound.is_none() && claim.takes.is_none()),
            lease_until: lease(&self.calls, self.now),
            session_version: conversation.session.as_ref().map(|s| s.version.clone()),
            run_id: run.clone(),
            begins_run: claim.begins_run,
            inbound: claim.inbound,
            takes: claim.takes,
            messages,
            log: Some(TurnLog {
                version: bots.own.version().clone(),
                event,
                effects_hash,
                start_state: (self.begun || before.version.is_none()).then(|| json::written(&*before.conversation, json::A_CONVERSATION)),
            }),
            now: self.now,
            last_input_at: conversation.last_input,
            waits_at: waits_at(conversation),
            generation: None,
            counted: self.counted() + i64::from(claim.heard),
            index: index_change(bots.live, &before.conversation, conversation),
        }
    }

    /// How many messages to the user usage counts.
    fn counted(&self) -> i64 {
        let counted = self.messages.iter().filter(|(message, _)| message.content.word() != TYPING);
        i64::try_from(counted.count()).unwrap_or(i64::MAX)
    }

    /// A hash of what was done.
    pub(super) fn effects_hash(&self) -> String {
        let bodies: Vec<String> = self.messages.iter().map(|(message, _)| body(message)).collect();
        effects_hash(bodies.iter().map(String::as_str), &self.calls)
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

/// Whether a session begins with a turn.
fn begins(before: &Conversation, after: &Conversation) -> bool {
    let begun = after.session.as_ref().map(|s| &s.id);
    begun.is_some() && begun != before.session.as_ref().map(|s| &s.id)
}

/// What was said and whom it called, by which a replay is compared.
fn effects_hash<'a>(bodies: impl Iterator<Item = &'a str>, calls: &'a [Call]) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in bodies.chain(calls.iter().map(|call| call.id.as_str())) {
        hasher.update(part.as_bytes());
    }
    hasher.finalize().to_hex().as_str()[..32].to_owned()
}

/// What changed of what the user is found by, as the live version has it: so all rows of a bot are by one index.
fn index_change(live: &Bot, before: &Conversation, after: &Conversation) -> IndexChange {
    let index = live.index();
    IndexChange { version: index.version(), attributes: index.changes(before, after), tags: index::tag_changes(before, after) }
}

fn waits_at(conversation: &Conversation) -> Option<i64> {
    conversation.waits_at().map(|block| block.0.cast_signed())
}

/// The moment at which calls are given up.
fn lease(calls: &[Call], now: Timestamp) -> Option<Timestamp> {
    let longest = calls.iter().map(|call| call.timeout_ms).max()?;
    Some(now.plus_ms(i64::try_from(longest).unwrap_or(LEASE_SLACK_MS) + LEASE_SLACK_MS))
}

/// The conversation as it is, with a new lease for its calls.
pub(super) fn taken_over(key: &ConversationKey, before: &Before, run: &RunId, now: Timestamp, live: &Bot) -> TurnCommit {
    let conversation = &before.conversation;
    TurnCommit {
        key: key.clone(),
        expected: before.version,
        uid: conversation.uid,
        state: json::written(&**conversation, json::A_CONVERSATION),
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
        last_input_at: conversation.last_input,
        waits_at: waits_at(conversation),
        generation: None,
        counted: 0,
        index: index_change(live, conversation, conversation),
    }
}

/// The conversation that a turn starts from, and how it is stored.
#[derive(Clone, Debug)]
pub(super) struct Before {
    pub conversation: Arc<Conversation>,
    pub version: Option<i64>,
    pub wake_at: Option<Timestamp>,
}

impl From<Stored> for Before {
    fn from(stored: Stored) -> Self {
        Self { conversation: stored.conversation, version: Some(stored.version), wake_at: stored.wake_at }
    }
}

fn body(message: &Message) -> String {
    json::written(&message.content, json::A_MESSAGE)
}

fn row(message: &Message, items: &[SentItem], run: &RunId, now: Timestamp) -> NewMessage {
    NewMessage {
        id: message.id.clone(),
        direction: Direction::Out,
        kind: message.content.word().to_owned(),
        body: body(message),
        items: (!items.is_empty()).then(|| json::written(items, json::A_MESSAGE)),
        external_id: None,
        body_hash: None,
        run_id: Some(run.clone()),
        created_at: now,
    }
}
