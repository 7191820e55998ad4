//! The Bot Open API: an app logs in, then reads the usage, the users and the transcripts of its bot.

mod app;
mod failures;
pub(super) mod login;
mod read;
mod token;
pub(super) mod usage;

pub(super) use app::App;
pub(super) use failures::Failures;
