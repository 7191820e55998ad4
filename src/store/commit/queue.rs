//! The turns that are ready, and the committers that take them.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, oneshot};

use super::{
    super::StoreError,
    Committed, Turn, TurnCommit,
    waiting::{Next, Role, Waiting},
};
use crate::id::ConversationKey;

/// How many turns may wait; who comes later waits to get in.
const WAITING_MAX: usize = 4_096;

/// A turn with the caller that waits for its outcome.
pub(super) struct Job {
    pub(super) turn: Arc<Turn>,
    pub(super) since: Instant,
    outcome: oneshot::Sender<Result<Committed, StoreError>>,
    _room: OwnedSemaphorePermit,
}

impl Job {
    pub(super) fn finish(self, outcome: Result<Committed, StoreError>) {
        let _caller_is_gone = self.outcome.send(outcome);
    }
}

/// What callers and committers share.
pub(in super::super) struct Queue {
    waiting: Mutex<Waiting>,
    ready: Notify,
    room: Arc<Semaphore>,
}

impl Default for Queue {
    fn default() -> Self {
        Self { waiting: Mutex::default(), ready: Notify::new(), room: Arc::new(Semaphore::new(WAITING_MAX)) }
    }
}

impl Queue {
    /// Waits until the turn is decided.
    pub(in super::super) async fn commit(&self, turn: TurnCommit) -> Result<Committed, StoreError> {
        let turn = Arc::new(Turn::new(turn)?);
        let room = Arc::clone(&self.room).acquire_owned().await.map_err(|_| StoreError::Closed)?;
        let (outcome, decided) = oneshot::channel();
        self.push(Job { turn, since: Instant::now(), outcome, _room: room })?;
        decided.await.unwrap_or_else(|_| Err(StoreError::Uncertain("the committer ended".to_owned())))
    }

    /// No turn gets in any more; those that are in are written.
    pub(in super::super) fn close(&self) {
        self.lock().closed = true;
        self.room.close();
        self.ready.notify_waiters();
    }

    fn push(&self, job: Job) -> Result<(), StoreError> {
        let mut waiting = self.lock();
        if waiting.closed {
            return Err(StoreError::Closed);
        }
        let look = waiting.push(job);
        drop(waiting);
        if look {
            self.ready.notify_waiters();
        }
        Ok(())
    }

    /// The next turns for a committer, each of another conversation; none when the queue is closed and empty.
    pub(super) async fn next_group(&self, role: Role) -> Option<Vec<Job>> {
        loop {
            let mut ready = std::pin::pin!(self.ready.notified());
            ready.as_mut().enable();
            let next = self.lock().next(role);
            match next {
                Next::Group(group) => return Some(group),
                Next::Later(pause) => tokio::time::sleep(pause).await,
                Next::Nothing => ready.await,
                Next::Closed => return None,
            }
        }
    }

    /// The turns of these conversations are decided.
    pub(super) fn done(&self, role: Role, keys: &[ConversationKey]) {
        if self.lock().done(role, keys) {
            self.ready.notify_waiters();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
