//! Tags that a user is found by.

use diesel::{ExpressionMethods, QueryDsl, QueryResult, RunQueryDsl, SqliteConnection};
use postgres_types::ToSql;

use super::super::{super::schema::tags as rows, Turn};

/// A tag that came or went, in the order of the type `new_tag`.
#[derive(Debug, ToSql)]
#[postgres(name = "new_tag")]
pub(super) struct Composite<'a> {
    number: i64,
    bot: &'a str,
    channel: &'a str,
    user: &'a str,
    tag: &'a str,
    uid: i64,
    gone: bool,
}

pub(super) fn composites(number: i64, turn: &Turn) -> impl Iterator<Item = Composite<'_>> {
    let (key, uid) = (&turn.commit.key, turn.commit.uid);
    turn.commit.index.tags.iter().map(move |(tag, has)| Composite {
        number,
        bot: &key.bot,
        channel: key.channel.as_str(),
        user: &key.user,
        tag,
        uid,
        gone: !has,
    })
}

pub(super) fn write(c: &mut SqliteConnection, turn: &Turn) -> QueryResult<()> {
    let key = &turn.commit.key;
    let (bot, channel, user) = (key.bot.as_str(), key.channel.as_str(), key.user.as_str());
    for (tag, has) in &turn.commit.index.tags {
        if *has {
            let of = (rows::bot.eq(bot), rows::channel.eq(channel), rows::user.eq(user));
            let row = (of, rows::tag.eq(tag), rows::uid.eq(turn.commit.uid));
            diesel::insert_into(rows::table).values(row).on_conflict_do_nothing().execute(c)?;
        } else {
            diesel::delete(rows::table.find((bot, channel, user, tag))).execute(c)?;
        }
    }
    Ok(())
}
