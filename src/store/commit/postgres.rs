//! Groups on PostgreSQL: one prepared statement (`claim.sql`) per group, on a connection of its own.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tokio_postgres::{
    Client, Row, Statement,
    error::{Severity, SqlState},
};

use super::{
    super::{
        StoreError,
        postgres::{Connector, HANDSHAKE_MAX, ServerError, with_cause},
    },
    Committed, Turn,
    committer::{GroupError, Groups},
    rows,
    settle::{Session, settle},
};
use crate::crash::{self, Point};

/// A group that takes longer is treated like one whose connection is lost.
const GROUP_TIME_MAX: Duration = Duration::from_secs(4);

/// After a failed attempt to connect, turns fail at once for so long.
const RETRY_AFTER: Duration = Duration::from_millis(500);

/// Who holds a row for longer than two deadlocks need to be seen (1 s each) fails the turn that wants it, not its group.
/// The plan must not depend on how full the tables are when it is made: it is made when they are empty.
const SESSION: &str = "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET enable_hashjoin = off; \
    SET enable_mergejoin = off; SET enable_bitmapscan = off; SET jit = off; SET lock_timeout = '3s'";

/// Writes groups through one connection, which is made when it is wanted and made anew when it is lost.
pub(in super::super) struct PostgresGroups {
    connector: Connector,
    link: Option<Link>,
    failed: Option<(Instant, StoreError)>,
}

struct Link {
    client: Client,
    claim: Statement,
    session: Session,
}

impl PostgresGroups {
    pub(in super::super) fn new(connector: Connector) -> Self {
        Self { connector, link: None, failed: None }
    }

    async fn link(&mut self) -> Result<Link, StoreError> {
        match self.link.take() {
            Some(link) if !link.client.is_closed() => return Ok(link),
            _ => {}
        }
        if let Some((at, error)) = &self.failed
            && at.elapsed() < RETRY_AFTER
        {
            return Err(error.clone());
        }
        let connected = tokio::time::timeout(HANDSHAKE_MAX, connect(&self.connector)).await.unwrap_or(Err(ServerError::Silent));
        connected.map_err(|error| self.away(StoreError::Unavailable(error.to_string())))
    }

    /// Turns that are waiting need not wait for the server each for itself.
    fn away(&mut self, error: StoreError) -> StoreError {
        let (StoreError::Unavailable(why) | StoreError::Uncertain(why)) = &error else { return error };
        self.failed = Some((Instant::now(), StoreError::Unavailable(why.clone())));
        error
    }
}

async fn connect(connector: &Connector) -> Result<Link, ServerError> {
    let (client, connection) = connector.connect().await?;
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(error = with_cause(&error), "a committer lost its connection");
        }
    });
    client.batch_execute(SESSION).await?;
    let session = Session::of(&client).await?;
    let claim = client.prepare(include_str!("claim.sql")).await?;
    Ok(Link { client, claim, session })
}

impl Groups for PostgresGroups {
    async fn write(&mut self, turns: Vec<Arc<Turn>>) -> Result<Vec<Committed>, GroupError> {
        let link = self.link().await.map_err(GroupError::All)?;
        crash::at(Point::Writing);
        match tokio::time::timeout(GROUP_TIME_MAX, claim(&link, &turns)).await {
            Ok(Ok(rows)) => {
                self.link = Some(link);
                Ok(outcomes(&turns, &rows))
            }
            Ok(Err(error)) if !is_lost(&link.client, &error) => {
                self.link = Some(link);
                Err(classify(&error))
            }
            _ => settle(&self.connector, &link.session, &turns).await.map_err(|error| match error {
                GroupError::All(error) => GroupError::All(self.away(error)),
                other => other,
            }),
        }
    }
}

async fn claim(link: &Link, turns: &[Arc<Turn>]) -> Result<Vec<Row>, tokio_postgres::Error> {
    link.client.query(&link.claim, &[&rows::turns(turns), &rows::messages(turns)]).await
}

fn outcomes(turns: &[Arc<Turn>], rows: &[Row]) -> Vec<Committed> {
    let mut outcomes = vec![Committed::Lost; turns.len()];
    for row in rows {
        let (number, won, duplicate): (i64, bool, bool) = (row.get(0), row.get(1), row.get(2));
        let index = usize::try_from(number - 1).expect("the statement numbers the turns from 1");
        if won {
            outcomes[index] = Committed::Won { version: turns[index].version() };
        } else if duplicate {
            outcomes[index] = Committed::Duplicate;
        }
    }
    outcomes
}

/// The server said nothing about the statement, or said it while it went away.
fn is_lost(client: &Client, error: &tokio_postgres::Error) -> bool {
    match error.as_db_error().and_then(|e| e.parsed_severity()) {
        Some(Severity::Error) => false,
        Some(_) => true,
        None => client.is_closed() || error.is_closed() || std::error::Error::source(error).is_some_and(|e| e.is::<std::io::Error>()),
    }
}

fn classify(error: &tokio_postgres::Error) -> GroupError {
    let reason = with_cause(error);
    let Some(code) = error.code() else { return GroupError::Culprit(StoreError::Refused(reason)) };
    match *code {
        SqlState::T_R_SERIALIZATION_FAILURE | SqlState::T_R_DEADLOCK_DETECTED => GroupError::Repeat(reason),
        SqlState::UNIQUE_VIOLATION => GroupError::Clash(reason),
        SqlState::LOCK_NOT_AVAILABLE => GroupError::Culprit(StoreError::Unavailable(reason)),
        SqlState::READ_ONLY_SQL_TRANSACTION | SqlState::QUERY_CANCELED => GroupError::All(StoreError::Unavailable(reason)),
        _ if is_about_the_server(code.code()) => GroupError::All(StoreError::Unavailable(reason)),
        _ => GroupError::Culprit(StoreError::Refused(reason)),
    }
}

/// Classes of PostgreSQL's appendix A: connection, resources, operator intervention, system, internal; and what a
/// missing table or right is (42).
fn is_about_the_server(code: &str) -> bool {
    ["08", "42", "53", "57", "58", "XX"].iter().any(|class| code.starts_with(class))
}
