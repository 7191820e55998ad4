//! `flowgate migrate`.

use clap::Args;

use super::DatabaseUrl;

const AFTER: &str = "\
Examples:
  flowgate migrate                                      the file data/flowgate.db
  DATABASE_URL=postgres://bots@db/bots flowgate migrate";

/// Bring the tables of a database up to date (`serve` does it at start, unless told not to)
#[derive(Clone, Debug, Args)]
#[command(after_help = AFTER)]
pub struct Migrate {
    /// Which database: sqlite://PATH or postgres://USER:PASSWORD@HOST/DATABASE; DATABASE_URL works too
    #[arg(long, env = "FLOWGATE_DATABASE", value_name = "URL", default_value = "sqlite://data/flowgate.db")]
    pub database: DatabaseUrl,
}
