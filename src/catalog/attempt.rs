//! One try to bring the newest files of a bot live, and what came of it.

use std::{path::Path, sync::Arc};

use super::{
    admit::Admit,
    folder::Folder,
    git::WorkTree,
    load,
    snapshot::{Entry, State},
};
use crate::{
    diagnostic::{Diagnostic, Sources},
    flow::{Bot, compile::Files},
    time::Timestamp,
};

/// The newest files of a bot, loaded.
#[derive(Clone)]
pub(super) struct Attempt {
    files: Arc<Files>,
    bot: Option<Arc<Bot>>,
    diagnostics: Vec<Diagnostic>,
    git_commit: Option<String>,
}

/// What becomes of an attempt.
pub(super) enum Verdict {
    /// It is the new live version.
    Live(Arc<Bot>),
    /// What is live is this already; only files that are no part of a version have changed.
    Same(Entry),
    /// The last good version stays.
    Refused {
        /// Why.
        diagnostics: Vec<Diagnostic>,
        /// The reason lies outside the folder, so that it may go away by itself.
        again: bool,
    },
}

impl Attempt {
    /// Loads a folder, on a thread that may block.
    pub(super) async fn of(dir: &Path, folder: Folder) -> Result<Self, tokio::task::JoinError> {
        let dir = dir.join(folder.files.key.as_str());
        let load = move || {
            let loaded = load::load_apart(folder);
            let git_commit = WorkTree::around(&dir).and_then(|tree| tree.commit());
            Self { files: loaded.files, bot: loaded.bot, diagnostics: loaded.diagnostics, git_commit }
        };
        tokio::task::spawn_blocking(load).await
    }

    pub(super) async fn judge(&self, before: Option<&Entry>, admit: &dyn Admit) -> Verdict {
        let Some(bot) = &self.bot else { return Verdict::Refused { diagnostics: self.diagnostics.clone(), again: false } };
        if let Some(entry) = before.filter(|e| e.live.as_ref().is_some_and(|live| live.version() == bot.version())) {
            return Verdict::Same(entry.clone());
        }
        match admit.admit(bot, &self.files).await {
            Ok(()) => Verdict::Live(bot.clone()),
            Err(why) => Verdict::Refused { diagnostics: why.into_iter().chain(self.diagnostics.iter().cloned()).collect(), again: true },
        }
    }

    pub(super) fn live(&self, bot: Arc<Bot>) -> Entry {
        Entry {
            live: Some(bot),
            files: Some(self.files.clone()),
            state: State::Live,
            diagnostics: self.diagnostics.clone(),
            sources: self.sources(&self.diagnostics),
            git_commit: self.git_commit.clone(),
            since: Timestamp::now(),
        }
    }

    pub(super) fn as_before(&self, live: Entry) -> Entry {
        let sources = self.sources(&self.diagnostics);
        Entry { files: Some(self.files.clone()), state: State::Live, diagnostics: self.diagnostics.clone(), sources, ..live }
    }

    pub(super) fn quarantined(&self, before: Option<&Entry>, diagnostics: Vec<Diagnostic>) -> Entry {
        Entry {
            live: before.and_then(|b| b.live.clone()),
            files: before.and_then(|b| b.files.clone()),
            state: State::Quarantined,
            sources: self.sources(&diagnostics),
            diagnostics,
            git_commit: before.and_then(|b| b.git_commit.clone()),
            since: before.map_or_else(Timestamp::now, |b| b.since),
        }
    }

    /// Texts are kept only where a diagnostic may point into them.
    fn sources(&self, diagnostics: &[Diagnostic]) -> Arc<Sources> {
        if diagnostics.is_empty() { Arc::default() } else { Arc::new(self.files.sources()) }
    }
}
