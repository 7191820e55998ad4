//! Hot reload on real folders. Nothing here sleeps: a test waits for the snapshot in which its condition holds.

mod apart;
mod closed;
mod fate;
mod large;
mod names;
mod seen;
mod truncated;
mod wrong_tests;

use std::{
    collections::BTreeSet,
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use flowgate::{
    catalog::{self, Admit, AdmitAll, Catalog, FILES_MAX, Snapshot, State, Watch, WatchHandle},
    diagnostic::Diagnostic,
    flow::{Bot, compile::Files},
};
use futures_util::future::BoxFuture;
use tempfile::TempDir;

use crate::support::patience::in_time;

/// A bots folder, its catalog, and somebody watching it.
struct Bots {
    dir: TempDir,
    catalog: Arc<Catalog>,
    _watch: WatchHandle,
}

impl Bots {
    /// Loads what `prepare` has put there, then watches.
    async fn open(mode: Watch, prepare: impl FnOnce(&Path)) -> Self {
        let dir = tempfile::tempdir().unwrap();
        prepare(dir.path());
        Self::at(mode, PathBuf::new(), dir).await
    }

    async fn at(mode: Watch, within: PathBuf, dir: TempDir) -> Self {
        let catalog = Arc::new(Catalog::open(&dir.path().join(within), Arc::new(AdmitAll)));
        catalog.reload().await;
        let watch = catalog.watch(mode);
        Self { dir, catalog, _watch: watch }
    }

    fn path(&self) -> &Path {
        self.dir.path()
    }

    /// Waits for a snapshot of which this is true.
    async fn until(&self, what: &str, holds: impl Fn(&Snapshot) -> bool) {
        let mut snapshots = self.catalog.subscribe();
        drop(in_time(what, snapshots.wait_for(|s| holds(s))).await.unwrap());
    }

    async fn until_says(&self, bot: &str, text: &str) {
        self.until(&format!("{bot} says {text}"), |s| says(s, bot).as_deref() == Some(text)).await;
    }
}

/// The text of a bot as `write_bot` wrote it, from what is live.
fn says(snapshot: &Snapshot, bot: &str) -> Option<String> {
    let entry = snapshot.bots.get(bot)?;
    assert_eq!(entry.live.is_some(), entry.files.is_some());
    let content = String::from_utf8(entry.files.as_ref()?.contents.get("sequences/welcome.yaml")?.to_vec()).unwrap();
    Some(content.split('"').nth(1)?.to_owned())
}

fn state(snapshot: &Snapshot, bot: &str) -> Option<State> {
    Some(snapshot.bots.get(bot)?.state)
}

fn welcome(text: &str) -> String {
    format!("version: 1\nsequence: welcome\nblocks:\n  - text: \"{text}\"\n")
}

fn write_bot(bots: &Path, key: &str, text: &str) {
    let bot = bots.join(key);
    fs::create_dir_all(bot.join("sequences")).unwrap();
    fs::write(bot.join("sequences/welcome.yaml"), welcome(text)).unwrap();
    let name = key.split(['-', '/']).next().unwrap();
    fs::write(bot.join("bot.yaml"), format!("version: 1\nbot: {name}\nstart: welcome\n")).unwrap();
}

fn say(bots: &Path, key: &str, text: &str) {
    fs::write(bots.join(key).join("sequences/welcome.yaml"), welcome(text)).unwrap();
}

fn break_it(bots: &Path, key: &str) {
    fs::write(bots.join(key).join("sequences/welcome.yaml"), "version: 1\nsequence: welcome\nblocks:\n  - goto: nowhere\n").unwrap();
}
