//! The commands, by the real binary: exact texts, exit codes, variables.

mod migrate;
mod schema;
mod usage;

use crate::support::command::{Folder, Ran};
