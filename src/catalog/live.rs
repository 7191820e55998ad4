//! What is live, and the bots on their way there, each by itself: neither what one costs nor what it waits for delays another.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use futures_util::future::{BoxFuture, FutureExt as _, Shared};
use tokio::{
    sync::{Semaphore, watch},
    task::{AbortHandle, JoinError},
};

use super::{
    admit::Admit,
    attempt::{Attempt, Verdict},
    folder::Folder,
    report::{Published, Refused},
    snapshot::Snapshot,
};
use crate::id::BotKey;

/// So many bots are loaded at the same time at least: one that takes long leaves room for the others.
const PLACES_MIN: usize = 4;

/// What is live, and who may go live.
pub(super) struct Live {
    dir: PathBuf,
    admit: Arc<dyn Admit>,
    pub(super) current: watch::Sender<Arc<Snapshot>>,
    /// Compiled but not admitted: asked about again at every reload.
    waiting: Mutex<BTreeMap<BotKey, Attempt>>,
    /// Could not be loaded, for a reason that no file has: tried again at every reload.
    failed: Mutex<BTreeSet<BotKey>>,
    places: Semaphore,
}

/// What is to be done for a bot.
pub(super) enum Work {
    /// Its files have changed.
    Load(Folder),
    /// It was not admitted when it was last asked about.
    AskAgain(Attempt),
}

/// The version that went live, if one did; or that the work failed.
pub(super) type Outcome = Result<Option<Published>, String>;

/// Ends when the work for a bot is done.
pub(super) type Ending = Shared<BoxFuture<'static, Outcome>>;

/// A bot on its way.
pub(super) struct Run {
    /// Not begun while the run before it is under way; newer files take its place.
    work: Arc<Mutex<Option<Work>>>,
    handle: AbortHandle,
    /// The run that it waits for: there is at most one, since newer work takes the place of what has not begun.
    before: Option<AbortHandle>,
    pub(super) ending: Ending,
}

impl Live {
    pub(super) fn new(dir: PathBuf, admit: Arc<dyn Admit>) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            dir,
            admit,
            current: watch::Sender::new(Arc::default()),
            waiting: Mutex::default(),
            failed: Mutex::default(),
            places: Semaphore::new(cores.max(PLACES_MIN)),
        }
    }

    pub(super) fn waiting(&self) -> MutexGuard<'_, BTreeMap<BotKey, Attempt>> {
        lock(&self.waiting)
    }

    pub(super) fn failed(&self) -> MutexGuard<'_, BTreeSet<BotKey>> {
        lock(&self.failed)
    }

    fn fail(&self, key: &BotKey, error: &JoinError) -> String {
        self.failed().insert(key.clone());
        let problem = format!("bot \"{key}\" could not be loaded: {error}");
        tracing::error!(bot = %key, "{problem}");
        problem
    }

    /// Does some work for a bot, after what is under way for it.
    async fn bring(self: Arc<Self>, key: BotKey, before: Option<Ending>, work: Arc<Mutex<Option<Work>>>) -> Outcome {
        if let Some(before) = before {
            drop(before.await);
        }
        let place = self.places.acquire().await.map_err(|error| error.to_string())?;
        let Some(work) = lock(&work).take() else { return Ok(None) };
        let attempt = match work {
            Work::Load(folder) => Attempt::of(&self.dir, folder).await.map_err(|error| self.fail(&key, &error))?,
            Work::AskAgain(attempt) => attempt,
        };
        let before = self.current.borrow().bots.get(&key).cloned();
        let verdict = attempt.judge(before.as_ref(), &*self.admit).await;
        drop(place);
        match verdict {
            Verdict::Refused { again: true, .. } => self.waiting().insert(key.clone(), attempt.clone()),
            _ => self.waiting().remove(&key),
        };
        Ok(self.enter(&key, &attempt, verdict))
    }

    /// Puts what became of an attempt into the snapshot.
    fn enter(&self, key: &BotKey, attempt: &Attempt, verdict: Verdict) -> Option<Published> {
        let mut published = None;
        self.current.send_if_modified(|snapshot| {
            let before = snapshot.bots.get(key);
            let entry = match verdict {
                Verdict::Live(bot) => {
                    published = Some(Published { bot: key.clone(), version: bot.version().clone() });
                    attempt.live(bot)
                }
                Verdict::Same(live) => attempt.as_before(live),
                Verdict::Refused { diagnostics, .. } => {
                    let entry = attempt.quarantined(before, diagnostics);
                    if before.is_some_and(|before| before.refused_like(&entry)) {
                        return false;
                    }
                    Refused::of(key, &entry).log();
                    entry
                }
            };
            if before.is_none_or(|before| before.diagnostics != entry.diagnostics) {
                entry.log_wrong_tests(key);
            }
            Arc::make_mut(snapshot).bots.insert(key.clone(), entry);
            true
        });
        published.inspect(Published::log)
    }
}

