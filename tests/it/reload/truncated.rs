//! Files that end too early, as one sees who looks while an editor writes: what is still a valid bot goes live whole, else the
//! old version stays and the error has a place. Nothing panics, and nothing takes long.

use std::{fs, sync::Arc, time::Duration};

use flowgate::{
    catalog::{self, AdmitAll, Catalog, Folder, Loaded, State},
    diagnostic::{Diagnostic, Severity},
};
use tokio::time::Instant;

use crate::support::{
    long::{limit, measures},
    play::root,
};

/// The quick variant cuts files at every so many bytes.
const STEP: usize = 131;

/// What loading a bot may take; the code of a debug build is some ten times slower.
const TIME: Duration = Duration::from_millis(if cfg!(debug_assertions) { 1_000 } else { 100 });

/// The sample bots, each with its files.
fn samples() -> Vec<Folder> {
    let folders = catalog::read(&[root("bots")]).unwrap();
    assert!(folders.len() >= 2);
    folders
}

/// Loads a bot; where that takes long, once more, because the machine may have done something else meanwhile.
fn load(folder: &Folder) -> (Loaded, Duration) {
    let once = || {
        let begun = Instant::now();
        let loaded = catalog::load(folder.clone());
        (loaded, begun.elapsed())
    };
    let first = once();
    if first.1 < limit(TIME) { first } else { [(); 3].map(|()| once()).into_iter().min_by_key(|(_, took)| *took).unwrap_or(first) }
}

/// Whether it says where something keeps the bot from going live.
fn has_a_place(found: &[Diagnostic], folder: &Folder) -> bool {
    let errors = || found.iter().filter(|d| d.severity == Severity::Error);
    let shown = |file: &str| folder.files.contents.keys().any(|path| *folder.files.shown(path) == *file);
    errors().count() > 0 && errors().all(|d| shown(&d.place.file) && d.place.line >= 1 && d.place.column >= 1)
}

#[test]
fn a_file_that_is_cut_anywhere_is_a_bot_or_an_error_with_a_place() {
    let step = if measures() { 1 } else { STEP };
    let (mut cuts, mut live, mut slowest) = (0, 0, (Duration::ZERO, String::new()));
    for folder in samples() {
        for (path, text) in folder.files.contents.clone() {
            for end in (0..text.len()).step_by(step) {
                let mut cut = folder.clone();
                cut.files.contents.insert(path.clone(), text[..end].into());
                let (loaded, took) = load(&cut);
                let at = format!("{path} of \"{}\" cut at byte {end}", folder.files.key);
                assert!(loaded.bot.is_some() || has_a_place(&loaded.diagnostics, &cut), "{at}: {:?}", loaded.diagnostics);
                slowest = slowest.max((took, at));
                cuts += 1;
                live += usize::from(loaded.bot.is_some());
            }
        }
    }
    println!("{cuts} cuts, {live} of them bots all the same; the slowest load took {:?}: {}", slowest.0, slowest.1);
    assert!(slowest.0 < limit(TIME), "{slowest:?}");
}

/// The same through the catalog: what is live is the whole new bot, or what was live before.
#[tokio::test]
async fn the_last_good_version_stays_while_a_file_is_cut() {
    for folder in samples() {
        let dir = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &[u8]| {
            let file = dir.path().join(folder.files.key.as_str()).join(path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        };
        folder.files.contents.iter().for_each(|(path, text)| write(path, text));
        let catalog = Catalog::open(dir.path(), Arc::new(AdmitAll));
        assert!(catalog.reload().await.sound());
        let step = if measures() { 1 } else { 7 };
        for (n, (path, text)) in folder.files.contents.iter().enumerate().step_by(step) {
            let before = catalog.snapshot().bot(&folder.files.key).unwrap();
            let mut cut = folder.clone();
            cut.files.contents.insert(path.clone(), text[..text.len() * (n % 10) / 10].into());
            let expected = catalog::load(cut.clone()).bot;
            write(path, &cut.files.contents[path]);
            catalog.reload().await;
            let snapshot = catalog.snapshot();
            let entry = &snapshot.bots[&folder.files.key];
            let now = entry.live.as_ref().unwrap().version();
            match expected {
                Some(bot) => assert_eq!((entry.state, now), (State::Live, bot.version()), "{path}"),
                None => assert_eq!((entry.state, now), (State::Quarantined, before.version()), "{path}"),
            }
            write(path, text);
            assert!(catalog.reload().await.sound(), "{path}");
        }
    }
}
