//! The doors through which tests enter a layer.

pub(crate) mod app;
pub(crate) mod command;
pub(crate) mod database;
pub(crate) mod play;
pub(crate) mod server;
pub(crate) mod walk;
