//! One door per layer for the tests.

pub(crate) mod command;
pub(crate) mod database;
pub(crate) mod play;
pub(crate) mod server;
