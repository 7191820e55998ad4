//! A gateway on some database, its backend, and users at work.

use super::{
    crowd::{Crowd, write_till},
    judge::{Verdict, judge},
};
use crate::{
    lives::{backend::Backend, served::Served},
    support::command::Folder,
};

/// How many users write: enough for one group of turns on its way behind another.
pub(super) const USERS: usize = 32;

/// A gateway, its backend and its users.
pub(super) struct Scene {
    pub(super) served: Served,
    pub(super) backend: Backend,
    pub(super) crowd: Crowd,
    pub(super) folder: Folder,
}

impl Scene {
    pub(super) fn open(database: &str) -> Self {
        Self::open_with(database, &[])
    }

    /// The gateway gets these variables.
    pub(super) fn open_with(database: &str, variables: &[(&str, &str)]) -> Self {
        let (folder, backend) = (Folder::empty(), Backend::start());
        write_till(folder.root(), &backend);
        let served = Served::start_in(folder.root(), database, &[], variables);
        let crowd = Crowd::start(served.address(), USERS);
        Self { served, backend, crowd, folder }
    }

    /// The end: everything that was acknowledged is there once. What the log said comes back.
    pub(super) async fn close(self) -> (Verdict, String) {
        let seen = self.crowd.stop().await;
        assert_eq!(seen.cut, 0, "the gateway itself was never away");
        let verdict = judge(&self.served, &self.backend, &seen).await;
        println!(
            "{verdict:?}, {} times 503 after at most {:?}, answers after at most {:?}",
            seen.refused, seen.slowest_refusal, seen.slowest_answer
        );
        (verdict, self.served.log.so_far())
    }
}

/// Of each outage that was told of it is told when it was over.
pub(super) fn told_of_the_end(log: &str) {
    for doing in ["read", "written"] {
        let told = |what: &str| log.rfind(&format!("the database {what}")).map_or(0, |place| place + 1);
        let (begin, end) = (told(&format!("cannot be {doing}")), told(&format!("can be {doing} again, after")));
        assert!(begin <= end, "{doing}:\n{log}");
    }
    assert!(log.contains(" again, after "), "{log}");
}

/// An outage is told of when it begins and when it ends, not by every request. A call that it cut off is told of by its block.
pub(super) fn told_at_most(log: &str, lines: usize) {
    let about_it = |line: &&str| (line.contains("ERROR") || line.contains("WARN")) && !line.contains("a block failed (interrupted)");
    let told = log.lines().filter(about_it).count();
    assert!(told <= lines, "{told} lines:\n{log}");
}
