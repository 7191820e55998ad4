//! `flowgate schema`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

const AFTER: &str = "\
Examples:
  flowgate schema                       which schemas there are
  flowgate schema sequence              one of them
  flowgate schema --out schemas/v1      all of them, as files
  flowgate schema --check schemas/v1    whether the files are up to date";

/// Show the JSON Schemas of the files of a bot, for editors and other validators
#[derive(Clone, Debug, Args)]
#[command(after_help = AFTER)]
pub struct Schema {
    /// The kind of file whose schema to print
    #[arg(value_enum, conflicts_with_all = ["out", "check"])]
    pub kind: Option<SchemaKind>,

    /// Write all schemas into this folder
    #[arg(long, env = "FLOWGATE_OUT", value_name = "DIR", conflicts_with = "check")]
    pub out: Option<PathBuf>,

    /// Compare the schemas of this folder with those of this program; fail if any differs
    #[arg(long, env = "FLOWGATE_CHECK", value_name = "DIR")]
    pub check: Option<PathBuf>,
}

/// The kinds of files that a bot consists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[expect(missing_docs, reason = "the kinds are the keys of the language")]
pub enum SchemaKind {
    Bot,
    Sequence,
    Api,
    Test,
    Locale,
}
