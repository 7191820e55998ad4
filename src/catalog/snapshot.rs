//! What is live: one value that is replaced as a whole.

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    diagnostic::{Diagnostic, Sources},
    flow::{Bot, compile::Files},
    id::BotKey,
    time::Timestamp,
};

/// All bots at one moment.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    /// The bots that have a folder, live or not.
    pub bots: BTreeMap<BotKey, Entry>,
}

impl Snapshot {
    /// The live version of a bot, if it has one.
    #[must_use]
    pub fn bot(&self, key: &str) -> Option<Arc<Bot>> {
        self.bots.get(key)?.live.clone()
    }

    /// The bots that have a live version.
    #[must_use]
    pub fn live(&self) -> Vec<BotKey> {
        self.bots.iter().filter(|(_, entry)| entry.live.is_some()).map(|(key, _)| key.clone()).collect()
    }
}

/// Whether the newest files of a bot are what is live.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// They are.
    Live,
    /// They are refused: the diagnostics say why. The last good version, if there was one, is live.
    Quarantined,
}

/// One bot.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The last good version.
    pub live: Option<Arc<Bot>>,
    /// The files of the last good version.
    pub files: Option<Arc<Files>>,
    /// Whether the newest files are live.
    pub state: State,
    /// What was found in the newest files: if they are refused also why, and of its tests also errors.
    pub diagnostics: Vec<Diagnostic>,
    /// The texts that the diagnostics point into.
    pub sources: Arc<Sources>,
    /// The git commit that was checked out when the live version went live.
    pub git_commit: Option<String>,
    /// When the live version went live; of a bot that never was, when it was refused.
    pub since: Timestamp,
}

impl Entry {
    /// The same refusal as before.
    pub(super) fn refused_like(&self, other: &Self) -> bool {
        let refused = |entry: &Self| entry.state == State::Quarantined;
        refused(self) && refused(other) && self.diagnostics == other.diagnostics && self.sources == other.sources
    }
}
