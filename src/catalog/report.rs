//! What a reload did: for `/-/reload` and the log.

use serde::Serialize;

use super::snapshot::{Entry, State};
use crate::{
    diagnostic::{Diagnostic, Severity, escape_text},
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
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
    /// Adds what is wrong with the folder as a whole, once.
    pub(super) fn add_problem(&mut self, problem: String) {
        if !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }

    /// Whether the newest files of all bots are live.
    #[must_use]
    pub fn sound(&self) -> bool {
        self.refused.is_empty() && self.problems.is_empty()
    }
}

impl Refused {
    pub(super) fn of(bot: &BotKey, entry: &Entry) -> Self {
        let errors = entry.diagnostics.iter().filter(|d| d.severity == Severity::Error);
        Self { bot: bot.clone(), live: entry.live.as_ref().map(|bot| bot.version().clone()), diagnostics: errors.cloned().collect() }
    }

    /// Tells the operator, once per refusal.
    pub(super) fn log(&self) {
        let place = first_error(&self.diagnostics).unwrap_or_default();
        let errors = self.diagnostics.iter().filter(|d| d.severity == Severity::Error).count();
        let kept = if self.live.is_some() { "its last good version stays live" } else { "it is not live" };
        count(&self.bot, "refused");
        tracing::warn!(bot = %self.bot, errors, first = %place, "bot \"{}\" is refused, {kept}: {place}", self.bot);
    }
}

impl Published {
    pub(super) fn log(&self) {
        count(&self.bot, "live");
        tracing::info!(bot = %self.bot, version = %self.version, "bot \"{}\" is live", self.bot);
    }
}

impl Entry {
    /// Tells the operator that a live bot has tests with errors: its author should know, and nothing else comes of it.
    pub(super) fn log_wrong_tests(&self, bot: &BotKey) {
        if let Some(first) = first_error(&self.diagnostics).filter(|_| self.state == State::Live) {
            tracing::warn!(%bot, first = %first, "bot \"{bot}\" is live, but its tests have errors: {first}");
        }
    }
}

/// The first error and where it is, on one line: what a bot says forges no line of the log.
fn count(bot: &BotKey, outcome: &'static str) {
    metrics::counter!("flowgate_reloads_total", "bot" => bot.to_string(), "outcome" => outcome).increment(1);
}

fn first_error(diagnostics: &[Diagnostic]) -> Option<String> {
    let first = diagnostics.iter().find(|d| d.severity == Severity::Error)?;
    Some(escape_text(&format!("{}:{}:{}: {}", first.place.file, first.place.line, first.place.column, first.message)))
}
