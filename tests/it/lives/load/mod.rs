//! Load from outside: users who talk to processes that die, and a judge who knows only what they, the backend and the
//! transcripts have written down.

pub(crate) mod bot;
mod chance;
mod judge;
mod site;
mod stream;
pub(crate) mod user;

pub(crate) use bot::LEASE;
pub(crate) use chance::Chance;
pub(crate) use site::Site;
pub(crate) use user::{Journal, User};
