//! From a folder that was read to a bot: the one road that `check`, `test`, `chat` and `serve` take.

use std::sync::Arc;

use rayon::prelude::*;

use super::folder::Folder;
use crate::{
    check,
    diagnostic::{Diagnostic, Problems, Severity, Sources},
    flow::{
        Bot,
        compile::{self, Files, Parsed, Raw},
    },
    language::TestFile,
};

/// What became of a folder.
#[derive(Debug)]
pub struct Loaded {
    /// What was read.
    pub files: Arc<Files>,
    /// The bot, if nothing keeps it from going live.
    pub bot: Option<Arc<Bot>>,
    /// Its conversation tests, those whose shape is right.
    pub tests: Vec<Raw<TestFile>>,
    /// Everything found, by file and place; in the tests last.
    pub diagnostics: Vec<Diagnostic>,
}

impl Loaded {
    /// The texts that the diagnostics point into.
    #[must_use]
    pub fn sources(&self) -> Sources {
        self.files.sources()
    }

    /// Whether anything keeps the bot from going live.
    #[must_use]
    pub fn refused(&self) -> bool {
        self.bot.is_none()
    }
}

/// Compiles and checks a bot. There is a bot only if nothing found is an error, but for what is found in its tests:
/// those are for `check` and `test` to judge, and come last.
#[must_use]
pub fn load(folder: Folder) -> Loaded {
    let mut problems = Problems::default();
    let parsed = Parsed::read(&folder.files, &mut problems);
    let bot = folder.has_a_bot().then(|| compile::compile(&parsed, &mut problems)).flatten();
    if let Some(bot) = &bot {
        check::all(bot, &mut problems);
    }
    let (mut of_tests, mut diagnostics): (Vec<_>, Vec<_>) = folder.problems.into_iter().partition(|d| folder.files.is_of_tests(&d.place));
    diagnostics.extend(problems.into_sorted());
    let sound = diagnostics.iter().all(|d| d.severity != Severity::Error);
    of_tests.extend(parsed.test_problems.into_sorted());
    diagnostics.append(&mut of_tests);
    Loaded { files: Arc::new(folder.files), bot: bot.filter(|_| sound).map(Arc::new), tests: parsed.tests, diagnostics }
}

/// The most threads that one bot is loaded by.
const THREADS_MAX: usize = 4;

/// Loads a bot on threads of its own: on shared ones, another bot would wait until all of this one is done.
pub(super) fn load_apart(folder: Folder) -> Loaded {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(THREADS_MAX);
    match rayon::ThreadPoolBuilder::new().num_threads(threads).thread_name(|_| "load".to_owned()).build() {
        Ok(pool) => pool.install(|| load(folder)),
        Err(_) => load(folder), // no threads are to be had: on those that there are
    }
}

/// Loads many bots at once, in the order given.
#[must_use]
pub fn load_all(folders: Vec<Folder>) -> Vec<Loaded> {
    folders.into_par_iter().map(load).collect()
}
