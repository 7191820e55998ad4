//! Recovery is the ordinary path: what a crash left undone is found by the same rows, and done by the same code.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use futures_util::future::join_all;

use super::{
    Gateway,
    answers::interrupted,
    cache::Stored,
    calls::Answered,
    inbound::{Happening, Inbound},
    progress::Progress,
    reply::Refusal,
    turn::{Before, taken_over},
};
use crate::{
    crash::{self, Point},
    flow::{Answer, Bot, Call},
    id::{ConversationKey, RunId},
    store::Committed,
    time::{CLOCK_SLACK_MS, Timestamp},
};

/// How often due timers and leases are looked for.
const EVERY: Duration = Duration::from_secs(1);
/// How often versions that nobody needs are looked for.
const PRUNE_EVERY_TICKS: u64 = 3_600;
/// How many are looked for at once.
pub(super) const FOUND_MAX: i64 = 10_000;
/// How many are begun at once.
const GROUP: usize = 100;

/// Voids what a stopped process held (SQLite has one process), then looks for what is due, once a second.
pub(super) async fn start(gateway: &Gateway) -> Result<(), Refusal> {
    let held = gateway.inner.store.void_leases().await?;
    if held > 0 {
        tracing::info!(
            conversations = held,
            "{held} conversations were waiting for answers when the gateway stopped; they are taken up again"
        );
    }
    let mut clock = gateway.start_clock().await?;
    let weak = std::sync::Arc::downgrade(&gateway.inner);
    gateway.inner.runtime.spawn(async move {
        let mut tick = tokio::time::interval(EVERY);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        for round in 1_u64.. {
            tick.tick().await;
            let Some(inner) = weak.upgrade() else { return };
            if inner.closing.load(Ordering::Relaxed) {
                return;
            }
            let gateway = Gateway { inner };
            if round.is_multiple_of(PRUNE_EVERY_TICKS) {
                drop(gateway.inner.store.prune_versions(Timestamp::now()).await);
            }
            gateway.mind(&mut clock).await;
            if let Err(error) = gateway.do_what_is_due().await {
                tracing::debug!(%error, "what is due cannot be looked for now");
            }
        }
    });
    Ok(())
}

/// A lease that is far in the future was written before the clock was set back.
fn is_over(lease: Timestamp) -> bool {
    let now = Timestamp::now();
    lease <= now || lease > now.plus_ms(CLOCK_SLACK_MS)
}

impl Gateway {
    /// Only for bots that are live: what waits for one that is gone does not stand before others.
    async fn do_what_is_due(&self) -> Result<(), Refusal> {
        let (now, live, store) = (Timestamp::now(), self.inner.catalog.snapshot().live(), &self.inner.store);
        let expired = store.expired_leases(&live, now, now.plus_ms(CLOCK_SLACK_MS), FOUND_MAX).await?;
        let due = store.due_wakes(&live, now, FOUND_MAX).await?;
        let waiting = store.waiting_without_run(&live, FOUND_MAX).await?;
        tokio::join!(
            self.each(expired, |gateway, key| async move { gateway.recover(&key).await }),
            self.each(due, |gateway, key| async move { gateway.begin(wake(key), None, Progress::new().0).await }),
            self.each(waiting, |gateway, key| async move { gateway.take_up_inbox(&key).await }),
        );
        Ok(())
    }

    /// Does this for each, a group at a time: the next one when all of it is done, or after a while, so that slow ones hold up nobody.
    pub(super) async fn each<F>(&self, keys: Vec<ConversationKey>, act: impl Fn(Self, ConversationKey) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let mut groups = keys.chunks(GROUP).peekable();
        while let Some(group) = groups.next() {
            let begun: Vec<_> = group.iter().map(|key| self.spawn(act(self.clone(), key.clone()))).collect();
            if groups.peek().is_some() {
                let _slow_ones_go_on = tokio::time::timeout(EVERY, join_all(begun)).await;
            }
        }
    }

    async fn take_up_inbox(&self, key: &ConversationKey) {
        let mut turn = Some(self.inner.lanes.come_back(key).await);
        self.empty_inbox(key, &mut turn).await;
    }

    /// Gives a conversation whose lease has passed its answers: what may be repeated is asked again, the rest is `interrupted`.
    async fn recover(&self, key: &ConversationKey) {
        match self.try_recover(key).await {
            Ok(()) => {}
            Err(Refusal::Unavailable(error)) => tracing::debug!(bot = %key.bot, error, "a conversation cannot be taken up now"),
            Err(error) => tracing::warn!(bot = %key.bot, %error, "a conversation cannot be taken up now: {error}"),
        }
    }

    async fn try_recover(&self, key: &ConversationKey) -> Result<(), Refusal> {
        let mut turn = Some(self.inner.lanes.come_back(key).await);
        let row = self.inner.store.load(key).await?;
        let Some(row) = row.filter(|row| row.lease_until.is_some_and(is_over)) else { return Ok(()) };
        if row.run_id.as_ref().is_some_and(|run| self.inner.at_work.holds(run)) {
            return Ok(());
        }
        let Some(stored) = self.look(key).await? else { return Ok(()) };
        let (bot, before) = self.bot_for(key, stored.into()).await?;
        let calls = before.conversation.calls().to_vec();
        let run = row.run_id.unwrap_or_else(|| uuid::Uuid::now_v7().simple().to_string().into());
        if !self.take_over(key, before, &run, &bot).await? {
            return Ok(());
        }
        turn.take();
        let _working = self.inner.at_work.begin(&run);
        let answers = self.answers_after_all(&bot, &run, &calls).await;
        let (progress, _) = Progress::new();
        if let Answered::Calls(bot, calls) = self.answered(key, &calls, answers, &run, &progress, &mut turn).await? {
            self.go_on(key, bot, calls, &run, &progress, &mut turn).await?;
        }
        self.empty_inbox(key, &mut turn).await;
        Ok(())
    }

    /// A new lease, so that no other look at what is due, and no other process, answers the same calls. False: somebody was first.
    async fn take_over(&self, key: &ConversationKey, before: Before, run: &RunId, bot: &Arc<Bot>) -> Result<bool, Refusal> {
        let live = self.bot(&key.bot).unwrap_or_else(|| Arc::clone(bot));
        let commit = taken_over(key, &before, run, Timestamp::now(), &live);
        let committed = self.inner.store.commit(commit).await.inspect_err(|_| self.inner.cache.forget(key))?;
        let Committed::Won { version } = committed else {
            self.inner.cache.forget(key);
            return Ok(false);
        };
        crash::at(Point::TakenOver);
        self.inner.cache.put(key, Stored { conversation: before.conversation, version, wake_at: before.wake_at });
        Ok(true)
    }

    /// What may be repeated is called again, all at once; of the rest nobody can know.
    async fn answers_after_all(&self, bot: &Bot, run: &RunId, calls: &[Call]) -> Vec<Answer> {
        let repeatable: Vec<Call> = calls.iter().filter(|call| call.repeatable).cloned().collect();
        let mut again = self.perform(bot, run, &repeatable).await.into_iter();
        calls.iter().map(|call| call.repeatable.then(|| again.next()).flatten().unwrap_or_else(|| interrupted(call))).collect()
    }
}

/// What a timer that is due does.
pub(super) fn wake(key: ConversationKey) -> Inbound {
    Inbound { key, external_id: None, happening: Happening::Wake }
}
