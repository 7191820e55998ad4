//! A connection was lost while a group was being committed: find out what became of it before anybody is told.

use std::{sync::Arc, time::Duration};

use tokio_postgres::{Client, Error};

use super::{
    super::{
        StoreError,
        link::Session,
        postgres::{Connector, ServerError},
    },
    Committed, Turn,
    committer::GroupError,
};

/// How long a group waits for the truth before its callers are told that nobody knows.
const TIME_MAX: Duration = Duration::from_secs(2);

const PAUSE: Duration = Duration::from_millis(50);

/// Reads back what a lost session wrote. When it wrote nothing the group is to be repeated.
pub(super) async fn settle(connector: &Connector, session: &Session, turns: &[Arc<Turn>]) -> Result<Vec<Committed>, GroupError> {
    let uncertain = |reason: &str| GroupError::All(StoreError::Uncertain(reason.to_owned()));
    match tokio::time::timeout(TIME_MAX, read_back_stubbornly(connector, session, turns)).await {
        Err(_) => Err(uncertain("the database did not come back in time")),
        Ok(applied) if applied.iter().any(|applied| *applied) => Ok(outcomes(turns, &applied)),
        Ok(_) => Err(GroupError::Repeat("the connection was lost before the commit".to_owned())),
    }
}

/// The statement is whole or not at all: when one of its turns is there, the others have lost.
fn outcomes(turns: &[Arc<Turn>], applied: &[bool]) -> Vec<Committed> {
    let outcome =
        |(turn, applied): (&Arc<Turn>, &bool)| if *applied { Committed::Won { version: turn.version() } } else { Committed::Lost };
    turns.iter().zip(applied).map(outcome).collect()
}

async fn read_back_stubbornly(connector: &Connector, session: &Session, turns: &[Arc<Turn>]) -> Vec<bool> {
    loop {
        match read_back(connector, session, turns).await {
            Ok(applied) => return applied,
            Err(error) => tracing::debug!(%error, "the outcome of a group cannot be read back yet"),
        }
        tokio::time::sleep(PAUSE).await;
    }
}

async fn read_back(connector: &Connector, session: &Session, turns: &[Arc<Turn>]) -> Result<Vec<bool>, ServerError> {
    let (client, connection) = connector.connect().await?;
    let driving = tokio::spawn(connection);
    let reading = async {
        end(&client, session).await?;
        applied(&client, turns).await
    };
    let applied: Result<Vec<bool>, Error> = reading.await;
    driving.abort();
    Ok(applied?)
}

/// The lost session may still be at work, and commit after we have looked: end it, and wait until it is gone.
async fn end(client: &Client, session: &Session) -> Result<(), Error> {
    const END: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = $1 AND backend_start::text = $2";
    while !client.query(END, &[&session.pid, &session.started]).await?.is_empty() {
        tokio::time::sleep(PAUSE).await;
    }
    Ok(())
}

/// A turn is there when its conversation has its version, run and state, or, when that went on meanwhile, by the log.
/// The state, or the event, tells it from the turn of another process that took over its run.
async fn applied(client: &Client, turns: &[Arc<Turn>]) -> Result<Vec<bool>, Error> {
    const APPLIED: &str = r#"SELECT
        EXISTS (SELECT FROM conversations c WHERE c.bot = t.bot AND c.channel = t.channel AND c."user" = t."user"
            AND c.version = t.version AND c.run_id = t.run_id AND c.state = t.state)
        OR EXISTS (SELECT FROM turns l WHERE l.bot = t.bot AND l.channel = t.channel AND l."user" = t."user"
            AND l.turn = t.version AND l.run_id = t.run_id AND l.event = t.event)
        FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::text[])
            WITH ORDINALITY AS t(bot, channel, "user", version, run_id, state, event, number)
        ORDER BY t.number"#;
    let bots: Vec<&str> = turns.iter().map(|turn| &*turn.commit.key.bot).collect();
    let channels: Vec<&str> = turns.iter().map(|turn| turn.commit.key.channel.as_str()).collect();
    let users: Vec<&str> = turns.iter().map(|turn| &*turn.commit.key.user).collect();
    let versions: Vec<i64> = turns.iter().map(|turn| turn.version()).collect();
    let runs: Vec<&str> = turns.iter().map(|turn| &*turn.commit.run_id).collect();
    let states: Vec<&str> = turns.iter().map(|turn| &*turn.commit.state).collect();
    let events: Vec<Option<&str>> = turns.iter().map(|turn| turn.commit.log.as_ref().map(|log| &*log.event)).collect();
    let rows = client.query(APPLIED, &[&bots, &channels, &users, &versions, &runs, &states, &events]).await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}
