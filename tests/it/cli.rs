//! The commands, by the real binary: exact texts, exit codes, variables.

mod check;
mod docs;
mod keys;
mod migrate;
mod schema;
mod test;
mod tokens;
mod usage;
mod users;

use crate::support::command::{Folder, Ran};

const BOT: &str = "version: 1\nbot: echo\nstart: welcome\n";
const WELCOME: &str = "version: 1\nsequence: welcome\nblocks:\n  - text: \"Hello!\"\n";
const GREETING: &str = "version: 1\ntest: greeting\nsteps:\n  - user: \"hi\"\n  - bot: {text: \"Hello!\"}\n";

/// One small bot, with a test, that has no fault.
fn fine() -> Folder {
    Folder::with(&[("bots/echo/bot.yaml", BOT), ("bots/echo/sequences/welcome.yaml", WELCOME), ("bots/echo/tests/greeting.yaml", GREETING)])
}
