//! `flowgate tokens`.

use clap::{Args, ValueEnum};

use super::DatabaseUrl;

const AFTER: &str = "\
Examples:
  flowgate tokens rotate                                every visitor of every bot
  flowgate tokens rotate --bot shop                     the visitors of one bot
  DATABASE_URL=postgres://bots@db/bots flowgate tokens rotate";

/// Make webchat tokens void, for example after a backup has leaked
#[derive(Clone, Debug, Args)]
#[command(after_help = AFTER)]
pub struct Tokens {
    /// What to do
    #[arg(value_name = "ACTION", value_enum)]
    pub action: TokensAction,

    /// The bot whose tokens are meant; without it those of all bots
    #[arg(long, env = "FLOWGATE_BOT", value_name = "BOT")]
    pub bot: Option<String>,

    /// Which database: sqlite://PATH or postgres://USER:PASSWORD@HOST/DATABASE; DATABASE_URL works too
    #[arg(long, env = "FLOWGATE_DATABASE", value_name = "URL", default_value = "sqlite://data/flowgate.db")]
    pub database: DatabaseUrl,
}

/// What can be done with webchat tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum TokensAction {
    /// Sign with a new key from now on: no token from before is good any more
    Rotate,
}
