//! What a reload did: for `/-/reload` and the log.

use serde::Serialize;

use crate::{
    diagnostic::{Diagnostic, Severity},
    id::{BotKey, Version},
};

/// What a reload did.
#[derive(Debug, Default, Serialize)]
pub struct Report {
    /// The bots of which a new version went live.
    pub live: Vec<Published>,
    /// The bots whose newest files are refused, also those refused earlier.
    pub refused: Vec<Refused>,
    /// The bots that are live as they were.
    pub unchanged: Vec<BotKey>,
    /// The bots that stopped because their folder is gone.
    pub removed: Vec<BotKey>,
    /// What was wrong with the folder as a whole.
    pub problems: Vec<String>,
}

/// A version that went live.
#[derive(Debug, Serialize)]
pub struct Published {
    /// The bot.
    pub bot: BotKey,
    /// Its new version.
    pub version: Version,
}

/// A bot whose newest files are refused.
#[derive(Debug, Serialize)]
pub struct Refused {
    /// The bot.
    pub bot: BotKey,
    /// The version that stays live, if there was one.
    pub live: Option<Version>,
    /// What is wrong.
    pub diagnostics: Vec<Diagnostic>,
}

impl Report {
    /// Whether the newest files of all bots are live.
    #[must_use]
    pub fn sound(&self) -> bool {
        self.refused.is_empty() && self.problems.is_empty()
    }
}

impl Refused {
    /// Tells the operator, once per refusal.
    pub(super) fn log(&self) {
        let first = self.diagnostics.iter().find(|d| d.severity == Severity::Error);
        let place = first.map_or_else(String::new, |d| format!("{}:{}:{}: {}", d.place.file, d.place.line, d.place.column, d.message));
        let errors = self.diagnostics.iter().filter(|d| d.severity == Severity::Error).count();
        let kept = if self.live.is_some() { "its last good version stays live" } else { "it is not live" };
        tracing::warn!(bot = %self.bot, errors, first = %place, "bot \"{}\" is refused, {kept}: {place}", self.bot);
    }
}

impl Published {
    pub(super) fn log(&self) {
        tracing::info!(bot = %self.bot, version = %self.version, "bot \"{}\" is live", self.bot);
    }
}
