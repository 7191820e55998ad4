//! A group as rows: two arrays of composites, as `claim.sql` takes them.

use std::sync::Arc;

use postgres_types::ToSql;

use super::Turn;

/// A turn, in the order of the type `new_turn`.
#[derive(Debug, ToSql)]
#[postgres(name = "new_turn")]
pub(super) struct TurnComposite<'a> {
    bot: &'a str,
    channel: &'a str,
    user: &'a str,
    expected: Option<i64>,
    uid: i64,
    state: &'a str,
    wake_at: Option<i64>,
    lease_until: Option<i64>,
    session_version: Option<&'a str>,
    run_id: &'a str,
    now: i64,
    begins_run: bool,
    external_id: Option<&'a str>,
    takes: Option<&'a str>,
    interaction: bool,
    log_version: Option<&'a str>,
    event: Option<&'a str>,
    effects_hash: Option<&'a str>,
    start_state: Option<&'a [u8]>,
}

/// A message of a turn, in the order of the type `new_message`; `number` is that of the turn, from 1.
#[derive(Debug, ToSql)]
#[postgres(name = "new_message")]
pub(super) struct MessageComposite<'a> {
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

/// The turns of a group.
pub(super) fn turns(turns: &[Arc<Turn>]) -> Vec<TurnComposite<'_>> {
    turns.iter().map(|turn| turn_row(turn)).collect()
}

/// The messages of all of them.
pub(super) fn messages(turns: &[Arc<Turn>]) -> Vec<MessageComposite<'_>> {
    (1..).zip(turns).flat_map(|(number, turn)| message_rows(number, turn)).collect()
}

fn turn_row(turn: &Turn) -> TurnComposite<'_> {
    let (commit, log) = (&turn.commit, turn.commit.log.as_ref());
    TurnComposite {
        bot: &commit.key.bot,
        channel: commit.key.channel.as_str(),
        user: &commit.key.user,
        expected: commit.expected,
        uid: commit.uid,
        state: &commit.state,
        wake_at: commit.wake_at.map(|at| at.0),
        lease_until: commit.lease_until.map(|at| at.0),
        session_version: commit.session_version.as_deref(),
        run_id: &commit.run_id,
        now: commit.now.0,
        begins_run: commit.begins_run,
        external_id: turn.external_id(),
        takes: commit.takes.as_deref(),
        interaction: turn.is_interaction(),
        log_version: log.map(|log| &*log.version),
        event: log.map(|log| &*log.event),
        effects_hash: log.map(|log| &*log.effects_hash),
        start_state: turn.start_state.as_deref(),
    }
}

fn message_rows(number: i64, turn: &Turn) -> impl Iterator<Item = MessageComposite<'_>> {
    let key = &turn.commit.key;
    turn.placed().map(move |(position, message)| MessageComposite {
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
