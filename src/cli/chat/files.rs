//! What is said of the bot's files while one talks to it: each change once.

use super::show::quiet;
use crate::{
    catalog::{Entry, State},
    diagnostic::{Diagnostic, render},
    id::Version,
};

/// What was said so far.
#[derive(Default)]
pub(super) struct Files {
    /// What keeps the newest files from going live.
    found: Vec<Diagnostic>,
    /// The version that answered last, and the one that was live then.
    answered: Option<(Version, Version)>,
}

impl Files {
    /// Why the files are refused, or that they are no longer; none if nothing has changed.
    pub(super) fn state(&mut self, entry: &Entry) -> Option<String> {
        let refused = entry.state == State::Quarantined;
        let found = if refused { entry.diagnostics.clone() } else { Vec::new() };
        if found == self.found {
            return None;
        }
        self.found = found;
        if !refused {
            return Some(quiet("(the files are in order again)"));
        }
        let shown = render::text(&self.found, &entry.sources, true);
        Some(format!("{}\n{}", shown.trim_end(), quiet(self.meanwhile(entry))))
    }

    fn meanwhile(&self, entry: &Entry) -> &'static str {
        if entry.live.is_some() {
            "(the bot goes on with its last good version)"
        } else if self.found.iter().any(|found| found.code == "missing-secret") {
            "(the bot cannot run without its secrets; with --offline it needs none, and its APIs answer with their samples)"
        } else {
            "(the bot cannot run until this is cured)"
        }
    }

    /// Which version an answer comes from, where that is worth a word.
    pub(super) fn answer(&mut self, version: &Version, live: &Version) -> Option<String> {
        let now = (version.clone(), live.clone());
        let before = self.answered.replace(now.clone())?;
        if before == now {
            return None;
        }
        Some(quiet(if version == live {
            "(the files have changed: this is the new version)"
        } else {
            "(the files have changed, and with them the open question: this conversation finishes on the version that it began with; /new begins anew)"
        }))
    }
}
