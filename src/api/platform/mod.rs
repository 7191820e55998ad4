//! What clients of the platform API ask for: users found by an attribute, what was said with one, and flows that are started. In the
//! words of that API.

mod asked;
mod conversations;
mod flow;
mod line;
mod query;
mod users;

pub(super) use conversations::list_conversations;
pub(super) use flow::start_flow;
pub(super) use users::list_users_with;

use crate::time::Timestamp;

/// Rows that a page has if nothing is said, and at most.
const PAGE: i64 = 500;
const PAGE_MAX: i64 = 1_000;
/// Rows before a page.
const DEPTH_MAX: i64 = 10_000;

/// `2023/04/04 10:54:00.000+0000`.
fn moment(at: Timestamp) -> String {
    at.jiff().strftime("%Y/%m/%d %H:%M:%S%.3f+0000").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_as_clients_read_them() {
        assert_eq!(moment(Timestamp(1_680_605_640_000)), "2023/04/04 10:54:00.000+0000");
    }
}
