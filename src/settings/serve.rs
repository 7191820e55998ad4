//! `flowgate serve`.

use std::{net::SocketAddr, path::PathBuf};

use clap::{Args, ValueEnum, builder::BoolishValueParser};
use ipnet::IpNet;
use url::Url;

use super::{DatabaseUrl, SqliteSync, network};

const AFTER: &str = "\
Examples:
  flowgate serve                                        the bots of ./bots on http://127.0.0.1:8080
  flowgate serve --offline                              APIs answer with their samples
  flowgate serve --listen 0.0.0.0:80 --public-url https://bots.example --trusted-proxy 10.0.0.0/8
  FLOWGATE_DATABASE=postgres://bots@db/bots flowgate serve --log json";

/// Run the bots of a folder, and take over every change of it
#[derive(Clone, Debug, Args)]
#[command(after_help = AFTER)]
pub struct Serve {
    /// The folder with the bots
    #[arg(long, env = "FLOWGATE_BOTS", value_name = "DIR", default_value = "bots", help_heading = "Bots")]
    pub bots: PathBuf,

    /// How changes of the folder are seen
    #[arg(long, env = "FLOWGATE_WATCH", value_enum, default_value_t, help_heading = "Bots")]
    pub watch: Watch,

    /// Call no API: each answers with its sample, and no secret is needed
    #[arg(long, env = "FLOWGATE_OFFLINE", value_parser = BoolishValueParser::new(), help_heading = "Bots")]
    pub offline: bool,

    /// Where ${file:name} finds its secrets
    #[arg(long, env = "FLOWGATE_SECRETS_DIR", value_name = "DIR", default_value = "/run/secrets", help_heading = "Bots")]
    pub secrets_dir: PathBuf,

    /// The address to listen on
    #[arg(
        long, env = "FLOWGATE_LISTEN", value_name = "ADDR", default_value = "127.0.0.1:8080", value_parser = network::listen,
        help_heading = "Network"
    )]
    pub listen: SocketAddr,

    /// Where the world finds the gateway, if not at the address it listens on
    #[arg(long, env = "FLOWGATE_PUBLIC_URL", value_name = "URL", value_parser = network::public_url, help_heading = "Network")]
    pub public_url: Option<Url>,

    /// A proxy whose Forwarded and X-Forwarded-For headers are believed; several with commas or by repeating it
    #[arg(
        long, env = "FLOWGATE_TRUSTED_PROXY", value_name = "CIDR", value_delimiter = ',', value_parser = network::network,
        help_heading = "Network"
    )]
    pub trusted_proxy: Vec<IpNet>,

    /// Where API calls may go
    #[arg(long, env = "FLOWGATE_EGRESS", value_enum, default_value_t, help_heading = "Network")]
    pub egress: Egress,

    /// Where conversations are kept: sqlite://PATH or postgres://USER:PASSWORD@HOST/DATABASE; DATABASE_URL works too
    #[arg(long, env = "FLOWGATE_DATABASE", value_name = "URL", default_value = "sqlite://data/flowgate.db", help_heading = "Database")]
    pub database: DatabaseUrl,

    /// Do not bring the tables up to date at start, but refuse to start with old ones
    #[arg(long, env = "FLOWGATE_NO_MIGRATE", value_parser = BoolishValueParser::new(), help_heading = "Database")]
    pub no_migrate: bool,

    /// What a commit on SQLite survives
    #[arg(long, env = "FLOWGATE_SQLITE_SYNC", value_enum, default_value_t, help_heading = "Database")]
    pub sqlite_sync: SqliteSync,

    /// The form of the log, which goes to stderr
    #[arg(long, env = "FLOWGATE_LOG", value_enum, default_value_t, help_heading = "Log")]
    pub log: LogFormat,
}

/// How changes of a folder are seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Watch {
    /// The system tells; where it cannot, the folder is looked at
    #[default]
    Auto,
    /// The folder is looked at every second: for network drives and some containers
    Poll,
    /// Only at start and when asked to reload
    Off,
}

/// Where API calls may go. Link-local and metadata addresses are never called.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Egress {
    /// Anywhere, this machine and private networks included
    #[default]
    Any,
    /// To public addresses only
    Public,
}

/// The form of the log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people
    #[default]
    Text,
    /// One JSON object a line
    Json,
}
