//! Groups on SQLite: prepared single-row statements in one `BEGIN IMMEDIATE`, in one hop to a blocking thread.
//! No statement here binds a `LIMIT`: SQLite prepares a statement again whenever the value of its limit is bound.

use std::sync::Arc;

use diesel::{
    ExpressionMethods, QueryDsl, QueryResult, RunQueryDsl, SqliteConnection, SqliteExpressionMethods, result::Error as DieselError,
};

use super::{
    super::{
        StoreError,
        database::{ANSWER_MAX, LitePools, soon},
        schema::{
            conversations as conv,
            messages::{self, external_id, id, position, waiting},
            turns,
        },
    },
    Committed, Turn,
    checkpoint::Checkpoints,
    committer::{GroupError, Groups},
    rows::{self, Claimed, Usage},
    update::{UpdateConversation, UpdateIndexed},
};
use crate::crash::{self, Point};

/// Writes groups through the one connection that writes.
pub(in super::super) struct SqliteGroups {
    pools: LitePools,
    checkpoints: Checkpoints,
}

impl SqliteGroups {
    pub(in super::super) fn new(pools: LitePools) -> Self {
        Self { checkpoints: Checkpoints::new(pools.readers.clone(), pools.writer.clone()), pools }
    }
}

impl Groups for SqliteGroups {
    async fn write(&mut self, turns: Vec<Arc<Turn>>) -> Result<Vec<Committed>, GroupError> {
        self.checkpoints.count(&turns);
        let writer = self.pools.writer().map_err(GroupError::All)?;
        let mut connection = soon(writer.get(), ANSWER_MAX).await.map_err(GroupError::All)?;
        let opened = Arc::clone(&self.pools.opened);
        let written = connection.spawn_blocking(move |c| {
            let outcomes = c.immediate_transaction(|c| write_turns(c, &turns))?;
            Ok((outcomes, opened.look()))
        });
        let (outcomes, there) = written.await.map_err(classify)?;
        there.map_err(|error| GroupError::All(StoreError::Uncertain(error.to_string())))?; // what nobody finds again is not acknowledged
        Ok(outcomes)
    }
}

fn classify(error: DieselError) -> GroupError {
    let about_turns = matches!(&error, DieselError::DatabaseError(_, info) if !is_about_the_file(info.message()));
    let error = StoreError::from(error);
    if about_turns || matches!(error, StoreError::Refused(_)) { GroupError::Culprit(error) } else { GroupError::All(error) }
}

/// What SQLite says when it is busy, full, read-only, out of memory or damaged; Diesel keeps no code of it.
fn is_about_the_file(message: &str) -> bool {
    ["locked", "disk", "readonly", "unable to open", "not a database", "out of memory"].iter().any(|words| message.contains(words))
}

fn write_turns(c: &mut SqliteConnection, turns: &[Arc<Turn>]) -> QueryResult<Vec<Committed>> {
    let mut usage = Usage::default();
    let outcomes = turns.iter().map(|turn| write_turn(c, turn, &mut usage)).collect::<QueryResult<Vec<_>>>()?;
    usage.write(c)?;
    Ok(outcomes)
}

fn write_turn(c: &mut SqliteConnection, turn: &Turn, usage: &mut Usage) -> QueryResult<Committed> {
    let Some(claimed) = claim(c, turn)? else {
        return Ok(if is_duplicate(c, turn)? { Committed::Duplicate } else { Committed::Lost });
    };
    take(c, turn)?;
    rows::write(c, turn, claimed, usage)?;
    log(c, turn)?;
    crash::at(Point::Writing);
    Ok(Committed::Won { version: turn.version() })
}

fn claim(c: &mut SqliteConnection, turn: &Turn) -> QueryResult<Option<Claimed>> {
    let Some(expected) = turn.commit.expected else {
        let created = create_conversation(c, turn)? == 1;
        return Ok(created.then_some(Claimed { current: true, last_day: None }));
    };
    if UpdateConversation::new(turn, expected).execute(c)? == 0 {
        return Ok(None);
    }
    let (claimed, same_session) = found(c, turn)?;
    let day = (claimed.current && turn.commit.counted > 0).then_some(turn.day).or(claimed.last_day);
    if !same_session || day != claimed.last_day {
        UpdateIndexed::new(turn, day).execute(c)?;
    }
    Ok(Some(claimed))
}

/// What the claim found, and whether the session runs on the same version. `RETURNING` would tell it too, and make a table for that.
fn found(c: &mut SqliteConnection, turn: &Turn) -> QueryResult<(Claimed, bool)> {
    let session = conv::session_version.is(turn.commit.session_version.as_deref());
    let row = conversation(turn).select((conv::indexed_to.eq(conv::version), conv::last_day, session));
    let (current, last_day, same_session) = row.get_result(c)?;
    Ok((Claimed { current, last_day }, same_session))
}

