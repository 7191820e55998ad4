//! `flowgate keys`.

use clap::{Args, Subcommand, ValueEnum, builder::BoolishValueParser};

use super::DatabaseUrl;

const AFTER: &str = "\
Examples:
  flowgate keys create --account 61179                  for the bots of an account
  flowgate keys create --account 61179 --bot shop --scope read --expires 90d
  flowgate keys create --admin                          for everything
  flowgate keys create --app --bot shop                 an app of the Bot Open API
  flowgate keys list
  flowgate keys rotate 1b9d6bcd --overlap 24h
  flowgate keys revoke 1b9d6bcd-bbfd";

/// Make, list, replace and revoke API keys, beside the gateways that serve from the database
#[derive(Clone, Debug, Args)]
#[command(after_help = AFTER, flatten_help = true, disable_help_subcommand = true)]
pub struct Keys {
    /// What to do
    #[command(subcommand)]
    pub action: KeysAction,
}

/// What can be done with keys.
#[derive(Clone, Debug, Subcommand)]
#[expect(missing_docs, reason = "each variant is documented by its settings, whose sentence is also its help text")]
pub enum KeysAction {
    Create(CreateKey),
    List(ListKeys),
    Revoke(RevokeKey),
    Rotate(RotateKey),
}

/// Make a key, which is shown this once
#[derive(Clone, Debug, Args)]
pub struct CreateKey {
    /// The account whose bots the key opens
    #[arg(long, env = "FLOWGATE_ACCOUNT", value_name = "ACCOUNT")]
    pub account: Option<String>,

    /// Only this bot
    #[arg(long, env = "FLOWGATE_BOT", value_name = "BOT")]
    pub bot: Option<String>,

    /// What the key is for; several with commas or by repeating it; without it all but running the gateway
    #[arg(long, env = "FLOWGATE_SCOPE", value_name = "SCOPE", value_enum, value_delimiter = ',')]
    pub scope: Vec<KeyScope>,

    /// A key for everything, of no account
    #[arg(long, env = "FLOWGATE_ADMIN", value_parser = BoolishValueParser::new(), conflicts_with_all = ["account", "bot", "scope", "app"])]
    pub admin: bool,

    /// An app of the Bot Open API, for one bot
    #[arg(long, env = "FLOWGATE_APP", value_parser = BoolishValueParser::new(), requires = "bot", conflicts_with_all = ["account", "scope"])]
    pub app: bool,

    /// When it ends: after a time (90d), at a moment (2027-03-01T09:00:00Z) or with the beginning of a day (2027-03-01)
    #[arg(long, env = "FLOWGATE_EXPIRES", value_name = "WHEN")]
    pub expires: Option<String>,

    /// What people have to say of it
    #[arg(long, env = "FLOWGATE_NOTE", value_name = "TEXT")]
    pub note: Option<String>,

    /// Which database: sqlite://PATH or postgres://USER:PASSWORD@HOST/DATABASE; DATABASE_URL works too
    #[arg(long, env = "FLOWGATE_DATABASE", value_name = "URL", default_value = "sqlite://data/flowgate.db")]
    pub database: DatabaseUrl,
}

/// List all keys and apps, without what is secret of them
#[derive(Clone, Debug, Args)]
pub struct ListKeys {
    /// Which database: sqlite://PATH or postgres://USER:PASSWORD@HOST/DATABASE; DATABASE_URL works too
    #[arg(long, env = "FLOWGATE_DATABASE", value_name = "URL", default_value = "sqlite://data/flowgate.db")]
    pub database: DatabaseUrl,
}

/// Revoke a key or an app: once this is done, no gateway takes it
#[derive(Clone, Debug, Args)]
pub struct RevokeKey {
    /// The key, or so much of its beginning that no other is meant
    #[arg(value_name = "KEY")]
    pub key: String,

    /// Which database: sqlite://PATH or postgres://USER:PASSWORD@HOST/DATABASE; DATABASE_URL works too
    #[arg(long, env = "FLOWGATE_DATABASE", value_name = "URL", default_value = "sqlite://data/flowgate.db")]
    pub database: DatabaseUrl,
}

/// Make a key in the place of another, which ends
#[derive(Clone, Debug, Args)]
pub struct RotateKey {
    /// The key, or so much of its beginning that no other is meant
    #[arg(value_name = "KEY")]
    pub key: String,

    /// How long the old key goes on, 30 days at most: 24h; not at all if nothing is said
    #[arg(long, env = "FLOWGATE_OVERLAP", value_name = "TIME")]
    pub overlap: Option<String>,

    /// Which database: sqlite://PATH or postgres://USER:PASSWORD@HOST/DATABASE; DATABASE_URL works too
    #[arg(long, env = "FLOWGATE_DATABASE", value_name = "URL", default_value = "sqlite://data/flowgate.db")]
    pub database: DatabaseUrl,
}

/// What a key of an account can be for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum KeyScope {
    /// Posting messages of users, and asking for webchat tokens
    Messages,
    /// Reading about users, conversations and usage
    Read,
    /// All else that writes: starts, changes, erasure
    Send,
}
