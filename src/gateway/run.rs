//! A run: everything that one inbound event causes, turn by turn, until the session waits or ends.

use std::{sync::Arc, time::Duration};

use uuid::Uuid;

use super::{
    Gateway,
    cache::Stored,
    inbound::{Happening, Inbound},
    lane,
    progress::Progress,
    reply::{Refusal, Reply, Told},
    turn::{Before, Claim, Pending},
};
use crate::{
    flow::{Answer, Bot, Call, Conversation, Event, SentItem},
    id::{ConversationKey, MessageId, RunId},
    store::{Committed, Direction, Inbox, MessageRow, NewMessage},
    time::Timestamp,
};

/// No commit waits longer for an answer.
const GET_PATIENCE: Duration = Duration::from_millis(300);
/// How often a turn that lost its version is tried again before the caller is told to come back.
const TRIES: usize = 100;

/// What begins a run.
struct Arrival {
    id: MessageId,
    run: RunId,
    external_id: Option<String>,
    happening: Happening,
    /// It stands in the inbox already.
    waits: bool,
    arrived: Timestamp,
}

/// How a run stands after its first turn was tried.
enum First {
    Done,
    Again,
}

/// How one commit went.
enum Turned {
    /// The session waits or has ended.
    Rests,
    /// Calls are out.
    Calls(Arc<Bot>, Calls),
    /// Somebody else was first.
    Lost,
    /// The message is known.
    Duplicate,
}

/// The calls of a turn; those that were begun before the commit go on.
pub(super) struct Calls {
    calls: Vec<Call>,
    begun: Option<futures_util::future::BoxFuture<'static, Vec<Answer>>>,
}

impl Gateway {
    /// Takes an event and waits for what comes of it, at most 15 s.
    ///
    /// # Errors
    /// When the event was not taken. What was taken is never lost, whoever waits.
    pub async fn receive(&self, inbound: Inbound) -> Result<Reply, Refusal> {
        if self.inner.closing.load(std::sync::atomic::Ordering::Relaxed) {
            return Err(Refusal::Closing);
        }
        if self.bot(&inbound.key.bot).is_none() {
            return Err(Refusal::UnknownBot);
        }
        let (progress, waiter) = Progress::new();
        let gateway = self.clone();
        self.spawn(async move { gateway.begin(inbound, progress).await });
        waiter.reply().await
    }

    async fn begin(&self, inbound: Inbound, progress: Progress) {
        let key = inbound.key;
        let uuid = Uuid::now_v7().simple().to_string();
        let arrival = Arrival {
            id: format!("u{uuid}").into(),
            run: uuid.into(),
            external_id: inbound.external_id,
            happening: inbound.happening,
            waits: false,
            arrived: Timestamp::now(),
        };
        match self.inner.lanes.enter(&key).await {
            Ok(turn) => self.take(&key, arrival, progress, turn).await,
            Err(refusal) => progress.end(Err(refusal)),
        }
    }

    /// Runs an event to the end, then what waits in the inbox.
    async fn take(&self, key: &ConversationKey, arrival: Arrival, progress: Progress, turn: lane::Turn<'_>) {
        let mut turn = Some(turn);
        for _ in 0..TRIES {
            let tried = self.first(key, &arrival, &progress, &mut turn).await;
            match tried {
                Ok(First::Done) => return progress.end(Ok(())),
                Ok(First::Again) => {}
                Err(refusal) => return progress.end(Err(refusal)),
            }
            if turn.is_none() {
                turn = Some(self.inner.lanes.come_back(key).await);
            }
        }
        progress.end(Err(Refusal::Unavailable("too many others write to this conversation".to_owned())));
    }

