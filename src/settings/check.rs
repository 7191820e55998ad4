//! `flowgate check`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

const AFTER: &str = "\
Examples:
  flowgate check                                 all bots of ./bots
  flowgate check bots/shop --deny warnings
  flowgate check --format github                 annotations of a pull request
  flowgate check --format sarif > flowgate.sarif";

/// Find everything that is wrong with bots, before they go live
#[derive(Clone, Debug, Args)]
#[command(after_help = AFTER)]
pub struct Check {
    /// The folder with the bots, one bot, or files (then the bots they belong to)
    #[arg(env = "FLOWGATE_BOTS", value_name = "PATH", default_value = "bots")]
    pub paths: Vec<PathBuf>,

    /// The form of the report
    #[arg(long, env = "FLOWGATE_FORMAT", value_name = "FORM", value_enum, default_value_t)]
    pub format: CheckFormat,

    /// What to fail on beside errors
    #[arg(long, env = "FLOWGATE_DENY", value_name = "WHAT", value_enum)]
    pub deny: Option<Deny>,
}

/// The form of a report of diagnostics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum CheckFormat {
    /// For people: with the lines in question
    #[default]
    Text,
    /// A list of objects
    Json,
    /// Workflow commands of GitHub Actions
    Github,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// JUnit XML, a test case per file
    Junit,
}

/// What fails a check beside errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Deny {
    /// Warnings, too
    Warnings,
}
