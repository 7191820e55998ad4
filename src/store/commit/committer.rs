//! What every backend does with a group: write it, repeat it, split it, tell the outcomes.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use super::{
    super::{StoreError, events::Events},
    Committed, Queue, Role, Turn,
    queue::Job,
};
use crate::{
    crash::{self, Point},
    id::ConversationKey,
};

/// How often a group is repeated that a deadlock or a lost connection broke.
const REPEATS_MAX: usize = 8;

/// No repeat is begun later: those who wait are told to come back.
const REPEATS_TIME_MAX: Duration = Duration::from_secs(10);

/// Writes groups of turns into one database.
pub(in super::super) trait Groups: Send + 'static {
    /// Writes all of them in one transaction and says of each whether it won; the order is that of the turns, which
    /// are of different conversations and sorted by their keys.
    fn write(&mut self, turns: Vec<Arc<Turn>>) -> impl Future<Output = Result<Vec<Committed>, GroupError>> + Send;
}

/// Why a whole group was not written.
pub(in super::super) enum GroupError {
    /// A deadlock, or a connection that was lost before the commit: the same once more will do.
    Repeat(String),
    /// An id that is there already, which the claim did not see: once more, it does, or one of the turns is bad.
    Clash(String),
    /// One of them is to blame; alone, it gets this error.
    Culprit(StoreError),
    /// It is not about the turns.
    All(StoreError),
}

/// Writes group after group until the queue is closed and empty.
pub(in super::super) async fn run(queue: Arc<Queue>, mut groups: impl Groups, role: Role, events: Arc<Events>) {
    while let Some(mut jobs) = queue.next_group(role).await {
        jobs.sort_by(|a, b| a.turn.commit.key.cmp(&b.turn.commit.key));
        let keys: Vec<ConversationKey> = jobs.iter().map(|job| job.turn.commit.key.clone()).collect();
        decide(&mut groups, jobs, &events).await;
        queue.done(role, &keys);
    }
}

async fn decide(groups: &mut impl Groups, jobs: Vec<Job>, events: &Events) {
    let mut undecided = vec![jobs];
    while let Some(mut jobs) = undecided.pop() {
        match repeat(groups, &jobs).await {
            Ok(outcomes) => {
                crash::at(Point::Written);
                tell(jobs, &outcomes, events);
            }
            Err(GroupError::Culprit(_) | GroupError::Clash(_) | GroupError::Repeat(_)) if jobs.len() > 1 => {
                undecided.push(jobs.split_off(jobs.len() / 2));
                undecided.push(jobs);
            }
            Err(error) => fail(jobs, &StoreError::from(error)),
        }
    }
}

async fn repeat(groups: &mut impl Groups, jobs: &[Job]) -> Result<Vec<Committed>, GroupError> {
    let (mut tries, begun) = (0, Instant::now());
    loop {
        let turns = jobs.iter().map(|job| Arc::clone(&job.turn)).collect();
        match groups.write(turns).await {
            Err(GroupError::Clash(reason)) if tries == 0 => {
                tries += 1;
                tracing::debug!(reason, turns = jobs.len(), "a group of turns is repeated");
            }
            Err(GroupError::Repeat(reason)) if tries < REPEATS_MAX && begun.elapsed() < REPEATS_TIME_MAX => {
                tries += 1;
                tracing::debug!(reason, turns = jobs.len(), "a group of turns is repeated");
            }
            result => return result,
        }
    }
}

fn tell(jobs: Vec<Job>, outcomes: &[Committed], events: &Events) {
    let won = jobs.iter().zip(outcomes).filter(|(_, outcome)| matches!(outcome, Committed::Won { .. }));
    events.publish(won.map(|(job, _)| job.turn.commit.key.clone()));
    for (job, outcome) in jobs.into_iter().zip(outcomes) {
        job.finish(Ok(*outcome));
    }
}

fn fail(jobs: Vec<Job>, error: &StoreError) {
    match error {
        StoreError::Unavailable(_) | StoreError::Uncertain(_) => tracing::debug!(%error, turns = jobs.len(), "turns were not committed"),
        _ => tracing::error!(%error, turns = jobs.len(), "turns were not committed"),
    }
    for job in jobs {
        job.finish(Err(error.clone()));
    }
}

impl From<GroupError> for StoreError {
    fn from(error: GroupError) -> Self {
        match error {
            GroupError::Repeat(reason) => Self::Unavailable(reason),
            GroupError::Clash(reason) => Self::Refused(reason),
            GroupError::Culprit(error) | GroupError::All(error) => error,
        }
    }
}
