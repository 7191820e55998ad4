//! Turns: what a claim is about, the conversation as it is afterwards, and the line of the log.

use postgres_types::ToSql;

use super::super::Turn;

/// A turn, in the order of the type `new_turn_2`.
#[derive(Debug, ToSql)]
#[postgres(name = "new_turn_2")]
pub(super) struct Composite<'a> {
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
    last_input_at: Option<i64>,
    waits_at: Option<i64>,
    generation: Option<i64>,
    indexed: i32,
    counted: i64,
    day: i32,
    month: i32,
}

pub(super) fn composite(turn: &Turn) -> Composite<'_> {
    let (commit, log) = (&turn.commit, turn.commit.log.as_ref());
    Composite {
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
        last_input_at: commit.last_input_at.map(|at| at.0),
        waits_at: commit.waits_at,
        generation: commit.generation,
        indexed: commit.index.version,
        counted: commit.counted,
        day: turn.day,
        month: turn.month,
    }
}
