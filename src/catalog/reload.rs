//! The catalog: per bot all or nothing, the last good version stays until a better one is admitted.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use futures_util::future::join_all;
use tokio::{
    sync::{Mutex, watch},
    time::Instant,
};

use super::{
    admit::Admit,
    directories::Directories,
    listing,
    live::{Ending, Live, Run, Work},
    report::{Refused, Report},
    scan::Scan,
    settle::{PATIENCE, Settled, settled},
    snapshot::{Snapshot, State},
};
use crate::{diagnostic::escape_name, id::BotKey};

/// A bot whose folder is gone for so long stops; a swap of folders is over sooner.
const GONE: Duration = Duration::from_secs(2);
/// So often a folder that is gone is looked for.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// The bots of a folder, as they are live.
pub struct Catalog {
    dir: PathBuf,
    live: Arc<Live>,
    known: Mutex<Known>,
}

/// What the last look saw. Held while one is under way: there is one at a time. Bots are loaded beside it.
#[derive(Default)]
struct Known {
    scan: Scan,
    runs: BTreeMap<BotKey, Run>,
    gone: BTreeMap<BotKey, Instant>,
    /// Since when bots have been changing.
    restless: BTreeMap<BotKey, Instant>,
    /// What was wrong with the folder as a whole: said once.
    problems: Vec<String>,
}

impl Catalog {
    /// A catalog of a bots folder, empty until its first [`reload`](Self::reload).
    #[must_use]
    pub fn open(dir: &Path, admit: Arc<dyn Admit>) -> Self {
        Self { dir: dir.to_owned(), live: Arc::new(Live::new(dir.to_owned(), admit)), known: Mutex::default() }
    }

    /// What is live now.
    #[must_use]
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.live.current.borrow().clone()
    }

    /// Sees every new snapshot (of several in a row at least the last).
    #[must_use]
    pub fn subscribe(&self) -> watch::Receiver<Arc<Snapshot>> {
        self.live.current.subscribe()
    }

    /// Brings what is live up to the folder: each bot as soon as it is at rest and loaded, the report when all are. Ends at once
    /// where nothing has changed, and after 2 s where a bot is gone. May be dropped half-way: what was begun goes on.
    pub async fn reload(&self) -> Report {
        let (mut report, endings) = self.look().await;
        for outcome in join_all(endings).await {
            match outcome {
                Ok(published) => report.live.extend(published),
                Err(problem) => report.add_problem(problem),
            }
        }
        report.live.sort_by(|a, b| a.bot.cmp(&b.bot));
        report.live.dedup();
        summarise(&self.snapshot(), &mut report);
        report
    }

    /// Looks at the folder until it is at rest, and begins to load what has changed. Ends before that is live: the second value
    /// ends with it.
    pub(super) async fn look(&self) -> (Report, Vec<Ending>) {
        let mut known = self.known.lock().await;
        known.runs.retain(|_, run| !run.is_over());
        let (mut report, mut endings) = (Report::default(), Vec::new());
        loop {
            endings.extend(self.pass(&mut known, &mut report).await);
            match known.gone.values().min() {
                Some(since) => tokio::time::sleep(LOOK_AGAIN.min(GONE.saturating_sub(since.elapsed()))).await,
                None if known.restless.is_empty() => break,
                None => {}
            }
        }
        report.problems.iter().filter(|problem| !known.problems.contains(problem)).for_each(|problem| tracing::warn!("{problem}"));
        known.problems.clone_from(&report.problems);
        (report, endings)
    }

    /// Whether a bot waits for something that is not in the folder: a secret, the database.
    pub(super) fn waits(&self) -> bool {
        !self.live.waiting().is_empty()
    }

    /// The directories in which a change matters, as the last look saw them.
    pub(super) async fn directories(&self) -> Directories {
        self.known.lock().await.scan.directories.clone()
    }

    /// One look, and what it began or found under way.
    async fn pass(&self, known: &mut Known, report: &mut Report) -> Vec<Ending> {
        let Settled { mut scan, restless, warning } = match settled(&self.dir, &known.scan).await {
            Ok(settled) => settled,
            Err(error) => {
                known.gone.clear();
                known.restless.clear();
                known.scan.directories = Directories::around(&self.dir);
                let (dir, reason) = (escape_name(self.dir.as_os_str()), listing::reason(&error));
                report.add_problem(format!("the bots folder {dir} cannot be read, all bots stay as they are: {reason}"));
                return known.endings();
            }
        };
        warning.into_iter().for_each(|warning| report.add_problem(warning));
        known.hold_back(restless, &mut scan, report);
        known.stop_missing(&scan);
        self.live.waiting().retain(|key, _| scan.bots.contains_key(key));
        self.begin(known, &scan);
        let there = |key: &BotKey| scan.bots.contains_key(key) || known.restless.contains_key(key);
        remove_gone(&self.live.current, there, &mut known.gone, report);
        known.scan = scan;
        known.endings()
    }

    /// Begins the work for all bots that have changed, and for those that were not admitted.
    fn begin(&self, known: &mut Known, scan: &Scan) {
        let failed = std::mem::take(&mut *self.live.failed());
        let changed = scan.bots.iter().filter(|(key, now)| known.scan.bots.get(*key) != Some(*now) || failed.contains(*key));
        let changed: Vec<(BotKey, Work)> = changed.map(|(key, now)| (key.clone(), Work::Load(now.clone()))).collect();
        let waiting: Vec<(BotKey, Work)> = {
            let waiting = self.live.waiting();
            let still = waiting.iter().filter(|(key, _)| !known.runs.contains_key(*key) && changed.iter().all(|(other, _)| other != *key));
            still.map(|(key, attempt)| (key.clone(), Work::AskAgain(attempt.clone()))).collect()
        };
        for (key, work) in changed.into_iter().chain(waiting) {
            let before = known.runs.get(&key);
            let work = match before {
                Some(run) => run.replace(work),
                None => Some(work),
            };
            let Some(work) = work else { continue };
            let run = Run::begin(&self.live, &key, before, work);
            known.runs.insert(key, run);
        }
    }
}

