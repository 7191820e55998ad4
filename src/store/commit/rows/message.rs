//! Messages: the event, then what is said.

use diesel::{QueryResult, RunQueryDsl, SqliteConnection};
use postgres_types::ToSql;

use super::super::{
    super::{message::InsertMessage, schema::messages},
    Turn,
};

/// A message of a turn, in the order of the type `new_message`; `number` is that of the turn, from 1.
#[derive(Debug, ToSql)]
#[postgres(name = "new_message")]
pub(super) struct Composite<'a> {
    number: i64,
    id: &'a str,
    bot: &'a str,
    channel: &'a str,
    user: &'a str,
    position: i64,
    direction: &'a str,
    kind: &'a str,
    body: &'a str,
    items: Option<&'a str>,
    external_id: Option<&'a str>,
    body_hash: Option<&'a str>,
    run_id: Option<&'a str>,
    created_at: i64,
}

pub(super) fn composites(number: i64, turn: &Turn) -> impl Iterator<Item = Composite<'_>> {
    let key = &turn.commit.key;
    turn.placed().map(move |(position, message)| Composite {
        number,
        id: &message.id,
        bot: &key.bot,
        channel: key.channel.as_str(),
        user: &key.user,
        position,
        direction: message.direction.as_str(),
        kind: &message.kind,
        body: &message.body,
        items: message.items.as_deref(),
        external_id: message.external_id.as_deref(),
        body_hash: message.body_hash.as_deref(),
        run_id: message.run_id.as_deref(),
        created_at: message.created_at.0,
    })
}

pub(super) fn write(c: &mut SqliteConnection, turn: &Turn) -> QueryResult<()> {
    for (at, message) in turn.placed() {
        diesel::insert_into(messages::table).values(InsertMessage::new(&turn.commit.key, at, message)).execute(c)?;
    }
    Ok(())
}
