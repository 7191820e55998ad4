//! One door per layer for the tests.

pub(crate) mod database;
pub(crate) mod server;
