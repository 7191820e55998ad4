//! What a turn writes, kind by kind, on both backends: on PostgreSQL a kind is an array of a type of its own and a part of the one
//! statement (`*.sql`), on SQLite a function. A new kind is a file here, its part of [`STATEMENTS`], its array in [`Arrays`], and its
//! line in [`write`].

mod attribute;
mod message;
mod tag;
mod turn;
mod usage;

use std::sync::Arc;

use diesel::{QueryResult, SqliteConnection};
use postgres_types::ToSql;

use super::Turn;
pub(super) use usage::Usage;

/// Claims for a group of turns and writes all rows of those that won, in one round trip: the first for the groups that write no
/// more than turns, messages and usage, the second for any. Each part costs the server its preparation, whether it finds a row
/// or not: with one statement for all, W1 is 6 % slower.
pub(super) const STATEMENTS: [&str; 2] = [
    concat!(
        include_str!("claim.sql"),
        include_str!("log.sql"),
        include_str!("message.sql"),
        include_str!("usage.sql"),
        include_str!("outcome.sql"),
    ),
    concat!(
        include_str!("claim.sql"),
        include_str!("taken.sql"),
        include_str!("log.sql"),
        include_str!("message.sql"),
        include_str!("usage.sql"),
        include_str!("attribute.sql"),
        include_str!("tag.sql"),
        include_str!("outcome.sql"),
        include_str!("untaken.sql"),
    ),
];

/// The parameters of a statement, in their order.
pub(super) struct Arrays<'a> {
    turns: Vec<turn::Composite<'a>>,
    messages: Vec<message::Composite<'a>>,
    attributes: Vec<attribute::Composite<'a>>,
    tags: Vec<tag::Composite<'a>>,
    /// Whether a turn takes a message from the inbox.
    takes: bool,
}

impl<'a> Arrays<'a> {
    pub(super) fn of(turns: &'a [Arc<Turn>]) -> Self {
        let numbered = || (1_i64..).zip(turns.iter().map(Arc::as_ref));
        Self {
            turns: turns.iter().map(|turn| turn::composite(turn)).collect(),
            messages: numbered().flat_map(|(number, turn)| message::composites(number, turn)).collect(),
            attributes: numbered().flat_map(|(number, turn)| attribute::composites(number, turn)).collect(),
            tags: numbered().flat_map(|(number, turn)| tag::composites(number, turn)).collect(),
            takes: turns.iter().any(|turn| turn.commit.takes.is_some()),
        }
    }

    /// The place of their statement in [`STATEMENTS`], and its parameters.
    pub(super) fn query(&self) -> (usize, Vec<&(dyn ToSql + Sync)>) {
        if self.takes || !self.attributes.is_empty() || !self.tags.is_empty() {
            (1, vec![&self.turns, &self.messages, &self.attributes, &self.tags])
        } else {
            (0, vec![&self.turns, &self.messages])
        }
    }
}

/// What a claim found in the row of its conversation.
#[derive(Clone, Copy, Debug)]
pub(super) struct Claimed {
    /// The rows beside the conversation were those of its last turn, by the index that the bot has now. Else the walker writes
    /// them later, with what this turn changes.
    pub(super) current: bool,
    /// The day of its last message.
    pub(super) last_day: Option<i32>,
}

/// Writes the rows of a turn that has won on SQLite, one by one.
pub(super) fn write(c: &mut SqliteConnection, turn: &Turn, claimed: Claimed, usage: &mut Usage) -> QueryResult<()> {
    message::write(c, turn)?;
    if claimed.current {
        attribute::write(c, turn)?;
        tag::write(c, turn)?;
        usage.count(turn, claimed.last_day);
    }
    Ok(())
}