    /// Tries the first turn of a run; with the lane held.
    async fn first<'l>(&'l self, key: &ConversationKey, arrival: &Arrival, progress: &Progress, turn: &mut Option<lane::Turn<'l>>) -> Result<First, Refusal> {
        let before = self.load(key).await?;
        if !before.conversation.calls().is_empty() {
            return self.leave_in_inbox(key, arrival, progress, turn).await;
        }
        if self.wakes_first(&before, arrival) {
            Box::pin(self.wake(key, turn)).await?;
            return Ok(First::Again);
        }
        let item = self.pressed(key, &arrival.happening).await?;
        let event = arrival.happening.event(&arrival.id, item.clone());
        let claim = Claim {
            begins_run: true,
            inbound: (!arrival.waits && arrival.happening != Happening::Wake).then(|| arrival.row(item.as_ref())),
            takes: arrival.waits.then(|| arrival.id.clone()),
        };
        match self.turned(key, before, event, claim, &arrival.run, progress).await? {
            Turned::Rests => Ok(First::Done),
            Turned::Calls(bot, calls) => {
                self.go_on(key, bot, calls, &arrival.run, progress, turn).await?;
                Box::pin(self.empty_inbox(key, turn)).await;
                Ok(First::Done)
            }
            Turned::Lost => {
                Box::pin(self.empty_inbox(key, turn)).await;
                Ok(First::Again)
            }
            Turned::Duplicate => self.answer_again(key, arrival, progress, turn).await,
        }
    }

    /// A session whose time is over ends before the message is heard.
    fn wakes_first(&self, before: &Before, arrival: &Arrival) -> bool {
        arrival.happening != Happening::Wake && before.conversation.session.as_ref().is_some_and(|s| s.expires_at <= Timestamp::now())
    }

    async fn wake<'l>(&'l self, key: &ConversationKey, turn: &mut Option<lane::Turn<'l>>) -> Result<(), Refusal> {
        let uuid = Uuid::now_v7().simple().to_string();
        let arrival =
            Arrival { id: format!("u{uuid}").into(), run: uuid.into(), external_id: None, happening: Happening::Wake, waits: false, arrived: Timestamp::now() };
        let (progress, _) = Progress::new();
        self.first(key, &arrival, &progress, turn).await.map(drop)
    }

    /// Performs calls and goes on with their answers, until the session waits or ends. The lane is free during calls.
    pub(super) async fn go_on<'l>(
        &'l self,
        key: &ConversationKey,
        mut bot: Arc<Bot>,
        mut calls: Calls,
        run: &RunId,
        progress: &Progress,
        turn: &mut Option<lane::Turn<'l>>,
    ) -> Result<(), Refusal> {
        loop {
            turn.take();
            let answers = match calls.begun.take() {
                Some(begun) => begun.await,
                None => self.perform(&bot, run, &calls.calls).await,
            };
            match self.answered(key, &calls.calls, answers, run, progress, turn).await? {
                Some((next_bot, next)) => (bot, calls) = (next_bot, next),
                None => return Ok(()),
            }
        }
    }

    /// Gives the answers to the conversation, unless somebody else has (recovery, another process).
    pub(super) async fn answered<'l>(
        &'l self,
        key: &ConversationKey,
        calls: &[Call],
        answers: Vec<Answer>,
        run: &RunId,
        progress: &Progress,
        turn: &mut Option<lane::Turn<'l>>,
    ) -> Result<Option<(Arc<Bot>, Calls)>, Refusal> {
        *turn = Some(self.inner.lanes.come_back(key).await);
        for _ in 0..TRIES {
            let before = self.load(key).await?;
            let same = |ours: &[Call], theirs: &[Call]| ours.iter().map(|c| &c.id).eq(theirs.iter().map(|c| &c.id));
            if !same(calls, before.conversation.calls()) {
                return Ok(None);
            }
            match self.turned(key, before, Event::Answers(answers.clone()), Claim::default(), run, progress).await? {
                Turned::Rests | Turned::Duplicate => return Ok(None),
                Turned::Calls(bot, next) => return Ok(Some((bot, next))),
                Turned::Lost => {}
            }
        }
        Err(Refusal::Unavailable("too many others write to this conversation".to_owned()))
    }

    /// One commit: a turn, with its GETs if they answer soon. Nothing has left the process before, except those.
    async fn turned(&self, key: &ConversationKey, before: Before, event: Event, claim: Claim, run: &RunId, progress: &Progress) -> Result<Turned, Refusal> {
        let (bot, before) = self.bot_for(key, before).await?;
        let mut pending = Pending::new(&bot, &before.conversation, &event, Timestamp::now());
        let begun = self.gets(&bot, &mut pending, run).await;
        let commit = pending.commit(key, &before, run, claim, &bot);
        let wake_at = commit.wake_at;
        let committed = self.inner.store.commit(commit).await.inspect_err(|_| self.inner.cache.forget(key))?;
        match committed {
            Committed::Won { version } => {
                let calls = std::mem::take(&mut pending.calls);
                let conversation = Arc::new(std::mem::replace(&mut pending.conversation, placeholder(key)));
                tell(progress, &bot, run, &conversation, pending);
                self.inner.cache.put(key, Stored { conversation, version, wake_at });
                Ok(if calls.is_empty() { Turned::Rests } else { Turned::Calls(bot, Calls { calls, begun }) })
            }
            Committed::Lost => {
                self.inner.cache.forget(key);
                Ok(Turned::Lost)
            }
            Committed::Duplicate => Ok(Turned::Duplicate),
        }
    }

    /// GETs may leave before the commit: those that answer within 300 ms become part of it, the others go on behind it.
    async fn gets(&self, bot: &Arc<Bot>, pending: &mut Pending, run: &RunId) -> Option<futures_util::future::BoxFuture<'static, Vec<Answer>>> {
        let patience = tokio::time::Instant::now() + GET_PATIENCE;
        while !pending.calls.is_empty() && pending.calls.iter().all(|call| call.request.method == crate::outbound::Method::Get) {
            let (gateway, of, run, calls) = (self.clone(), bot.clone(), run.clone(), pending.calls.clone());
            let mut begun: futures_util::future::BoxFuture<'static, Vec<Answer>> = Box::pin(async move { gateway.perform(&of, &run, &calls).await });
            match tokio::time::timeout_at(patience, &mut begun).await {
                Ok(answers) => pending.take(bot, &Event::Answers(answers), Timestamp::now()),
                Err(_) => return Some(begun),
            }
        }
        None
    }

    /// The conversation: from the cache, else from the store, else new.
    async fn load(&self, key: &ConversationKey) -> Result<Before, Refusal> {
        if let Some(stored) = self.inner.cache.get(key) {
            return Ok(stored.into());
        }
        self.load_stored(key).await
    }

    pub(super) async fn load_stored(&self, key: &ConversationKey) -> Result<Before, Refusal> {
        let Some(row) = self.inner.store.load(key).await? else {
            let uid = self.inner.store.next_uid().await?;
            let conversation = Conversation::new(key.clone(), uid, seed(), Timestamp::now());
            return Ok(Before { conversation: Arc::new(conversation), version: None, wake_at: None });
        };
        let conversation = serde_json::from_str(&row.state).map_err(|error| Refusal::Invalid(format!("the stored conversation cannot be read: {error}")))?;
        let stored = Stored { conversation: Arc::new(conversation), version: row.version, wake_at: row.wake_at };
        self.inner.cache.put(key, stored.clone());
        Ok(stored.into())
    }

    /// The item that a payload of this conversation brings back.
    async fn pressed(&self, key: &ConversationKey, happening: &Happening) -> Result<Option<SentItem>, Refusal> {
        let Some(payload) = happening.payload() else { return Ok(None) };
        if let Some(stored) = self.inner.cache.get(key) {
            let frames = stored.conversation.session.iter().flat_map(|s| &s.frames);
            if let Some(item) = frames.filter_map(|f| f.asked.as_ref()).flat_map(|a| &a.items).find(|i| i.payload == payload) {
                return Ok(Some(item.clone()));
            }
        }
        let Some((message, _)) = payload.rsplit_once('.') else { return Ok(None) };
        let row = self.inner.store.message(key, &MessageId::from(message)).await?;
        let items: Vec<SentItem> = row.and_then(|row| serde_json::from_str(&row.message.items?).ok()).unwrap_or_default();
        Ok(items.into_iter().find(|item| item.payload == payload))
    }

    /// A conversation that is calling takes nothing but answers: the event waits, and whoever ends the run takes it.
    async fn leave_in_inbox<'l>(&'l self, key: &ConversationKey, arrival: &Arrival, progress: &Progress, turn: &mut Option<lane::Turn<'l>>) -> Result<First, Refusal> {
        if arrival.waits || arrival.happening == Happening::Wake {
            return Ok(First::Done);
        }
        let item = self.pressed(key, &arrival.happening).await?;
        let (mine, waiter) = Progress::new();
        self.inner.waiting.leave(&arrival.id, mine);
        let put = self.inner.store.put_inbox(key, &arrival.row(item.as_ref())).await;
        if !matches!(put, Ok(Inbox::Waiting(_))) {
            self.inner.waiting.take(&arrival.id);
        }
        match put? {
            Inbox::Full => Err(Refusal::Busy),
            Inbox::Duplicate => self.answer_again(key, arrival, progress, turn).await,
            Inbox::Waiting(_) => {
                // write, then look: the run may have ended in another process meanwhile
                let stored = self.load_stored(key).await?;
                if stored.conversation.calls().is_empty() {
                    Box::pin(self.empty_inbox(key, turn)).await;
                }
                turn.take();
                let reply = waiter.reply().await?;
                progress.tell(|told| *told = reply);
                Ok(First::Done)
            }
        }
    }

    /// Takes what waits in the inbox, oldest first, each as a run of its own; with the lane held.
    pub(super) async fn empty_inbox<'l>(&'l self, key: &ConversationKey, turn: &mut Option<lane::Turn<'l>>) {
        while let Ok(Some(row)) = self.inner.store.oldest_inbox(key).await {
            let progress = self.inner.waiting.take(&row.message.id).unwrap_or_else(|| Progress::new().0);
            let Some(arrival) = Arrival::of_row(&row) else { return };
            if turn.is_none() {
                *turn = Some(self.inner.lanes.come_back(key).await);
            }
            match Box::pin(self.first(key, &arrival, &progress, turn)).await {
                Ok(First::Done) if self.still_waits(key, &arrival).await => return progress.end(Ok(())),
                Ok(First::Done) => progress.end(Ok(())),
                Ok(First::Again) => self.inner.waiting.leave(&row.message.id, progress),
                Err(refusal) => return progress.end(Err(refusal)),
            }
        }
    }

    /// Whether a row was not taken after all: the conversation is calling again, and its run will take it.
    async fn still_waits(&self, key: &ConversationKey, arrival: &Arrival) -> bool {
        matches!(self.inner.store.oldest_inbox(key).await, Ok(Some(row)) if row.message.id == arrival.id)
    }

    /// A repeat of an id gets the answer that is stored; it waits for the end of the run.
    async fn answer_again<'l>(&'l self, key: &ConversationKey, arrival: &Arrival, progress: &Progress, turn: &mut Option<lane::Turn<'l>>) -> Result<First, Refusal> {
        turn.take();
        let Some(external) = arrival.external_id.as_deref() else { return Ok(First::Again) };
        let mut changes = self.inner.store.subscribe();
        loop {
            let Some(row) = self.inner.store.message_by_external_id(key, external).await? else { return Ok(First::Again) };
            if row.message.body_hash != Some(arrival.happening.hash()) {
                return Err(Refusal::IdTaken);
            }
            let stored = self.load_stored(key).await?;
            let running = row.waiting || (!stored.conversation.calls().is_empty() && self.runs(key, &row).await?);
            if !running {
                let reply = self.stored_reply(key, &row, &stored.conversation).await?;
                progress.tell(|told| *told = reply);
                return Ok(First::Done);
            }
            // a change may be missed (it is only a hint), so look again after a while all the same
            let _ = tokio::time::timeout(Duration::from_millis(500), changes.recv()).await;
        }
    }

    async fn runs(&self, key: &ConversationKey, row: &MessageRow) -> Result<bool, Refusal> {
        Ok(self.inner.store.load(key).await?.is_some_and(|c| c.run_id == row.message.run_id))
    }

    async fn stored_reply(&self, key: &ConversationKey, row: &MessageRow, conversation: &Conversation) -> Result<Reply, Refusal> {
        let Some(run) = row.message.run_id.clone() else { return Ok(Reply::default()) };
        let rows = self.inner.store.messages_of_run(key, &run).await?;
        let said = rows.into_iter().filter(|row| row.message.direction == Direction::Out);
        let message = |row: MessageRow| Some(crate::flow::Message { id: row.message.id, content: serde_json::from_str(&row.message.body).ok()? });
        let session = conversation.session.as_ref();
        Ok(Reply {
            session: session.map(|s| s.id.clone()),
            version: session.map(|s| s.version.clone()).or_else(|| self.bot(&key.bot).map(|b| b.version().clone())),
            run: Some(run),
            messages: said.filter_map(message).collect(),
            ..Reply::default()
        })
    }
}

