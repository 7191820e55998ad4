//! The turns that are ready. A committer takes what is there when it is free, at once, however little it is.

use std::{
    collections::{HashSet, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, oneshot};

use super::{super::StoreError, Committed, Turn, TurnCommit};
use crate::id::ConversationKey;

/// How many turns may wait; who comes later waits to get in.
const WAITING_MAX: usize = 4_096;

/// How many turns one group holds: more would make the first wait longer than it saves.
const GROUP_MAX: usize = 128;

/// A committer that found nothing to take looks again no sooner.
const SHORTEST_SLEEP: Duration = Duration::from_millis(1);

/// A turn with the caller that waits for its outcome.
pub(super) struct Job {
    pub(super) turn: Arc<Turn>,
    since: Instant,
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
        let mut state = self.lock();
        if state.closed {
            return Err(StoreError::Closed);
        }
        state.waiting.push_back(job);
        drop(state);
        self.ready.notify_waiters();
        Ok(())
    }

    /// The next turns, each of another conversation, once the first has waited for `patience`; none when the queue is
    /// closed and empty.
    pub(super) async fn next_group(&self, patience: Duration) -> Option<Vec<Job>> {
        loop {
            let mut ready = std::pin::pin!(self.ready.notified());
            ready.as_mut().enable();
            let next = self.lock().next(patience);
            match next {
                Next::Group(group) => return Some(group),
                Next::Later(pause) => tokio::time::sleep(pause).await,
                Next::Nothing => ready.await,
                Next::Closed => return None,
            }
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
        if closed || more {
            self.ready.notify_waiters();
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What there is for a committer.
enum Next {
    Group(Vec<Job>),
    /// Nothing has waited for long enough.
    Later(Duration),
    /// Nothing that can be taken before something changes.
    Nothing,
    /// Nothing will come any more.
    Closed,
}

impl State {
    fn next(&mut self, patience: Duration) -> Next {
        let Some(first) = self.waiting.front() else { return if self.closed { Next::Closed } else { Next::Nothing } };
        let waited = first.since.elapsed();
        if waited < patience {
            return Next::Later((patience - waited).max(SHORTEST_SLEEP));
        }
        match self.take_group() {
            group if !group.is_empty() => Next::Group(group),
            _ if patience.is_zero() => Next::Nothing,
            _ => Next::Later(SHORTEST_SLEEP),
        }
    }

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
