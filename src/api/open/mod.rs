//! The Bot Open API: an app logs in, then reads the usage, the users and the transcripts of its bot.

mod app;
mod failures;
mod line;
pub(super) mod login;
mod paging;
mod read;
mod token;
pub(super) mod transcripts;
pub(super) mod usage;
pub(super) mod users;

pub(super) use app::App;
pub(super) use failures::Failures;
