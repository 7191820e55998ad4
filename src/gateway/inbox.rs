//! The inbox: a conversation that is calling takes nothing but answers; other events wait, and whoever ends the run takes them,
//! oldest first. Write, then look; end, then look: so one of the two sees the other.

use super::{Gateway, arrival::Arrival, lane, progress::Progress, reply::Refusal, run::First, turn::Before};
use crate::{
    crash::{self, Point},
    id::ConversationKey,
    store::Inbox,
};

impl Gateway {
    /// Leaves an event in the inbox; with the lane held, which is given back while its run is waited for.
    pub(super) async fn leave_in_inbox<'l>(
        &'l self,
        key: &ConversationKey,
        before: &Before,
        arrival: &Arrival,
        progress: &Progress,
        turn: &mut Option<lane::Turn<'l>>,
    ) -> Result<First, Refusal> {
        if arrival.waits || arrival.is_timer() {
            return Ok(First::StillWaits);
        }
        let item = self.pressed(key, &arrival.happening).await?;
        let (mine, waiter) = Progress::new();
        mine.taken(); // who takes it out of the inbox finds it stored
        self.inner.waiting.leave(&arrival.id, mine);
        let repeats = arrival.repeats(&before.conversation) || self.waits_already(key, arrival).await?;
        let row = if repeats { arrival.repeated_row(item.as_ref()) } else { arrival.row(item.as_ref()) };
        let put = self.inner.store.put_inbox(key, &row).await;
        if !matches!(put, Ok(Inbox::Waiting(_))) {
            self.inner.waiting.take(&arrival.id);
        }
        match put? {
            Inbox::Full => Err(Refusal::Busy),
            Inbox::Duplicate => self.answer_again(key, arrival, progress, turn).await,
            Inbox::Waiting(_) => {
                crash::at(Point::InboxPut);
                progress.tell(|told| told.repeated = repeats);
                // the run may have ended in another process meanwhile
                let stored = self.load_stored(key).await?;
                if stored.conversation.calls().is_empty() {
                    Box::pin(self.empty_inbox(key, turn)).await;
                }
                turn.take();
                let reply = tokio::select! {
                    reply = waiter.reply() => reply,
                    reply = self.taken_elsewhere(key, arrival) => Ok(reply),
                };
                self.inner.waiting.take(&arrival.id);
                let reply = reply?;
                progress.tell(|told| *told = reply);
                Ok(First::Done { called: false })
            }
        }
    }

    /// Whether the same press is in the inbox: its run has not begun yet.
    async fn waits_already(&self, key: &ConversationKey, arrival: &Arrival) -> Result<bool, Refusal> {
        let Some(payload) = arrival.happening.payload() else { return Ok(false) };
        let rows = self.inner.store.inbox(key).await?;
        Ok(rows.iter().filter_map(Arrival::of_row).any(|other| other.happening.payload() == Some(payload)))
    }

    /// Takes what waits, each as a run of its own, until nothing waits or the conversation is calling again.
    pub(super) async fn empty_inbox<'l>(&'l self, key: &ConversationKey, turn: &mut Option<lane::Turn<'l>>) {
        loop {
            if turn.is_none() {
                *turn = Some(self.inner.lanes.come_back(key).await);
            }
            let row = match self.inner.store.oldest_inbox(key).await {
                Ok(Some(row)) => row,
                Ok(None) => return,
                Err(error) => return tracing::debug!(bot = %key.bot, %error, "the inbox cannot be read now; recovery takes it"),
            };
            let Some(arrival) = Arrival::of_row(&row) else { return };
            let progress = self.inner.waiting.take(&arrival.id).unwrap_or_else(|| Progress::new().0);
            match self.first(key, &arrival, &progress, turn).await {
                Ok(First::Done { .. }) => progress.end(Ok(())),
                Ok(First::StillWaits) => return self.inner.waiting.leave(&arrival.id, progress),
                Ok(First::Again) => self.inner.waiting.leave(&arrival.id, progress),
                Err(refusal) => return progress.end(Err(refusal)),
            }
        }
    }
}
