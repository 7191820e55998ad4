//! What a reload did and what is wrong with a bot, as JSON.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    catalog,
    diagnostic::{Diagnostic, Severity},
    id::{BotKey, Version},
};

/// One finding in the files of a bot.
#[derive(Serialize, ToSchema)]
pub(super) struct Finding {
    /// `error`, `warning` or `hint`.
    #[schema(value_type = String, example = "error")]
    severity: Severity,
    /// The stable code.
    #[schema(example = "unknown-target")]
    code: &'static str,
    /// The fact.
    message: String,
    /// The file.
    file: String,
    /// The line, from 1.
    line: u32,
    /// The column in characters, from 1.
    column: u32,
    /// How to cure it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    help: Option<String>,
}

/// What a reload did.
#[derive(Serialize, ToSchema)]
pub(super) struct Report {
    /// The bots of which a new version went live.
    live: Vec<Published>,
    /// The bots whose newest files are refused; their last good version stays live.
    refused: Vec<Refused>,
    /// The bots that are live as they were.
    #[schema(value_type = Vec<String>)]
    unchanged: Vec<BotKey>,
    /// The bots that stopped because their folder is gone.
    #[schema(value_type = Vec<String>)]
    removed: Vec<BotKey>,
    /// What is wrong with the folder as a whole.
    problems: Vec<String>,
}

/// A version that went live.
#[derive(Serialize, ToSchema)]
struct Published {
    #[schema(value_type = String)]
    bot: BotKey,
    #[schema(value_type = String)]
    version: Version,
}

/// A bot whose newest files are refused.
#[derive(Serialize, ToSchema)]
struct Refused {
    #[schema(value_type = String)]
    bot: BotKey,
    /// The version that stays live, if there was one.
    #[schema(value_type = Option<String>)]
    live: Option<Version>,
    diagnostics: Vec<Finding>,
}

impl From<&Diagnostic> for Finding {
    fn from(found: &Diagnostic) -> Self {
        Self {
            severity: found.severity,
            code: found.code,
            message: found.message.clone(),
            file: found.place.file.to_string(),
            line: found.place.line,
            column: found.place.column,
            help: found.help.clone(),
        }
    }
}

impl From<catalog::Report> for Report {
    fn from(report: catalog::Report) -> Self {
        let refused = |one: catalog::Refused| Refused { bot: one.bot, live: one.live, diagnostics: findings(&one.diagnostics) };
        Self {
            live: report.live.into_iter().map(|one| Published { bot: one.bot, version: one.version }).collect(),
            refused: report.refused.into_iter().map(refused).collect(),
            unchanged: report.unchanged,
            removed: report.removed,
            problems: report.problems,
        }
    }
}

/// All of them, in their order.
pub(super) fn findings(diagnostics: &[Diagnostic]) -> Vec<Finding> {
    diagnostics.iter().map(Finding::from).collect()
}
