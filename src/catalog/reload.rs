//! The catalog: per bot all or nothing, the last good version stays until a better one is admitted.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::sync::{Mutex, watch};

use super::{
    admit::Admit,
    attempt::{Attempt, Verdict},
    directories::Directories,
    folder::Folder,
    report::{Published, Refused, Report},
    scan::Scan,
    settle::{Settled, settled},
    snapshot::{Entry, Snapshot, State},
};
use crate::{diagnostic::Severity, id::BotKey};

/// A bot whose folder is gone for so long stops; a swap of folders is over sooner.
const GONE: Duration = Duration::from_secs(2);
/// So often a folder that is gone is looked for.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// The bots of a folder, as they are live.
pub struct Catalog {
    dir: PathBuf,
    admit: Arc<dyn Admit>,
    current: watch::Sender<Arc<Snapshot>>,
    known: Mutex<Known>,
}

/// What the last reload saw. Held while a reload is under way: there is one at a time.
#[derive(Default)]
struct Known {
    scan: Scan,
    /// Compiled but not admitted: asked about again at every reload.
    waiting: BTreeMap<BotKey, Attempt>,
    gone: BTreeMap<BotKey, Instant>,
    /// What was wrong with the folder as a whole: said once.
    problems: Vec<String>,
}

impl Catalog {
    /// A catalog of a bots folder, empty until its first [`reload`](Self::reload).
    #[must_use]
    pub fn open(dir: &Path, admit: Arc<dyn Admit>) -> Self {
        Self { dir: dir.to_owned(), admit, current: watch::Sender::new(Arc::default()), known: Mutex::default() }
    }

    /// What is live now.
    #[must_use]
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.current.borrow().clone()
    }

    /// Sees every new snapshot (of several in a row at least the last).
    #[must_use]
    pub fn subscribe(&self) -> watch::Receiver<Arc<Snapshot>> {
        self.current.subscribe()
    }

    /// Brings what is live up to the folder, once that is at rest. Ends at once where nothing has changed, and after 2 s
    /// where a bot is gone. May be dropped half-way: what was not reported is done by the next reload.
    pub async fn reload(&self) -> Report {
        let mut known = self.known.lock().await;
        let mut report = Report::default();
        loop {
            self.pass(&mut known, &mut report).await;
            let Some(since) = known.gone.values().min() else { break };
            tokio::time::sleep(LOOK_AGAIN.min(GONE.saturating_sub(since.elapsed()))).await;
        }
        report.problems.iter().filter(|problem| !known.problems.contains(problem)).for_each(|problem| tracing::warn!("{problem}"));
        known.problems.clone_from(&report.problems);
        summarise(&self.snapshot(), &mut report);
        report
    }

    /// Whether a bot waits for something that is not in the folder: a secret, the database.
    pub(super) async fn waits(&self) -> bool {
        !self.known.lock().await.waiting.is_empty()
    }

    /// The directories in which a change matters, as the last reload saw them.
    pub(super) async fn directories(&self) -> Directories {
        self.known.lock().await.scan.directories.clone()
    }

    async fn pass(&self, known: &mut Known, report: &mut Report) {
        let Settled { scan, warning } = match settled(&self.dir, &known.scan).await {
            Ok(settled) => settled,
            Err(error) => {
                known.gone.clear();
                known.scan.directories = Directories::around(&self.dir);
                report.problems.push(format!("the bots folder {} cannot be read, all bots stay as they are: {error}", self.dir.display()));
                return;
            }
        };
        report.problems.extend(warning);
        let changed: Vec<Folder> =
            scan.bots.iter().filter(|(key, now)| known.scan.bots.get(*key) != Some(*now)).map(|(_, f)| f.clone()).collect();
        let mut attempts: BTreeMap<BotKey, Attempt> = known
            .waiting
            .iter()
            .filter(|(key, _)| scan.bots.contains_key(*key))
            .map(|(key, attempt)| (key.clone(), attempt.clone()))
            .collect();
        match Attempt::all(&self.dir, changed).await {
            Ok(loaded) => attempts.extend(loaded),
            Err(error) => return report.problems.push(format!("the bots could not be loaded: {error}")),
        }
        let mut snapshot = Snapshot::clone(&self.snapshot());
        let mut waiting = BTreeMap::new();
        let mut news = false;
        for (key, attempt) in attempts {
            let verdict = attempt.judge(snapshot.bots.get(&key), &*self.admit).await;
            if matches!(verdict, Verdict::Refused { again: true, .. }) {
                waiting.insert(key.clone(), attempt.clone());
            }
            news |= enter(&mut snapshot, key, &attempt, verdict, report);
        }
        news |= remove_gone(&mut snapshot, &scan, &mut known.gone, report);
        known.scan = scan;
        known.waiting = waiting;
        if news {
            self.current.send_replace(Arc::new(snapshot));
        }
    }
}

/// Puts what became of an attempt into the snapshot; whether that changes anything there.
fn enter(snapshot: &mut Snapshot, key: BotKey, attempt: &Attempt, verdict: Verdict, report: &mut Report) -> bool {
    let before = snapshot.bots.get(&key);
    let entry = match verdict {
        Verdict::Live(bot) => {
            let published = Published { bot: key.clone(), version: bot.version().clone() };
            published.log();
            report.live.push(published);
            attempt.live(bot)
        }
        Verdict::Same(live) => attempt.as_before(live),
        Verdict::Refused { diagnostics, .. } => {
            let entry = attempt.quarantined(before, diagnostics);
            if before.is_some_and(|before| before.refused_like(&entry)) {
                return false;
            }
            refused(&key, &entry).log();
            entry
        }
    };
    if before.is_none_or(|before| before.diagnostics != entry.diagnostics) {
        entry.log_wrong_tests(&key);
    }
    snapshot.bots.insert(key, entry);
    true
}

/// Stops the bots whose folder has been gone for long enough; notes those that are gone since now.
fn remove_gone(snapshot: &mut Snapshot, scan: &Scan, gone: &mut BTreeMap<BotKey, Instant>, report: &mut Report) -> bool {
    gone.retain(|key, _| !scan.bots.contains_key(key));
    for key in snapshot.bots.keys().filter(|key| !scan.bots.contains_key(*key)) {
        gone.entry(key.clone()).or_insert_with(Instant::now);
    }
    let over: Vec<BotKey> = gone.iter().filter(|(_, since)| since.elapsed() >= GONE).map(|(key, _)| key.clone()).collect();
    for key in &over {
        gone.remove(key);
        snapshot.bots.remove(key);
        tracing::info!(bot = %key, "bot \"{key}\" stops: its folder is gone");
    }
    let any = !over.is_empty();
    report.removed.extend(over);
    any
}

fn summarise(snapshot: &Snapshot, report: &mut Report) {
    for (key, entry) in &snapshot.bots {
        match entry.state {
            State::Quarantined => report.refused.push(refused(key, entry)),
            State::Live if report.live.iter().all(|published| published.bot != *key) => report.unchanged.push(key.clone()),
            State::Live => {}
        }
    }
}

fn refused(key: &BotKey, entry: &Entry) -> Refused {
    let errors = entry.diagnostics.iter().filter(|d| d.severity == Severity::Error);
    Refused { bot: key.clone(), live: entry.live.as_ref().map(|bot| bot.version().clone()), diagnostics: errors.cloned().collect() }
}
