//! The doors through which tests enter a layer.

pub(crate) mod app;
pub(crate) mod beside;
mod cluster;
pub(crate) mod command;
pub(crate) mod database;
pub(crate) mod got;
pub(crate) mod http;
pub(crate) mod long;
pub(crate) mod own_server;
pub(crate) mod patience;
pub(crate) mod play;
pub(crate) mod port;
pub(crate) mod processor;
pub(crate) mod server;
pub(crate) mod walk;

use std::{env, fs, path::Path};

/// Compares a text with a file; with `UPDATE_EXPECT=1` writes the file instead. None if they are equal.
pub(crate) fn expect(path: &Path, actual: &str) -> Option<String> {
    if env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(path, actual).unwrap();
    }
    let expected = fs::read_to_string(path).unwrap_or_default();
    (expected != actual).then(|| format!("{} is not what is expected (UPDATE_EXPECT=1 writes it):\n{actual}", path.display()))
}
