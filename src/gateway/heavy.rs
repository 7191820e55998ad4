//! Turns that take long: each is worked out on a thread of its own, one after the other, with a rest after each for as long as it
//! took. So all together take at most half of one core, of what the others leave, and no other message waits behind them. `advance`
//! is a function, so a turn that proves long is simply begun again there.

use std::{
    io,
    sync::{Arc, atomic::Ordering},
    thread,
    time::{Duration, Instant},
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use super::{Gateway, places::Place, reply::Refusal};
use crate::{
    flow::{Bot, Conversation, Event, Turn, advance, advance_at_once},
    time::Timestamp,
};

/// First turns that wait for the thread: as many as it works out in a second. More are refused.
const WAITING_MAX: usize = 8;

/// The lowest priority, in the words of `nice`.
#[cfg(target_os = "linux")]
const LOWEST: i32 = 19;

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
        let work = aside(move || advance(&bot, &conversation, &event, now));
        let work = work.map_err(|error| Refusal::Unavailable(format!("no thread can be started: {error}")))?;
        let (turn, took) = work.await.map_err(|_| Refusal::Unavailable("a turn was not worked out".to_owned()))?;
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

/// Works something out on a thread that gives way to all others, and says how long it took. A worker of the runtime could not do
/// that: a thread gets its priority back only from root.
fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> io::Result<oneshot::Receiver<(T, Duration)>> {
    let (done, result) = oneshot::channel();
    thread::Builder::new().name("heavy".to_owned()).spawn(move || {
        give_way();
        let begun = Instant::now();
        drop(done.send((work(), begun.elapsed())));
    })?;
    Ok(result)
}

/// Lowers the priority of this thread; on other systems `nice` is about the whole process. Without it the turn is worked out all the same.
fn give_way() {
    #[cfg(target_os = "linux")]
    let _unchanged_where_it_fails = rustix::process::nice(LOWEST);
}
