//! Which database to use.

use std::{convert::Infallible, ffi::OsStr, fmt, str::FromStr};

use clap::{Arg, ValueEnum};

/// The variable that many platforms set; ours wins.
const COMMON_VARIABLE: &str = "DATABASE_URL";

/// The URL of a database. It may hold a password, so it shows itself to nobody; the store says what is wrong with it.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl(String);

impl DatabaseUrl {
    /// The URL with its password: for the store alone.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl FromStr for DatabaseUrl {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DatabaseUrl(…)")
    }
}

/// What a commit on SQLite survives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum SqliteSync {
    /// A loss of power: every commit waits for the disk
    #[default]
    Full,
    /// A crash of the process, but not a loss of power
    Normal,
}

/// Without a variable of its own, `--database` reads the common one.
pub(super) fn or_database_url(argument: Arg) -> Arg {
    let is_unset = argument.get_env().is_none_or(|name| std::env::var_os(name).is_none());
    let has_common = std::env::var_os(COMMON_VARIABLE).is_some_and(|value| !value.is_empty());
    if argument.get_id() == "database" && is_unset && has_common { argument.env(OsStr::new(COMMON_VARIABLE)) } else { argument }
}
