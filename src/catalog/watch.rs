//! Watching for changes: an event only means "look again". Where no events are to be had, the folder is looked at every second.

use std::{
    collections::BTreeMap,
    io::ErrorKind,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures_util::future::join_all;
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher, event::ModifyKind};
use tokio::{sync::Notify, task::JoinHandle};

use super::{directories::Directories, live::Ending, reload::Catalog};

/// How often a folder is looked at that gives no events.
const POLL: Duration = Duration::from_secs(1);
/// How often a folder is looked at that does: some file systems lose events, and a missing secret may have come.
const CHECK_UP: Duration = Duration::from_secs(30);
/// How often a bot is asked about again that waits for what gives no event: a secret, the database.
const ASK_AGAIN: Duration = Duration::from_secs(2);

/// How changes are noticed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Watch {
    /// By the events of the operating system, else by looking every second.
    #[default]
    Auto,
    /// By looking every second: network file systems and some containers give no events.
    Poll,
    /// Not at all; [`Catalog::reload`] is called by hand.
    Off,
}

/// Watches until it is dropped.
#[derive(Debug)]
pub struct WatchHandle(Option<JoinHandle<()>>);

impl Drop for WatchHandle {
    fn drop(&mut self) {
        if let Some(task) = &self.0 {
            task.abort();
        }
    }
}

impl Catalog {
    /// Reloads whenever something changes, beginning now. Needs a tokio runtime.
    pub fn watch(self: &Arc<Self>, mode: Watch) -> WatchHandle {
        let eyes = match mode {
            Watch::Off => return WatchHandle(None),
            Watch::Poll => None,
            Watch::Auto => Eyes::open().map_err(|error| no_events(&error)).ok(),
        };
        WatchHandle(Some(tokio::spawn(follow(self.clone(), eyes))))
    }
}

async fn follow(catalog: Arc<Catalog>, mut eyes: Option<Eyes>) {
    loop {
        let endings = catalog.look().await.1;
        let Some(open) = &mut eyes else {
            tokio::time::sleep(POLL).await;
            continue;
        };
        match open.look_at(&catalog.directories().await) {
            // What changed in a directory before it was watched gave no event.
            Ok(true) => {}
            Ok(false) => tokio::select! {
                () = open.stirred.notified() => {}
                () = check_up(&catalog, endings) => {}
            },
            Err(error) => {
                no_events(&error);
                eyes = None;
            }
        }
    }
}

/// Until it is time to look again though nothing was heard of.
async fn check_up(catalog: &Catalog, endings: Vec<Ending>) {
    join_all(endings).await;
    tokio::time::sleep(if catalog.waits() { ASK_AGAIN } else { CHECK_UP }).await;
}

fn no_events(error: &notify::Error) {
    tracing::warn!(%error, "the bots folder is looked at every second, because the system gives no events of it: {error}");
}

/// The operating system's events of a set of directories. Each is watched for itself: a link that is swapped leads elsewhere,
/// and a directory of the same name may be another one.
struct Eyes {
    watcher: RecommendedWatcher,
    watched: BTreeMap<PathBuf, u64>,
    /// What was moved or removed lately: the system watches it no longer, even if it is back.
    left: Arc<Mutex<Vec<PathBuf>>>,
    stirred: Arc<Notify>,
}

impl Eyes {
    fn open() -> notify::Result<Self> {
        let (stirred, left) = (Arc::new(Notify::new()), Arc::<Mutex<Vec<PathBuf>>>::default());
        let (ping, leaving) = (stirred.clone(), left.clone());
        let watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
            match event {
                Ok(Event { kind: EventKind::Access(_), .. }) => return, // our own reading is an event too
                Ok(Event { kind: EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(_)), paths, .. }) => {
                    leaving.lock().unwrap_or_else(PoisonError::into_inner).extend(paths);
                }
                _ => {}
            }
            ping.notify_one();
        })?;
        Ok(Self { watcher, watched: BTreeMap::new(), left, stirred })
    }

    /// Watches these directories and no others. True if one is new.
    fn look_at(&mut self, directories: &Directories) -> notify::Result<bool> {
        let wanted = &directories.0;
        let left = std::mem::take(&mut *self.left.lock().unwrap_or_else(PoisonError::into_inner));
        self.watched.retain(|path, _| !left.iter().any(|left| path.starts_with(left)));
        for (old, _) in self.watched.iter().filter(|(path, number)| wanted.get(*path) != Some(*number)) {
            // It may be gone already, and its watch with it.
            let _ = self.watcher.unwatch(old);
        }
        self.watched.retain(|path, number| wanted.get(path) == Some(number));
        let before = self.watched.len();
        for (path, number) in wanted {
            if self.watched.contains_key(path) {
                continue;
            }
            match self.watcher.watch(path, RecursiveMode::NonRecursive) {
                Ok(()) => {
                    self.watched.insert(path.clone(), *number);
                }
                // Gone again, or closed: whatever did that gave an event, and so does what undoes it.
                Err(notify::Error { kind: notify::ErrorKind::PathNotFound, .. }) => {}
                Err(notify::Error { kind: notify::ErrorKind::Io(error), .. })
                    if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::PermissionDenied) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(self.watched.len() > before)
    }
}
