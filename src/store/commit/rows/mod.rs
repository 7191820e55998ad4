//! What a turn writes, kind by kind, on both backends: on PostgreSQL a kind is an array of a type of its own and a part of the one
//! statement (`*.sql`), on SQLite a function. A new kind is a file here, its part of [`STATEMENT`], its array in [`Arrays`], and its
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

/// Claims for a group of turns and writes all rows of those that won, in one round trip.
pub(super) const STATEMENT: &str = concat!(
    include_str!("claim.sql"),
    include_str!("message.sql"),
    include_str!("attribute.sql"),
    include_str!("tag.sql"),
    include_str!("usage.sql"),
    include_str!("outcome.sql"),
);

/// The parameters of the statement, in their order.
pub(super) struct Arrays<'a> {
    turns: Vec<turn::Composite<'a>>,
    messages: Vec<message::Composite<'a>>,
    attributes: Vec<attribute::Composite<'a>>,
    tags: Vec<tag::Composite<'a>>,
}

impl<'a> Arrays<'a> {
    pub(super) fn of(turns: &'a [Arc<Turn>]) -> Self {
        let numbered = || (1_i64..).zip(turns.iter().map(Arc::as_ref));
        Self {
            turns: turns.iter().map(|turn| turn::composite(turn)).collect(),
            messages: numbered().flat_map(|(number, turn)| message::composites(number, turn)).collect(),
            attributes: numbered().flat_map(|(number, turn)| attribute::composites(number, turn)).collect(),
            tags: numbered().flat_map(|(number, turn)| tag::composites(number, turn)).collect(),
        }
    }

    pub(super) fn parameters(&self) -> [&(dyn ToSql + Sync); 4] {
        [&self.turns, &self.messages, &self.attributes, &self.tags]
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
