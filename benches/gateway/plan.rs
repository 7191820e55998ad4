//! How much is measured: everything for `cargo bench`, next to nothing for `cargo test`, which only sees that it works.

use std::time::Duration;

use clap::Parser;

/// What is asked for on the command line.
#[derive(Parser)]
pub(crate) struct Arguments {
    /// Given by `cargo bench`.
    #[arg(long)]
    pub(crate) bench: bool,
    /// How often each figure is measured; the median counts.
    #[arg(long, default_value_t = 5)]
    pub(crate) rounds: usize,
    /// Seconds of each measurement.
    #[arg(long, default_value_t = 2.0)]
    pub(crate) seconds: f64,
    /// Only these connections.
    #[arg(long, value_delimiter = ',', default_values_t = [1, 16, 64])]
    pub(crate) connections: Vec<usize>,
    /// Only the databases whose names hold this.
    #[arg(long, default_value = "")]
    pub(crate) database: String,
    /// Also measures as the data grows: 1,000, 100,000 and 1,000,000 conversations.
    #[arg(long)]
    pub(crate) growth: bool,
    /// Only the growth.
    #[arg(long)]
    pub(crate) only_growth: bool,
    /// Writes the tables to this file as well.
    #[arg(long)]
    pub(crate) out: Option<std::path::PathBuf>,
    /// This process is a floor: its name, its database, its users.
    #[arg(long, num_args = 3)]
    pub(crate) floor: Option<Vec<String>>,
    /// Names of benches, which `cargo bench` passes on.
    #[arg(hide = true)]
    filters: Vec<String>,
}

/// What is measured.
pub(crate) struct Plan {
    pub(crate) rounds: usize,
    pub(crate) connections: Vec<usize>,
    pub(crate) warm_up: Duration,
    pub(crate) measured: Duration,
    pub(crate) users: usize,
    pub(crate) conversations: &'static [usize],
}

impl Plan {
    pub(crate) fn of(arguments: &Arguments) -> Self {
        if !arguments.bench {
            return Self {
                rounds: 1,
                connections: vec![4],
                warm_up: Duration::from_millis(100),
                measured: Duration::from_millis(300),
                users: 130,
                conversations: &[100],
            };
        }
        let measured = Duration::from_secs_f64(arguments.seconds);
        Self {
            rounds: arguments.rounds,
            connections: arguments.connections.clone(),
            warm_up: measured / 3,
            measured,
            users: 1_000,
            conversations: &[1_000, 100_000, 1_000_000],
        }
    }
}