fn tell(progress: &Progress, bot: &Bot, run: &RunId, conversation: &Conversation, pending: Pending) {
    metrics::counter!("flowgate_messages_total", "bot" => bot.key().to_string(), "direction" => "out").increment(pending.messages.len() as u64);
    progress.tell(|reply| {
        reply.session = conversation.session.as_ref().map(|s| s.id.clone());
        reply.version = Some(bot.version().clone());
        reply.run = Some(run.clone());
        reply.messages.extend(pending.messages.into_iter().map(|(message, _)| message));
        reply.told.push(Told { version: bot.version().clone(), trace: pending.trace });
    });
}

/// What stands in for a conversation that has moved on; never seen.
fn placeholder(key: &ConversationKey) -> Conversation {
    Conversation::new(key.clone(), 0, 0, Timestamp(0))
}

/// Where random choices of a new user start.
fn seed() -> u64 {
    Uuid::new_v4().as_u64_pair().0
}

impl Arrival {
    /// The row of the message: transcript, and all that is needed to run it later.
    fn row(&self, item: Option<&SentItem>) -> NewMessage {
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

    fn of_row(row: &MessageRow) -> Option<Self> {
        Some(Self {
            id: row.message.id.clone(),
            run: row.message.run_id.clone().unwrap_or_else(|| Uuid::now_v7().simple().to_string().into()),
            external_id: row.message.external_id.clone(),
            happening: Happening::read(&row.message.kind, &row.message.body)?,
            waits: true,
            arrived: row.message.created_at,
        })
    }
}
