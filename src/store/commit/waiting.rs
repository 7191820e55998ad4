//! Which of the turns that wait go next.

use std::{
    collections::{HashSet, VecDeque},
    time::{Duration, Instant},
};

use super::{pipe::Pipe, queue::Job};
use crate::id::ConversationKey;

/// How many turns one group holds: more would make the first wait longer than it saves.
const GROUP_MAX: usize = 128;

/// A committer that found nothing to take looks again no sooner.
const SHORTEST_SLEEP: Duration = Duration::from_millis(1);

/// What a committer takes.
#[derive(Clone, Copy, Debug)]
pub(in super::super) enum Role {
    /// All that waits, one group behind the other. Those that do share a connection, and have a number each.
    Writer(usize),
    /// What has waited for so long, because the writers are held up.
    Helper(Duration),
}

/// What there is for a committer.
pub(super) enum Next {
    Group(Vec<Job>),
    /// Nothing has waited for long enough.
    Later(Duration),
    /// Nothing that can be taken before something changes.
    Nothing,
    /// Nothing will come any more.
    Closed,
}

/// Turns in the order in which they came.
#[derive(Default)]
pub(super) struct Waiting {
    jobs: VecDeque<Job>,
    /// Conversations with a turn in a group that is being written: their next turn waits for its outcome.
    busy: HashSet<ConversationKey>,
    pipe: Pipe,
    pub(super) closed: bool,
}

impl Waiting {
    /// Adds a turn, and says whether a committer should look: a helper begins to count with the first one that waits.
    pub(super) fn push(&mut self, job: Job) -> bool {
        self.jobs.push_back(job);
        self.jobs.len() == 1 || self.pipe.takes(self.jobs.len(), Instant::now())
    }

    pub(super) fn next(&mut self, role: Role) -> Next {
        let Some(first) = self.jobs.front() else { return if self.closed { Next::Closed } else { Next::Nothing } };
        let nothing = match role {
            Role::Writer(_) => Next::Nothing,
            Role::Helper(patience) => Next::Later(patience.saturating_sub(first.since.elapsed()).max(SHORTEST_SLEEP)),
        };
        if !self.is_time(role, first.since) {
            return nothing;
        }
        let group = self.take_group();
        if group.is_empty() {
            return nothing;
        }
        if let Role::Writer(number) = role {
            self.pipe.begin(number, group.len(), Instant::now());
        }
        Next::Group(group)
    }

    fn is_time(&self, role: Role, first: Instant) -> bool {
        match role {
            Role::Writer(_) => self.pipe.takes(self.jobs.len(), Instant::now()),
            Role::Helper(patience) => first.elapsed() >= patience,
        }
    }

    /// The turns of these conversations are decided. Says whether a committer should look.
    pub(super) fn done(&mut self, role: Role, keys: &[ConversationKey]) -> bool {
        if let Role::Writer(number) = role {
            self.pipe.end(number, Instant::now());
        }
        for key in keys {
            self.busy.remove(key);
        }
        self.closed || !self.jobs.is_empty()
    }

    fn take_group(&mut self) -> Vec<Job> {
        let (mut group, mut later) = (Vec::new(), VecDeque::new());
        while let Some(job) = self.jobs.pop_front() {
            if group.len() < GROUP_MAX && self.busy.insert(job.turn.commit.key.clone()) {
                group.push(job);
            } else {
                later.push_back(job);
            }
            if group.len() == GROUP_MAX {
                break;
            }
        }
        later.append(&mut self.jobs);
        self.jobs = later;
        group
    }
}
