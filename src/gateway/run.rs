//! A run: everything that one inbound event causes, turn by turn, until the session waits or ends.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use futures_util::FutureExt;

use super::{
    Gateway,
    admission::Place,
    arrival::Arrival,
    commit::{Calls, Turned},
    inbound::{Happening, Inbound},
    lane,
    progress::Progress,
    reply::{Refusal, Reply},
    turn::{Before, Claim},
};
use crate::{
    crash::{self, Point},
    flow::{Answer, Bot, Call, Event, SentItem},
    id::{ConversationKey, MessageId, RunId},
    time::Timestamp,
};

/// How often a turn that lost its version is tried again before the caller is told to come back.
const TRIES: usize = 100;
/// How soon answers are offered again to a database that is away.
const AGAIN: Duration = Duration::from_millis(500);

/// How a run stands after its first turn was tried.
pub(super) enum First {
    /// It has ended; while it was calling, others may have come into the inbox.
    Done { called: bool },
    /// It waits in the inbox: the conversation is calling.
    StillWaits,
    /// Somebody else was first.
    Again,
}

/// Where a run came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Went {
    /// Here, and who waits for it was told all.
    Here,
    /// In another process, by recovery, or by a commit of ours whose outcome was not known: what it said is in the store.
    Elsewhere,
}

/// How a run stands after answers were given to it.
pub(super) enum Answered {
    Calls(Arc<Bot>, Calls),
    Over(Went),
}

impl Gateway {
    /// Takes an event and waits for what comes of it, at most 15 s.
    ///
    /// # Errors
    /// When the event was not taken. What was taken is never lost, whoever waits.
    pub async fn receive(&self, inbound: Inbound) -> Result<Reply, Refusal> {
        if self.bot(&inbound.key.bot).is_none() {
            return Err(Refusal::UnknownBot);
        }
        crash::at(Point::Received);
        let (place, work) = self.inner.places.enter().await?;
        if self.inner.closing.load(Ordering::Relaxed) {
            return Err(Refusal::Closing);
        }
        let (progress, waiter) = Progress::new();
        let gateway = self.clone();
        self.spawn(async move {
            gateway.begin(inbound, Some(work), progress).await;
            drop(place);
        });
        waiter.reply().await
    }

    pub(super) async fn begin(&self, inbound: Inbound, place: Option<Place>, progress: Progress) {
        let key = inbound.key;
        let arrival = Arrival::new(inbound.happening, inbound.external_id, place);
        let mut entering = Box::pin(self.inner.lanes.enter(&key));
        let entered = match (&mut entering).now_or_never() {
            Some(entered) => entered,
            None => {
                drop(arrival.place()); // who waits for others of its conversation leaves its place to those of other ones
                entering.await
            }
        };
        match entered {
            Ok(turn) => self.take(&key, arrival, progress, turn).await,
            Err(refusal) => progress.end(Err(refusal)),
        }
    }

    /// Runs an event to the end, then what waits in the inbox.
    async fn take(&self, key: &ConversationKey, arrival: Arrival, progress: Progress, turn: lane::Turn<'_>) {
        let mut turn = Some(turn);
        for _ in 0..TRIES {
            match self.first(key, &arrival, &progress, &mut turn).await {
                Ok(First::Done { called }) => {
                    progress.end(Ok(()));
                    if called {
                        self.empty_inbox(key, &mut turn).await;
                    }
                    return;
                }
                Ok(First::StillWaits) => return progress.end(Ok(())),
                // what is older than this event goes first
                Ok(First::Again) => self.empty_inbox(key, &mut turn).await,
                Err(refusal) => return progress.end(Err(refusal)),
            }
        }
        progress.end(Err(Refusal::Unavailable("too many others write to this conversation".to_owned())));
    }

