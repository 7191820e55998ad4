//! Reading a folder that may be changing: what two scans in a row agree on has come to rest.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use super::{
    git::{Lock, WorkTree},
    scan::{Scan, scan},
};

/// Nothing has changed for so long: the folder is at rest.
const QUIET: Duration = Duration::from_millis(100);
/// So long a reload waits for a folder to come to rest, and for git's lock; then it goes on with what is there.
const PATIENCE: Duration = Duration::from_secs(10);

/// A scan that can be loaded, and what was odd about getting it.
pub(super) struct Settled {
    pub scan: Scan,
    pub warning: Option<String>,
}

/// Scans until the folder is at rest. One that is as `known` says is taken at once.
pub(super) async fn settled(dir: &Path, known: &Scan) -> std::io::Result<Settled> {
    let begun = Instant::now();
    let mut last = scan_apart(dir).await;
    loop {
        if let Ok(scan) = &last
            && scan.bots == known.bots
        {
            return last.map(|scan| Settled { scan, warning: None });
        }
        tokio::time::sleep(QUIET).await;
        // first: what is read after this was not written under git's lock
        let lock = WorkTree::around(dir).map_or(Lock::Free, |tree| tree.locked(PATIENCE));
        let next = scan_apart(dir).await;
        let at_rest = match (&last, &next) {
            (Ok(last), Ok(next)) => last.bots == next.bots,
            (Err(_), Err(_)) => true,
            _ => false,
        };
        if at_rest && lock == Lock::Free {
            return next.map(|scan| Settled { scan, warning: None });
        }
        if lock == Lock::LeftBehind || begun.elapsed() >= PATIENCE {
            return next.map(|scan| Settled { scan, warning: Some(restless(lock)) });
        }
        last = next;
    }
}

fn restless(lock: Lock) -> String {
    match lock {
        Lock::Free => "the bots folder keeps changing; it was loaded as it stands".to_owned(),
        _ => "git's index.lock is still there after 10 s; the bots folder was loaded as it stands".to_owned(),
    }
}

/// Scans on a thread that may block.
async fn scan_apart(dir: &Path) -> std::io::Result<Scan> {
    let dir = dir.to_owned();
    tokio::task::spawn_blocking(move || scan(&dir)).await.unwrap_or_else(|error| Err(std::io::Error::other(error)))
}
