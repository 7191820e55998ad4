//! The turns that are ready. A committer takes what is there when it is free, at once, however little it is.

use std::{
    collections::{HashSet, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, oneshot};

use super::{super::StoreError, Committed, Turn, TurnCommit};
use crate::id::ConversationKey;

/// How many turns may wait; who comes later waits to get in.
const WAITING_MAX: usize = 4_096;

/// How many turns one group holds: more would make the first wait longer than it saves.
const GROUP_MAX: usize = 128;

/// A turn with the caller that waits for its outcome.
pub(super) struct Job {
    pub(super) turn: Arc<Turn>,
    outcome: oneshot::Sender<Result<Committed, StoreError>>,
    _room: OwnedSemaphorePermit,
}

impl Job {
    pub(super) fn finish(self, outcome: Result<Committed, StoreError>) {
        let _caller_is_gone = self.outcome.send(outcome);
    }
}

/// Turns in the order in which they came.
pub(in super::super) struct Queue {
    state: Mutex<State>,
    ready: Notify,
    room: Arc<Semaphore>,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Job>,
    /// Conversations with a turn in a group that is being written: their next turn waits for its outcome.
    busy: HashSet<ConversationKey>,
    closed: bool,
}

impl Default for Queue {
    fn default() -> Self {
        Self { state: Mutex::default(), ready: Notify::new(), room: Arc::new(Semaphore::new(WAITING_MAX)) }
    }
}

impl Queue {
    /// Waits until the turn is decided.
    pub(in super::super) async fn commit(&self, turn: TurnCommit) -> Result<Committed, StoreError> {
        let turn = Arc::new(Turn::new(turn)?);
        let room = Arc::clone(&self.room).acquire_owned().await.map_err(|_| StoreError::Closed)?;
        let (outcome, decided) = oneshot::channel();
        self.push(Job { turn, outcome, _room: room })?;
        decided.await.unwrap_or_else(|_| Err(StoreError::Uncertain("the committer ended".to_owned())))
    }

    /// No turn gets in any more; those that are in are written.
    pub(in super::super) fn close(&self) {
        self.lock().closed = true;
        self.room.close();
        self.ready.notify_waiters();
    }

    fn push(&self, job: Job) -> Result<(), StoreError> {
        let mut state = self.lock();
        if state.closed {
            return Err(StoreError::Closed);
        }
        state.waiting.push_back(job);
        drop(state);
        self.ready.notify_one();
        Ok(())
    }

    /// The next turns, each of another conversation; none when the queue is closed and empty.
    pub(super) async fn next_group(&self) -> Option<Vec<Job>> {
        loop {
            let ready = self.ready.notified();
            let mut ready = std::pin::pin!(ready);
            ready.as_mut().enable();
            {
                let mut state = self.lock();
                let group = state.take_group();
                if !group.is_empty() {
                    if !state.waiting.is_empty() {
                        self.ready.notify_one(); // for the other committer
                    }
                    return Some(group);
                }
                if state.closed && state.waiting.is_empty() {
                    return None;
                }
            }
            ready.await;
        }
    }

    /// The turns of these conversations are decided.
    pub(super) fn done(&self, keys: &[ConversationKey]) {
        let mut state = self.lock();
        for key in keys {
            state.busy.remove(key);
        }
        let more = !state.waiting.is_empty();
        let closed = state.closed;
        drop(state);
        if closed {
            self.ready.notify_waiters();
        } else if more {
            self.ready.notify_one();
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn take_group(&mut self) -> Vec<Job> {
        let (mut group, mut later) = (Vec::new(), VecDeque::new());
        while let Some(job) = self.waiting.pop_front() {
            if group.len() < GROUP_MAX && self.busy.insert(job.turn.commit.key.clone()) {
                group.push(job);
            } else {
                later.push_back(job);
            }
            if group.len() == GROUP_MAX {
                break;
            }
        }
        later.append(&mut self.waiting);
        self.waiting = later;
        group
    }
}
