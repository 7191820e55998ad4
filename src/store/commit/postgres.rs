//! Groups on PostgreSQL: one of the prepared statements (`rows`) per group, on a connection of its own.

use std::{sync::Arc, time::Instant};

use tokio_postgres::{
    Client, Row,
    error::{Severity, SqlState},
};

use super::{
    super::{
        StoreError,
        link::{Link, Way},
        postgres::{Connector, with_cause},
    },
    Committed, Turn,
    committer::{GroupError, Groups},
    rows::{self, Arrays},
    settle::settle,
};
use crate::crash::{self, Point};

/// Writes groups through one connection, which its clones share.
#[derive(Clone)]
pub(in super::super) struct PostgresGroups(Arc<Way>);

impl PostgresGroups {
    pub(in super::super) fn new(connector: Connector) -> Self {
        Self(Arc::new(Way::new(connector, &rows::STATEMENTS)))
    }

    /// The server did not say in time, or could not say, what became of a group.
    async fn settle(&self, link: &Arc<Link>, turns: &[Arc<Turn>]) -> Result<Vec<Committed>, GroupError> {
        self.0.leave(link);
        match settle(&self.0.connector, &link.session, turns).await {
            Err(GroupError::All(error)) => Err(GroupError::All(self.0.away(error))),
            settled => {
                self.0.connector.silence.heard(Instant::now()); // that one connection was silent says nothing of the server
                settled
            }
        }
    }

    /// Who stands behind these in their conversations need not find out anew that the server says nothing.
    async fn settle_silence(&self, link: &Arc<Link>, turns: &[Arc<Turn>], asked: Instant) -> Result<Vec<Committed>, GroupError> {
        let settled = self.settle(link, turns).await;
        if let Err(GroupError::All(_)) = &settled {
            self.0.connector.silence.note(asked, Instant::now());
        }
        settled
    }
}

impl Groups for PostgresGroups {
    async fn write(&mut self, turns: Vec<Arc<Turn>>) -> Result<Vec<Committed>, GroupError> {
        let link = self.0.link().await.map_err(GroupError::All)?;
        crash::at(Point::Writing);
        let asked = Instant::now();
        let arrays = Arrays::of(&turns);
        let (statement, parameters) = arrays.query();
        match link.ask(statement, &parameters).await {
            Some(Ok(rows)) => Ok(outcomes(&turns, &rows)),
            Some(Err(error)) if is_forgotten(&error) => {
                self.0.leave(&link);
                Err(GroupError::Repeat(with_cause(&error)))
            }
            Some(Err(error)) if !is_lost(&link.client, &error) => Err(classify(&error)),
            Some(Err(_)) => self.settle(&link, &turns).await,
            None => self.settle_silence(&link, &turns, asked).await,
        }
    }
}

/// The statement answers with the winners and the duplicates.
fn outcomes(turns: &[Arc<Turn>], rows: &[Row]) -> Vec<Committed> {
    let mut outcomes = vec![Committed::Lost; turns.len()];
    for row in rows {
        let (number, won): (i64, bool) = (row.get(0), row.get(1));
        let index = usize::try_from(number - 1).expect("the statement numbers the turns from 1");
        outcomes[index] = if won { Committed::Won { version: turns[index].version() } } else { Committed::Duplicate };
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

/// The server no longer knows the prepared statement, or what it was made for has changed.
fn is_forgotten(error: &tokio_postgres::Error) -> bool {
    error.code().is_some_and(|code| [SqlState::INVALID_SQL_STATEMENT_NAME, SqlState::FEATURE_NOT_SUPPORTED].contains(code))
}

/// What the statement ends with when a message was changed while its turn took it.
const NOT_TAKEN: SqlState = SqlState::DIVISION_BY_ZERO;

fn classify(error: &tokio_postgres::Error) -> GroupError {
    let reason = with_cause(error);
    let Some(code) = error.code() else { return GroupError::Culprit(StoreError::Refused(reason)) };
    match *code {
        SqlState::T_R_SERIALIZATION_FAILURE | SqlState::T_R_DEADLOCK_DETECTED | NOT_TAKEN => GroupError::Repeat(reason),
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
