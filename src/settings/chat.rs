//! `flowgate chat`.

use std::path::PathBuf;

use clap::{Args, builder::BoolishValueParser};

const AFTER: &str = "\
Examples:
  flowgate chat shop                   a changed file is live in the next answer
  flowgate chat shop --offline --trace";

/// Talk to a bot in the terminal
#[derive(Clone, Debug, Args)]
#[command(after_help = AFTER)]
pub struct Chat {
    /// The key of the bot: its folder's name
    pub bot: String,

    /// The folder with the bots
    #[arg(long, env = "FLOWGATE_BOTS", value_name = "DIR", default_value = "bots")]
    pub bots: PathBuf,

    /// Call no API: each answers with its sample, and no secret is needed
    #[arg(long, env = "FLOWGATE_OFFLINE", value_parser = BoolishValueParser::new())]
    pub offline: bool,

    /// The channel that the bot sees
    #[arg(long, env = "FLOWGATE_CHANNEL", value_name = "NAME", default_value = "webchat")]
    pub channel: String,

    /// Show with every answer the block that gave it, its file and line, and the values that decided
    #[arg(long, env = "FLOWGATE_TRACE", value_parser = BoolishValueParser::new())]
    pub trace: bool,
}
