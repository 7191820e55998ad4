//! Who waits for a run: its messages so far, and its end.

use std::{
    collections::HashMap,
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::Notify;

use super::reply::{Refusal, Reply};
use crate::id::MessageId;

/// How long a caller waits; the rest comes by the events stream.
const PATIENCE: Duration = Duration::from_secs(15);

/// How a run stands.
#[derive(Debug, Default)]
struct Standing {
    reply: Reply,
    /// The event is stored: it is not lost, however the run goes on.
    taken: bool,
    /// Who waits wants to know no more than that.
    until_taken: bool,
    ended: Option<Result<(), Refusal>>,
}

/// What both ends see. Only the end of the run wakes who waits for it, or that the event is stored, where that is enough.
#[derive(Debug, Default)]
struct Shared {
    standing: Mutex<Standing>,
    end: Notify,
}

impl Shared {
    fn standing(&self) -> MutexGuard<'_, Standing> {
        self.standing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The run's end of it.
#[derive(Debug)]
pub(super) struct Progress(Arc<Shared>);

impl Progress {
    pub(super) fn new() -> (Self, Waiter) {
        let shared = Arc::<Shared>::default();
        (Self(shared.clone()), Waiter(shared))
    }

    /// The same, for who waits no longer than until the event is stored.
    pub(super) fn until_taken() -> (Self, Waiter) {
        let ends = Self::new();
        ends.0.0.standing().until_taken = true;
        ends
    }

    pub(super) fn tell(&self, change: impl FnOnce(&mut Reply)) {
        let mut standing = self.0.standing();
        standing.taken = true;
        change(&mut standing.reply);
        if standing.until_taken {
            self.0.end.notify_one();
        }
    }

    /// The event is stored, and waits.
    pub(super) fn taken(&self) {
        self.tell(|_| {});
    }

    /// The first end counts.
    pub(super) fn end(&self, how: Result<(), Refusal>) {
        self.0.standing().ended.get_or_insert(how);
        self.0.end.notify_one();
    }
}

impl Drop for Progress {
    /// A run that did not say how it ended has panicked: what was committed stays, recovery takes the rest.
    fn drop(&mut self) {
        self.end(Err(Refusal::Unavailable("the run was interrupted".to_owned())));
    }
}

/// The caller's end of it.
#[derive(Debug)]
pub(super) struct Waiter(Arc<Shared>);

impl Waiter {
    /// The reply at the end of the run, or what there is of it after 15 s: nothing is promised that is not stored.
    pub(super) async fn reply(self) -> Result<Reply, Refusal> {
        let _in_time = tokio::time::timeout(PATIENCE, self.0.end.notified()).await;
        let standing = mem::take(&mut *self.0.standing());
        match standing.ended {
            Some(Err(refusal)) => Err(refusal),
            Some(Ok(())) => Ok(standing.reply),
            None if standing.taken => Ok(Reply { pending: true, ..standing.reply }),
            None => Err(Refusal::Unavailable("the event could not be stored in time".to_owned())),
        }
    }
}

/// Runs that others may wait for, by the message that began (or will begin) them.
#[derive(Default)]
pub(super) struct Waiting(Mutex<HashMap<MessageId, Progress>>);

impl Waiting {
    /// Leaves the progress of a message that waits in the inbox, for whoever takes it.
    pub(super) fn leave(&self, id: &MessageId, progress: Progress) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(id.clone(), progress);
    }

    /// Whether nobody in this process has taken it.
    pub(super) fn holds(&self, id: &MessageId) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains_key(id)
    }

    pub(super) fn take(&self, id: &MessageId) -> Option<Progress> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(id)
    }
}