    /// Tries the first turn of a run, with the lane held, and if it is committed, the others.
    pub(super) async fn first<'l>(
        &'l self,
        key: &ConversationKey,
        arrival: &Arrival,
        progress: &Progress,
        turn: &mut Option<lane::Turn<'l>>,
    ) -> Result<First, Refusal> {
        let place = match arrival.place() {
            None if arrival.is_new() => Some(self.inner.places.work().await?),
            place => place,
        };
        let mut before = self.load(key).await?;
        if !before.conversation.calls().is_empty() {
            before = self.load_stored(key).await?; // another process may have ended the run
        }
        if !before.conversation.calls().is_empty() {
            drop(place);
            return self.leave_in_inbox(key, arrival, progress, turn).await;
        }
        if wakes_first(&before, arrival) {
            let timer = Arrival::new(Happening::Wake, None, None);
            Box::pin(self.first(key, &timer, &Progress::new().0, turn)).await?;
            return Ok(First::Again);
        }
        let item = self.pressed(key, &arrival.happening).await?;
        let event = arrival.happening.event(&arrival.id, item.clone());
        let claim = Claim {
            begins_run: true,
            inbound: arrival.is_new().then(|| arrival.row(item.as_ref())),
            takes: arrival.waits.then(|| arrival.id.clone()),
            place,
        };
        match self.turned(key, before, event, claim, &arrival.run, progress).await? {
            Turned::Rests => Ok(First::Done { called: false }),
            Turned::Calls(bot, calls) => {
                if self.go_on(key, bot, calls, &arrival.run, progress, turn).await? == Went::Elsewhere {
                    turn.take();
                    self.tell_what_is_stored(key, &arrival.run, progress).await?;
                }
                Ok(First::Done { called: true })
            }
            Turned::Lost => Ok(First::Again),
            Turned::Duplicate => self.answer_again(key, arrival, progress, turn).await,
        }
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
    ) -> Result<Went, Refusal> {
        let _working = self.inner.at_work.begin(run);
        loop {
            turn.take();
            let answers = match calls.begun.take() {
                Some(begun) => begun.await,
                None => self.perform(&bot, run, &calls.calls).await,
            };
            match self.answered(key, &calls.calls, answers, run, progress, turn).await? {
                Answered::Calls(next_bot, next) => (bot, calls) = (next_bot, next),
                Answered::Over(went) => return Ok(went),
            }
        }
    }

    /// Gives the answers to the conversation, unless somebody else has (recovery, another process). Nobody else has these
    /// answers, so while the database is away they are kept.
    pub(super) async fn answered<'l>(
        &'l self,
        key: &ConversationKey,
        calls: &[Call],
        answers: Vec<Answer>,
        run: &RunId,
        progress: &Progress,
        turn: &mut Option<lane::Turn<'l>>,
    ) -> Result<Answered, Refusal> {
        loop {
            match self.try_answered(key, calls, &answers, run, progress, turn).await {
                Err(Refusal::Unavailable(_)) if !self.inner.closing.load(Ordering::Relaxed) => turn.take(),
                decided => return decided,
            };
            self.until_the_store_answers().await;
        }
    }

    /// Waits outside of the lane.
    async fn until_the_store_answers(&self) {
        tokio::time::sleep(AGAIN).await;
        while self.inner.store.ping().await.is_err() && !self.inner.closing.load(Ordering::Relaxed) {
            tokio::time::sleep(AGAIN).await;
        }
    }

    async fn try_answered<'l>(
        &'l self,
        key: &ConversationKey,
        calls: &[Call],
        answers: &[Answer],
        run: &RunId,
        progress: &Progress,
        turn: &mut Option<lane::Turn<'l>>,
    ) -> Result<Answered, Refusal> {
        *turn = Some(self.inner.lanes.come_back(key).await);
        for _ in 0..TRIES {
            let before = self.load(key).await?;
            let same = |ours: &[Call], theirs: &[Call]| ours.iter().map(|c| &c.id).eq(theirs.iter().map(|c| &c.id));
            if !same(calls, before.conversation.calls()) {
                return Ok(Answered::Over(Went::Elsewhere));
            }
            match self.turned(key, before, Event::Answers(answers.to_vec()), Claim::default(), run, progress).await? {
                Turned::Rests | Turned::Duplicate => return Ok(Answered::Over(Went::Here)),
                Turned::Calls(bot, next) => return Ok(Answered::Calls(bot, next)),
                Turned::Lost => {}
            }
        }
        Err(Refusal::Unavailable("too many others write to this conversation".to_owned()))
    }

    /// The item that a payload of this conversation brings back.
    pub(super) async fn pressed(&self, key: &ConversationKey, happening: &Happening) -> Result<Option<SentItem>, Refusal> {
        let Some(payload) = happening.payload() else { return Ok(None) };
        if let Some(stored) = self.inner.cache.get(key) {
            let frames = stored.conversation.session.iter().flat_map(|s| &s.frames);
            if let Some(item) = frames.filter_map(|f| f.asked.as_ref()).flat_map(|a| a.items.iter()).find(|i| i.payload == payload) {
                return Ok(Some(item.clone()));
            }
        }
        self.sent_item(key, happening).await
    }

    /// The item of a press, from the row of the message that it was sent with.
    pub(super) async fn sent_item(&self, key: &ConversationKey, happening: &Happening) -> Result<Option<SentItem>, Refusal> {
        let Some(payload) = happening.payload() else { return Ok(None) };
        let Some((message, _)) = payload.rsplit_once('.') else { return Ok(None) };
        let row = self.inner.store.message(key, &MessageId::from(message)).await?;
        let items: Vec<SentItem> = row.and_then(|row| serde_json::from_str(&row.message.items?).ok()).unwrap_or_default();
        Ok(items.into_iter().find(|item| item.payload == payload))
    }
}

/// A session whose time is over ends before the message is heard.
fn wakes_first(before: &Before, arrival: &Arrival) -> bool {
    !arrival.is_timer() && before.conversation.session.as_ref().is_some_and(|s| s.expires_at <= Timestamp::now())
}
