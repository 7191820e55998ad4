//! Reading a folder that may be changing: a bot on which two scans in a row agree has come to rest.

use std::{
    collections::BTreeSet,
    path::Path,
    time::{Duration, Instant},
};

use super::{
    git::{Lock, WorkTree},
    scan::{Scan, scan},
};
use crate::id::BotKey;

/// Nothing has changed for so long: what was read is at rest.
const QUIET: Duration = Duration::from_millis(100);
/// So long a reload waits for a bot to come to rest, and for git's lock; then it goes on with what is there.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// A scan that can be loaded.
pub(super) struct Settled {
    pub scan: Scan,
    /// The bots that are changing just now. They keep no other waiting.
    pub restless: BTreeSet<BotKey>,
    /// What was odd about getting it.
    pub warning: Option<String>,
}

impl Settled {
    fn at_rest(scan: Scan) -> Self {
        Self { scan, restless: BTreeSet::new(), warning: None }
    }
}

/// Scans until git is not at work. A scan that is as `known` says is taken at once.
pub(super) async fn settled(dir: &Path, known: &Scan) -> std::io::Result<Settled> {
    let begun = Instant::now();
    let mut last = scan_apart(dir).await;
    loop {
        if let Ok(scan) = &last
            && scan.bots == known.bots
        {
            return last.map(Settled::at_rest);
        }
        tokio::time::sleep(QUIET).await;
        // first: what is read after this was not written under git's lock
        let lock = WorkTree::around(dir).map_or(Lock::Free, |tree| tree.locked(PATIENCE));
        let next = scan_apart(dir).await;
        match (lock, last, next) {
            (Lock::Free, Ok(last), Ok(scan)) => return Ok(Settled { restless: differing(&last, &scan), ..Settled::at_rest(scan) }),
            (Lock::Free, Err(_), next @ Err(_)) => return next.map(Settled::at_rest),
            (lock, _, next) if lock == Lock::LeftBehind || begun.elapsed() >= PATIENCE => {
                return next.map(|scan| Settled { warning: Some(restless(lock)), ..Settled::at_rest(scan) });
            }
            (_, _, next) => last = next,
        }
    }
}

fn differing(a: &Scan, b: &Scan) -> BTreeSet<BotKey> {
    a.bots.keys().chain(b.bots.keys()).filter(|key| a.bots.get(*key) != b.bots.get(*key)).cloned().collect()
}

fn restless(lock: Lock) -> String {
    match lock {
        Lock::Free => "the bots folder comes and goes; it was loaded as it stands".to_owned(),
        _ => "git's index.lock is still there after 10 s; the bots folder was loaded as it stands".to_owned(),
    }
}

/// Scans on a thread that may block.
async fn scan_apart(dir: &Path) -> std::io::Result<Scan> {
    let dir = dir.to_owned();
    tokio::task::spawn_blocking(move || scan(&dir)).await.unwrap_or_else(|error| Err(std::io::Error::other(error)))
}
