//! One file per command; wiring. No logic that another command needs.
//!
//! Results go to stdout and everything else to stderr, with colours only where a terminal shows them ([`output`]).

mod accounts;
mod bots;
mod chat;
mod check;
mod keys;
mod logging;
mod migrate;
mod output;
mod schema;
mod serve;
mod start;
mod test;
mod tokens;
mod trace;
mod trouble;
mod users;

use std::process::ExitCode;

use crate::settings::Command;
use trouble::Trouble;

/// How a command ended that could do its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    /// All is well.
    Fine,
    /// What was looked at has faults: a bot has errors, a test fails.
    Faulty,
}

/// Runs a command: 0 all is well, 1 the bots have faults, 2 the command could not do its work.
#[must_use]
pub fn run(command: Command) -> ExitCode {
    let outcome = match command {
        Command::Chat(settings) => chat::run(&settings),
        Command::Check(settings) => check::run(&settings),
        Command::Test(settings) => test::run(&settings),
        Command::Schema(settings) => schema::run(&settings),
        Command::Serve(settings) => serve::run(&settings),
        Command::Migrate(settings) => migrate::run(&settings),
        Command::Tokens(settings) => tokens::run(&settings),
        Command::Keys(settings) => keys::run(&settings),
        Command::Users(settings) => users::run(&settings),
    };
    match outcome {
        Ok(Outcome::Fine) => ExitCode::SUCCESS,
        Ok(Outcome::Faulty) => ExitCode::from(1),
        Err(trouble) => {
            output::complain(&trouble);
            ExitCode::from(2)
        }
    }
}

/// Runs what waits for others, on a runtime with a thread per core.
fn wait_for<T>(work: impl Future<Output = T>) -> Result<T, Trouble> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    Ok(runtime.map_err(|error| Trouble::new(format!("cannot start threads: {error}")))?.block_on(work))
}
