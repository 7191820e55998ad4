//! Attributes that a user is found by. One that is gone keeps its row without a value: it is likely to come back.

use diesel::{ExpressionMethods, QueryResult, RunQueryDsl, SqliteConnection, upsert::excluded};
use postgres_types::ToSql;

use super::super::{super::schema::attributes as rows, Turn};

/// A changed attribute, in the order of the type `new_attribute`.
#[derive(Debug, ToSql)]
#[postgres(name = "new_attribute")]
pub(super) struct Composite<'a> {
    number: i64,
    bot: &'a str,
    channel: &'a str,
    user: &'a str,
    name: &'a str,
    value: Option<&'a str>,
    uid: i64,
}

pub(super) fn composites(number: i64, turn: &Turn) -> impl Iterator<Item = Composite<'_>> {
    let (key, uid) = (&turn.commit.key, turn.commit.uid);
    turn.commit.index.attributes.iter().map(move |(name, value)| Composite {
        number,
        bot: &key.bot,
        channel: key.channel.as_str(),
        user: &key.user,
        name,
        value: value.as_deref(),
        uid,
    })
}

pub(super) fn write(c: &mut SqliteConnection, turn: &Turn) -> QueryResult<()> {
    let key = &turn.commit.key;
    for (name, value) in &turn.commit.index.attributes {
        let of = (rows::bot.eq(key.bot.as_str()), rows::channel.eq(key.channel.as_str()), rows::user.eq(key.user.as_str()));
        let row = (of, rows::name.eq(name), rows::value.eq(value.as_deref()), rows::uid.eq(turn.commit.uid));
        let insert = diesel::insert_into(rows::table).values(row).on_conflict((rows::user, rows::bot, rows::channel, rows::name));
        insert.do_update().set(rows::value.eq(excluded(rows::value))).execute(c)?;
    }
    Ok(())
}
