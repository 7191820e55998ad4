//! The processes that serve from a database, and how far each of them has followed the changes of keys.
//!
//! Clocks need not agree: a process that cannot look at the keys for [`KEYS_BELIEVED`] takes none of them any more, so whoever changes
//! keys waits a little longer than that for each process, and then knows that one which has said nothing is dead, or takes none.

use std::time::{Duration, Instant};

use diesel::{ExpressionMethods, QueryDsl};
use diesel_async::RunQueryDsl;

use super::{
    Backend, Store, StoreError,
    database::{read, write},
    schema::processes::{self, id, keys_revision, seen_at},
};
use crate::time::Timestamp;

/// How long a process takes keys that it cannot look at.
pub const KEYS_BELIEVED: Duration = Duration::from_secs(4);
/// How long a process is waited for that says nothing.
const WAIT: Duration = Duration::from_secs(5);
/// Between two looks at the processes.
const PAUSE: Duration = Duration::from_millis(20);

/// A process that serves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProcessRow {
    /// Its own name, a new one at each start.
    pub id: String,
    /// When it started.
    pub started_at: Timestamp,
}

impl Store {
    /// Says that a process serves, and has followed the keys so far.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn keep_process(&self, process: &ProcessRow, followed: i64, now: Timestamp) -> Result<(), StoreError> {
        let new = (
            id.eq(process.id.as_str()),
            processes::started_at.eq(process.started_at.0),
            seen_at.eq(now.0),
            keys_revision.eq(followed),
            processes::hashes.eq(""),
        );
        let again = (seen_at.eq(now.0), keys_revision.eq(followed));
        let keep = diesel::insert_into(processes::table).values(new).on_conflict(id).do_update().set(again);
        write!(self, c => keep.execute(c).await?);
        Ok(())
    }

    /// Says that a process serves no more.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn remove_process(&self, process: &ProcessRow) -> Result<(), StoreError> {
        write!(self, c => diesel::delete(processes::table.find(process.id.as_str())).execute(c).await?);
        Ok(())
    }

    /// At the start on SQLite: no other process can serve, so those that are named have died. Does nothing on PostgreSQL.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn forget_processes(&self) -> Result<(), StoreError> {
        if self.backend() == Backend::Sqlite {
            write!(self, c => diesel::delete(processes::table).execute(c).await?);
        }
        Ok(())
    }

    /// Returns when no process takes keys any more as they were before this change. Those that have said nothing for
    /// so long that they can only be dead are forgotten.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn keys_followed(&self, revision: i64) -> Result<(), StoreError> {
        let begun = Instant::now();
        let mut behind = self.processes_behind(revision).await?;
        while !behind.is_empty() && begun.elapsed() < WAIT {
            tokio::time::sleep(PAUSE).await;
            behind = self.processes_behind(revision).await?;
        }
        if !behind.is_empty() {
            let dead = processes::table.filter(id.eq_any(behind)).filter(keys_revision.lt(revision));
            write!(self, c => diesel::delete(dead).execute(c).await?);
        }
        Ok(())
    }

    async fn processes_behind(&self, revision: i64) -> Result<Vec<String>, StoreError> {
        let behind = processes::table.filter(keys_revision.lt(revision)).select(id);
        Ok(read!(self, c => behind.load(c).await?))
    }
}
