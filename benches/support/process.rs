//! The program as a process.

use std::process::{Command, Stdio};

/// The program, built as this bench is.
pub(crate) fn flowgate() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_flowgate"));
    command.env_clear().env("NO_COLOR", "1").stdin(Stdio::null());
    command
}
