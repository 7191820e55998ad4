//! `flowgate users`.

use clap::{Args, ValueEnum};

use super::DatabaseUrl;

const AFTER: &str = "\
Examples:
  flowgate users export --bot shop --user ada > ada.json
  flowgate users erase --bot shop --channel whatsapp --user +919876543210
  DATABASE_URL=postgres://bots@db/bots flowgate users erase --bot shop --user ada";

/// Export or erase all data of a user, beside running gateways
#[derive(Clone, Debug, Args)]
#[command(after_help = AFTER)]
pub struct Users {
    /// What to do
    #[arg(value_name = "ACTION", value_enum)]
    pub action: UsersAction,

    /// The bot
    #[arg(long, env = "FLOWGATE_BOT", value_name = "BOT")]
    pub bot: String,

    /// The user's id on the channel; a phone number with the code of its country
    #[arg(long, env = "FLOWGATE_USER", value_name = "ID")]
    pub user: String,

    /// The channel
    #[arg(long, env = "FLOWGATE_CHANNEL", value_name = "NAME", default_value = "webchat")]
    pub channel: String,

    /// Which database: sqlite://PATH or postgres://USER:PASSWORD@HOST/DATABASE; DATABASE_URL works too
    #[arg(long, env = "FLOWGATE_DATABASE", value_name = "URL", default_value = "sqlite://data/flowgate.db")]
    pub database: DatabaseUrl,
}

/// What can be done with a user's data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum UsersAction {
    /// Print every row of every table as JSON
    Export,
    /// Delete them all, for good; what was counted stays
    Erase,
}
