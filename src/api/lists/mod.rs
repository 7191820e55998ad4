//! What keys read in pages: users, messages, usage. Each answer says where the next page begins.

mod messages;
mod usage;
mod users;

pub(super) use messages::list_messages;
pub(super) use usage::show_usage;
pub(super) use users::list_users;

use super::problem::Problem;

/// Entries of a page if nothing is said, and at most.
const LIMIT: i64 = 50;
const LIMIT_MAX: i64 = 500;

/// How many entries a page has.
fn limit(asked: Option<i64>) -> Result<i64, Problem> {
    let limit = asked.unwrap_or(LIMIT);
    if (1..=LIMIT_MAX).contains(&limit) { Ok(limit) } else { Err(Problem::invalid(format!("`limit` is from 1 to {LIMIT_MAX}"))) }
}

/// A channel by its name.
fn channel(name: Option<&str>) -> Result<Option<crate::id::Channel>, Problem> {
    name.map(str::parse).transpose().map_err(|unknown: crate::id::UnknownChannel| Problem::invalid(unknown.to_string()))
}
