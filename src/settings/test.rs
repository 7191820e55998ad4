//! `flowgate test`.

use std::path::PathBuf;

use clap::{Args, ValueEnum, builder::BoolishValueParser};

const AFTER: &str = "\
Examples:
  flowgate test                       the tests of all bots of ./bots
  flowgate test bots/shop
  flowgate test --filter order        tests whose name or file contains \"order\"
  flowgate test --filter order --trace
  flowgate test --format junit > tests.xml";

/// Run the conversation tests of bots
#[derive(Clone, Debug, Args)]
#[command(after_help = AFTER)]
pub struct Test {
    /// The folder with the bots, one bot, or files (then the bots they belong to)
    #[arg(env = "FLOWGATE_BOTS", value_name = "PATH", default_value = "bots")]
    pub paths: Vec<PathBuf>,

    /// Only tests whose name or file contains this, whatever its case
    #[arg(long, env = "FLOWGATE_FILTER", value_name = "TEXT")]
    pub filter: Option<String>,

    /// Show of every test the conversation, the blocks that ran, and the values that decided
    #[arg(long, env = "FLOWGATE_TRACE", value_parser = BoolishValueParser::new())]
    pub trace: bool,

    /// The form of the report
    #[arg(long, env = "FLOWGATE_FORMAT", value_name = "FORM", value_enum, default_value_t)]
    pub format: TestFormat,
}

/// The form of a report of tests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum TestFormat {
    /// For people: with expected and actual side by side
    #[default]
    Text,
    /// One object
    Json,
    /// JUnit XML, a test suite per bot
    Junit,
}