#[diesel::dsl::auto_type(no_type_alias)]
fn conversation<'a>(turn: &'a Turn) -> _ {
    let bot: &'a str = turn.commit.key.bot.as_str();
    let channel: &'static str = turn.commit.key.channel.as_str();
    let user: &'a str = turn.commit.key.user.as_str();
    conv::table.filter(conv::bot.eq(bot)).filter(conv::channel.eq(channel)).filter(conv::user.eq(user))
}

#[diesel::dsl::auto_type(no_type_alias)]
fn of_conversation<'a>(turn: &'a Turn) -> _ {
    let bot: &'a str = turn.commit.key.bot.as_str();
    let channel: &'static str = turn.commit.key.channel.as_str();
    let user: &'a str = turn.commit.key.user.as_str();
    messages::table.filter(messages::bot.eq(bot)).filter(messages::channel.eq(channel)).filter(messages::user.eq(user))
}

fn is_duplicate(c: &mut SqliteConnection, turn: &Turn) -> QueryResult<bool> {
    let Some(external) = turn.external_id() else { return Ok(false) };
    let known = of_conversation(turn).filter(external_id.eq(external));
    Ok(!known.select(position).load::<i64>(c)?.is_empty())
}

/// What waits longest has to be what the turn takes: nothing, for a turn that begins a run with an event of its own.
fn may_take(c: &mut SqliteConnection, turn: &Turn) -> QueryResult<bool> {
    if !turn.minds_inbox() {
        return Ok(true);
    }
    let all = of_conversation(turn).filter(waiting).order(position).select(id).load::<String>(c)?;
    Ok(all.first().map(String::as_str) == turn.commit.takes.as_deref())
}

/// The first turn of a user: nobody else writes meanwhile, so looking first decides.
fn create_conversation(c: &mut SqliteConnection, turn: &Turn) -> QueryResult<usize> {
    if is_duplicate(c, turn)? || !may_take(c, turn)? {
        return Ok(0);
    }
    let commit = &turn.commit;
    let row = (
        conv::bot.eq(commit.key.bot.as_str()),
        conv::channel.eq(commit.key.channel.as_str()),
        conv::user.eq(commit.key.user.as_str()),
        conv::uid.eq(commit.uid),
        conv::version.eq(turn.version()),
        conv::state.eq(&commit.state),
        conv::wake_at.eq(commit.wake_at.map(|at| at.0)),
        conv::lease_until.eq(commit.lease_until.map(|at| at.0)),
        conv::session_version.eq(commit.session_version.as_deref()),
        conv::run_id.eq(commit.run_id.as_str()),
        conv::created_at.eq(commit.now.0),
        conv::last_interaction.eq(commit.now.0),
        conv::last_input_at.eq(commit.last_input_at.map(|at| at.0)),
        conv::waits_at.eq(commit.waits_at),
        conv::generation.eq(commit.generation),
        conv::last_day.eq((commit.counted > 0).then_some(turn.day)),
        conv::indexed.eq(commit.index.version),
        conv::indexed_to.eq(turn.version()),
    );
    diesel::insert_into(conv::table).values(row).on_conflict((conv::bot, conv::channel, conv::user)).do_nothing().execute(c)
}

fn take(c: &mut SqliteConnection, turn: &Turn) -> QueryResult<()> {
    let Some(taken) = &turn.commit.takes else { return Ok(()) };
    let changes = (waiting.eq(false), messages::run_id.eq(turn.commit.run_id.as_str()));
    let row = of_conversation(turn).filter(waiting).filter(id.eq(taken.as_str()));
    diesel::update(row).set(changes).execute(c).map(drop)
}

fn log(c: &mut SqliteConnection, turn: &Turn) -> QueryResult<()> {
    let (commit, Some(log)) = (&turn.commit, &turn.commit.log) else { return Ok(()) };
    let row = (
        turns::bot.eq(commit.key.bot.as_str()),
        turns::channel.eq(commit.key.channel.as_str()),
        turns::user.eq(commit.key.user.as_str()),
        turns::turn.eq(turn.version()),
        turns::run_id.eq(commit.run_id.as_str()),
        turns::at.eq(commit.now.0),
        turns::version.eq(log.version.as_str()),
        turns::event.eq(&log.event),
        turns::effects_hash.eq(&log.effects_hash),
        turns::start_state.eq(turn.start_state.as_deref()),
    );
    diesel::insert_into(turns::table).values(row).execute(c).map(drop)
}
