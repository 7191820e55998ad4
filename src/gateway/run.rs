//! A run: everything that one inbound event causes, turn by turn, until the session waits or ends.
//!
//! What few runs come to is boxed: each run is moved into its task, with room for all that it may wait for.

use std::sync::atomic::Ordering;

use futures_util::FutureExt;

use super::{
    Gateway,
    arrival::Arrival,
    calls::Went,
    commit::Turned,
    inbound::{Happening, Inbound},
    lane,
    places::Place,
    progress::{Progress, Waiter},
    reply::{Refusal, Reply},
    turn::{Before, Claim},
};
use crate::{
    crash::{self, Point},
    id::ConversationKey,
    time::Timestamp,
};

/// How often a turn that lost its version is tried again before the caller is told to come back.
pub(super) const TRIES: usize = 100;

/// How a run stands after its first turn was tried.
pub(super) enum First {
    /// It has ended; while it was calling, others may have come into the inbox.
    Done { called: bool },
    /// It waits in the inbox: the conversation is calling.
    StillWaits,
    /// Somebody else was first.
    Again,
}

impl Gateway {
    /// Takes an event and waits for what comes of it, at most 15 s.
    ///
    /// # Errors
    /// When the event was not taken. What was taken is never lost, whoever waits.
    pub async fn receive(&self, inbound: Inbound) -> Result<Reply, Refusal> {
        self.take_in(inbound, Progress::new()).await
    }

    /// Takes an event and waits as its progress says.
    pub(super) async fn take_in(&self, inbound: Inbound, (progress, waiter): (Progress, Waiter)) -> Result<Reply, Refusal> {
        if self.bot(&inbound.key.bot).is_none() {
            return Err(Refusal::UnknownBot);
        }
        crash::at(Point::Received);
        let (place, work) = self.inner.places.enter().await?;
        if self.inner.closing.load(Ordering::Relaxed) {
            return Err(Refusal::Closing);
        }
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
                        Box::pin(self.empty_inbox(key, &mut turn)).await;
                    }
                    return;
                }
                Ok(First::StillWaits) => return progress.end(Ok(())),
                // what is older than this event goes first
                Ok(First::Again) => Box::pin(self.empty_inbox(key, &mut turn)).await,
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
            before = Box::pin(self.load_stored(key)).await?; // another process may have ended the run
        }
        if arrival.is_new() {
            self.judge(&before, &arrival.happening)?;
        }
        if !before.conversation.calls().is_empty() {
            drop(place);
            return Box::pin(self.leave_in_inbox(key, &before, arrival, progress, turn)).await;
        }
        if wakes_first(&before, arrival) {
            let timer = Arrival::new(Happening::Wake, None, None);
            Box::pin(self.first(key, &timer, &Progress::new().0, turn)).await?;
            return Ok(First::Again);
        }
        let item = self.pressed(key, &arrival.happening).await?;
        let event = arrival.event(item.clone());
        let repeats = arrival.repeats(&before.conversation);
        let row = |item| if repeats { arrival.repeated_row(item) } else { arrival.row(item) };
        if arrival.is_misplaced(repeats) {
            self.inner.store.set_inbox_kind(key, &arrival.id, &row(item.as_ref()).kind).await?;
        }
        let claim = Claim {
            begins_run: true,
            inbound: arrival.is_new().then(|| row(item.as_ref())),
            takes: arrival.waits.then(|| arrival.id.clone()),
            heard: !repeats && matches!(arrival.happening, Happening::Message { .. }),
            place,
        };
        match self.turned(key, before, event, claim, &arrival.run, progress).await? {
            Turned::Rests => {
                progress.tell(|told| told.repeated = repeats);
                Ok(First::Done { called: false })
            }
            Turned::Calls(bot, calls) => {
                if Box::pin(self.go_on(key, bot, calls, &arrival.run, progress, turn)).await? == Went::Elsewhere {
                    turn.take();
                    Box::pin(self.tell_what_is_stored(key, &arrival.run, progress)).await?;
                }
                Ok(First::Done { called: true })
            }
            Turned::Lost => Ok(First::Again),
            Turned::Duplicate => Box::pin(self.answer_again(key, arrival, progress, turn)).await,
        }
    }
}

/// A session whose time is over ends before the message is heard.
fn wakes_first(before: &Before, arrival: &Arrival) -> bool {
    !arrival.is_timer() && before.conversation.session.as_ref().is_some_and(|s| s.expires_at <= Timestamp::now())
}
