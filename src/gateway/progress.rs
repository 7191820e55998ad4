//! Who waits for a run: its messages so far, and its end.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::sync::watch;

use super::reply::{Refusal, Reply};
use crate::id::MessageId;

/// How long a caller waits; the rest comes by the events stream.
const PATIENCE: Duration = Duration::from_secs(15);

/// How a run stands.
#[derive(Clone, Debug, Default)]
pub(super) struct Standing {
    pub reply: Reply,
    /// The event is stored: it is not lost, however the run goes on.
    pub taken: bool,
    pub ended: Option<Result<(), Refusal>>,
}

/// The run's end of it.
#[derive(Debug)]
pub(super) struct Progress(watch::Sender<Standing>);

impl Progress {
    pub(super) fn new() -> (Self, Waiter) {
        let (sender, receiver) = watch::channel(Standing::default());
        (Self(sender), Waiter(receiver))
    }

    pub(super) fn tell(&self, change: impl FnOnce(&mut Reply)) {
        self.0.send_modify(|standing| {
            standing.taken = true;
            change(&mut standing.reply);
        });
    }

    /// The event is stored, and waits.
    pub(super) fn taken(&self) {
        self.0.send_modify(|standing| standing.taken = true);
    }

    pub(super) fn end(&self, how: Result<(), Refusal>) {
        self.0.send_modify(|standing| standing.ended = standing.ended.take().or(Some(how)));
    }
}

/// The caller's end of it.
#[derive(Debug)]
pub(super) struct Waiter(watch::Receiver<Standing>);

impl Waiter {
    /// The reply at the end of the run, or what there is of it after 15 s: nothing is promised that is not stored.
    pub(super) async fn reply(mut self) -> Result<Reply, Refusal> {
        let waited = tokio::time::timeout(PATIENCE, self.0.wait_for(|s| s.ended.is_some())).await;
        let died = waited.is_ok_and(|ended| ended.is_err());
        let standing = self.0.borrow().clone();
        match standing.ended {
            Some(Err(refusal)) => Err(refusal),
            Some(Ok(())) => Ok(standing.reply),
            // a panic: what was committed stays, recovery takes the rest
            None if died => Err(Refusal::Unavailable("the run was interrupted".to_owned())),
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