impl Known {
    /// Leaves bots that are changing just now as they were, unless they have been for too long.
    fn hold_back(&mut self, restless: BTreeSet<BotKey>, scan: &mut Scan, report: &mut Report) {
        self.restless.retain(|key, _| restless.contains(key));
        for key in restless {
            let since = *self.restless.entry(key.clone()).or_insert_with(Instant::now);
            if since.elapsed() >= PATIENCE {
                self.restless.remove(&key);
                report.add_problem(format!("bot \"{key}\" keeps changing; it was loaded as it stands"));
                continue;
            }
            match self.scan.bots.get(&key) {
                Some(folder) => scan.bots.insert(key, folder.clone()),
                None => scan.bots.remove(&key),
            };
        }
    }

    /// Forgets runs that are over, and stops those of bots that are no longer there.
    fn stop_missing(&mut self, scan: &Scan) {
        self.runs.retain(|key, run| {
            let missing = !scan.bots.contains_key(key);
            if missing {
                run.stop();
            }
            !missing && !run.is_over()
        });
    }

    fn endings(&self) -> Vec<Ending> {
        self.runs.values().map(|run| run.ending.clone()).collect()
    }
}

/// Stops the bots whose folder has been gone for long enough; notes those that are gone since now. One that is changing is there.
fn remove_gone(
    current: &watch::Sender<Arc<Snapshot>>,
    there: impl Fn(&BotKey) -> bool,
    gone: &mut BTreeMap<BotKey, Instant>,
    report: &mut Report,
) {
    gone.retain(|key, _| !there(key));
    for key in current.borrow().bots.keys().filter(|key| !there(key)) {
        gone.entry(key.clone()).or_insert_with(Instant::now);
    }
    let over: Vec<BotKey> = gone.iter().filter(|(_, since)| since.elapsed() >= GONE).map(|(key, _)| key.clone()).collect();
    gone.retain(|key, _| !over.contains(key));
    current.send_if_modified(|snapshot| {
        over.iter().for_each(|key| drop(Arc::make_mut(snapshot).bots.remove(key)));
        !over.is_empty()
    });
    over.iter().for_each(|key| tracing::info!(bot = %key, "bot \"{key}\" stops: its folder is gone"));
    report.removed.extend(over);
}

fn summarise(snapshot: &Snapshot, report: &mut Report) {
    for (key, entry) in &snapshot.bots {
        match entry.state {
            State::Quarantined => report.refused.push(Refused::of(key, entry)),
            State::Live if report.live.iter().all(|published| published.bot != *key) => report.unchanged.push(key.clone()),
            State::Live => {}
        }
    }
}
