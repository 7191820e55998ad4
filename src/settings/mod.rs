//! How this process runs, read once from arguments and environment. Knows no bots.
//!
//! One struct per command, in a file of its own; `docs/cli.md` and `--help` list what stands there. Every option has a
//! variable `FLOWGATE_<OPTION>`; what the command line says wins. An empty variable counts as one that is not set.
//! Values of variables are never shown in help texts: they may hold passwords.

mod chat;
mod check;
mod database;
mod keys;
mod migrate;
mod network;
mod schema;
mod serve;
mod test;
mod tokens;
mod users;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

pub use self::{
    chat::Chat,
    check::{Check, CheckFormat, Deny},
    database::{DatabaseUrl, SqliteSync},
    keys::{CreateKey, KeyScope, Keys, KeysAction, ListKeys, RevokeKey, RotateKey},
    migrate::Migrate,
    schema::{Schema, SchemaKind},
    serve::{Egress, ForwardedHeader, LogFormat, Serve, Watch},
    test::{Test, TestFormat},
    tokens::{Tokens, TokensAction},
    users::{Users, UsersAction},
};

const ABOUT: &str = "Conversational bots as code: checks, tests and runs bots written as YAML";

const AFTER: &str = "\
Exit codes: 0 all is well, 1 the bots have errors or tests fail, 2 wrong use or a problem of this machine.
Every option can also be given as the variable FLOWGATE_<OPTION>. `flowgate help COMMAND` tells more.";

/// What to do, and how.
#[derive(Clone, Debug, Parser)]
#[command(name = "flowgate", version, about = ABOUT, after_help = AFTER, max_term_width = 110)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

/// One command of the program and its settings.
#[derive(Clone, Debug, Subcommand)]
#[expect(missing_docs, reason = "each variant is documented by its settings, whose sentence is also its help text")]
pub enum Command {
    Chat(Chat),
    Check(Check),
    Test(Test),
    Schema(Schema),
    Serve(Serve),
    Migrate(Migrate),
    Tokens(Tokens),
    Keys(Keys),
    Users(Users),
}

/// Reads arguments and environment.
///
/// # Errors
/// Wrong use, and also `--help` and `--version`: [`clap::Error::exit`] prints each where it belongs and ends the process.
pub fn read() -> Result<Command, clap::Error> {
    let matches = with_environment(Arguments::command()).try_get_matches()?;
    Arguments::from_arg_matches(&matches).map(|arguments| arguments.command)
}

/// The options of all commands, with variables as [`self`] says.
fn with_environment(command: clap::Command) -> clap::Command {
    command.mut_subcommands(|command| {
        let command = command.mut_args(|argument| database::or_database_url(without_empty_variable(argument)).hide_env_values(true));
        with_environment(command)
    })
}

fn without_empty_variable(argument: clap::Arg) -> clap::Arg {
    let is_empty = argument.get_env().and_then(std::env::var_os).is_some_and(|value| value.is_empty());
    if is_empty { argument.env(None::<&str>) } else { argument }
}