impl Run {
    /// Begins; after `before`, if that is under way.
    pub(super) fn begin(live: &Arc<Live>, key: &BotKey, before: Option<&Self>, work: Work) -> Self {
        let work = Arc::new(Mutex::new(Some(work)));
        let task = tokio::spawn(live.clone().bring(key.clone(), before.map(|run| run.ending.clone()), work.clone()));
        let (handle, key, live) = (task.abort_handle(), key.clone(), live.clone());
        let ending = async move {
            match task.await {
                Ok(outcome) => outcome,
                Err(error) if error.is_cancelled() => Ok(None),
                Err(error) => Err(live.fail(&key, &error)),
            }
        };
        Self { work, handle, before: before.map(|run| run.handle.clone()), ending: ending.boxed().shared() }
    }

    /// Takes newer work in place of its own, unless that has begun; then gives it back.
    pub(super) fn replace(&self, newer: Work) -> Option<Work> {
        match &mut *lock(&self.work) {
            Some(work) => {
                *work = newer;
                None
            }
            None => Some(newer),
        }
    }

    pub(super) fn is_over(&self) -> bool {
        self.handle.is_finished()
    }

    pub(super) fn stop(&self) {
        self.handle.abort();
        self.before.iter().for_each(AbortHandle::abort);
    }
}

/// What stands behind these locks is replaced as a whole, so nothing is half done.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use tokio::sync::Notify;

    use super::*;
    use crate::{
        catalog::scan::scan,
        diagnostic::Diagnostic,
        flow::{Bot, compile::Files},
    };

    /// Admits no bot before it is opened.
    struct Gate {
        asked: Notify,
        open: Semaphore,
    }

    impl Admit for Gate {
        fn admit<'a>(&'a self, _: &'a Arc<Bot>, _: &'a Arc<Files>) -> BoxFuture<'a, Result<(), Vec<Diagnostic>>> {
            Box::pin(async {
                self.asked.notify_one();
                self.open.acquire().await.unwrap().forget();
                Ok(())
            })
        }
    }

    #[tokio::test]
    async fn stopping_a_run_stops_the_one_that_it_waits_for() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir_all(dir.path().join("shop/sequences")).unwrap();
        fs::write(dir.path().join("shop/bot.yaml"), "version: 1\nbot: shop\nstart: hello\n").unwrap();
        fs::write(dir.path().join("shop/sequences/hello.yaml"), "version: 1\nsequence: hello\nblocks:\n  - text: Hi\n").unwrap();
        let (key, folder) = scan(dir.path()).unwrap().bots.pop_first().unwrap();
        let gate = Arc::new(Gate { asked: Notify::new(), open: Semaphore::new(0) });
        let live = Arc::new(Live::new(dir.path().to_owned(), gate.clone()));
        let first = Run::begin(&live, &key, None, Work::Load(folder.clone()));
        gate.asked.notified().await;
        let second = Run::begin(&live, &key, Some(&first), Work::Load(folder));
        second.stop();
        gate.open.add_permits(2);
        assert_eq!((first.ending.await.unwrap().is_none(), second.ending.await.unwrap().is_none()), (true, true));
        assert!(live.current.borrow().bots.is_empty(), "a bot that is gone stays gone");
    }
}
