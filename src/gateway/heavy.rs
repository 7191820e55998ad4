//! Turns that take long: worked out on a thread of their own, one after the other, which rests after each for as long as it took. So
//! all together take at most half of one core, and nobody else's message waits behind them. `advance` is a function, so a turn that proves long is simply begun again there.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Instant,
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{Gateway, places::Place, reply::Refusal};
use crate::{
    flow::{Bot, Conversation, Event, Turn, advance, advance_at_once},
    time::Timestamp,
};

/// First turns that wait for the thread: as many as it works out in a second. More are refused.
const WAITING_MAX: usize = 8;

/// The thread, and the places before it.
pub(super) struct Heavy {
    thread: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
}

impl Default for Heavy {
    fn default() -> Self {
        Self { thread: Arc::new(Semaphore::new(1)), waiting: Arc::new(Semaphore::new(WAITING_MAX)) }
    }
}

impl Gateway {
    /// What an event does to a conversation. A first turn that takes long gives up its place at work, and may be refused.
    pub(super) async fn advance(
        &self,
        bot: &Arc<Bot>,
        conversation: &Arc<Conversation>,
        event: &Event,
        now: Timestamp,
        place: &mut Option<Place>,
    ) -> Result<Turn, Refusal> {
        match advance_at_once(bot, conversation, event, now) {
            Some(turn) => Ok(turn),
            None => Box::pin(self.advance_beside(bot, conversation, event, now, place.take())).await,
        }
    }

    async fn advance_beside(
        &self,
        bot: &Arc<Bot>,
        conversation: &Arc<Conversation>,
        event: &Event,
        now: Timestamp,
        place: Option<Place>,
    ) -> Result<Turn, Refusal> {
        let refusable = place.is_some();
        drop(place);
        let thread = self.thread(refusable).await?;
        let (bot, conversation, event) = (bot.clone(), conversation.clone(), event.clone());
        let work = tokio::task::spawn_blocking(move || {
            let begun = Instant::now();
            (advance(&bot, &conversation, &event, now), begun.elapsed())
        });
        let (turn, took) = work.await.map_err(|error| Refusal::Unavailable(format!("a turn was not worked out: {error}")))?;
        if !self.inner.closing.load(Ordering::Relaxed) {
            tokio::spawn(async move {
                tokio::time::sleep(took).await;
                drop(thread);
            });
        }
        Ok(turn)
    }

    /// The thread, in the order of arrival. What was taken on before waits however long it takes.
    async fn thread(&self, refusable: bool) -> Result<OwnedSemaphorePermit, Refusal> {
        let heavy = &self.inner.heavy;
        let waiting = heavy.waiting.clone().try_acquire_owned();
        if refusable && waiting.is_err() {
            self.inner.places.refuse("heavy");
            return Err(Refusal::Overloaded);
        }
        let thread = heavy.thread.clone().acquire_owned().await.expect("the thread is never closed");
        drop(waiting);
        if refusable && self.inner.closing.load(Ordering::Relaxed) {
            return Err(Refusal::Closing);
        }
        Ok(thread)
    }
}
