//! The connection that groups go through one after the other. While the server is busy with one, the next is on its way to it:
//! else the server waits for a third of the time, until it has told the outcome of a group and read the next.

use std::time::{Duration, Instant};

/// A group that takes longer is held up, by a row that somebody holds or by a slow disk: nothing is sent to stand behind it.
const HELD_UP: Duration = Duration::from_millis(10);

/// As long as fewer are under way, the next wait for them: a small group is soon written, and nothing is gained.
const FEW: usize = 8;

/// What is in it: at most one group of each writer, until all its turns are decided.
#[derive(Debug, Default)]
pub(super) struct Pipe(Vec<Group>);

#[derive(Debug)]
struct Group {
    writer: usize,
    turns: usize,
    /// When its turn in the server came.
    since: Instant,
}

impl Pipe {
    /// Whether the turns that wait should go now: at once into the empty pipe, else when they are as many as those in it. So
    /// all that is under way makes two groups, one in the server and one behind it, and neither gets small.
    pub(super) fn takes(&self, waiting: usize, now: Instant) -> bool {
        let Some(oldest) = self.0.iter().map(|group| group.since).min() else { return true };
        let under_way = self.0.iter().map(|group| group.turns).sum();
        waiting >= FEW.max(under_way) && now.saturating_duration_since(oldest) < HELD_UP
    }

    pub(super) fn begin(&mut self, writer: usize, turns: usize, now: Instant) {
        self.0.push(Group { writer, turns, since: now });
    }

    /// Those that stood behind it come to their turn now.
    pub(super) fn end(&mut self, writer: usize, now: Instant) {
        let Some(at) = self.0.iter().position(|group| group.writer == writer) else { return };
        let ended = self.0.remove(at);
        for behind in self.0.iter_mut().filter(|group| group.since > ended.since) {
            behind.since = now;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_follows_when_as_many_turns_wait_as_are_under_way() {
        let (mut pipe, now) = (Pipe::default(), Instant::now());
        assert!(pipe.takes(1, now), "nothing is under way");
        pipe.begin(0, 2, now);
        assert_eq!((pipe.takes(FEW - 1, now), pipe.takes(FEW, now)), (false, true));
        pipe.begin(1, FEW, now);
        assert_eq!((pipe.takes(FEW + 1, now), pipe.takes(FEW + 2, now)), (false, true));
        pipe.end(0, now);
        assert_eq!((pipe.takes(FEW - 1, now), pipe.takes(FEW, now)), (false, true));
        pipe.end(1, now);
        assert!(pipe.takes(1, now));
    }

    #[test]
    fn nothing_is_sent_behind_a_group_that_is_held_up() {
        let (mut pipe, begun) = (Pipe::default(), Instant::now());
        let (behind, late) = (begun + HELD_UP / 2, begun + HELD_UP);
        pipe.begin(0, FEW, begun);
        pipe.begin(1, FEW, behind);
        assert_eq!((pipe.takes(100, behind), pipe.takes(100, late)), (true, false));
        pipe.end(1, late);
        assert!(!pipe.takes(100, late), "the first is still held up, whatever came out");
        pipe.begin(1, FEW, late);
        pipe.end(0, late + HELD_UP);
        assert!(pipe.takes(100, late + HELD_UP), "the one behind it has only begun");
    }
}
