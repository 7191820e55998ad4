//! The connections: one enum of pools, and the macros that write a query once for both backends.

use std::time::Duration;

use diesel::{ConnectionError, ConnectionResult, SqliteConnection};
use diesel_async::{
    AsyncPgConnection,
    pooled_connection::deadpool::{Pool, PoolError},
    sync_connection_wrapper::SyncConnectionWrapper,
};
use tokio::task::JoinHandle;

use super::{Backend, StoreError};

/// How long a query waits for a connection that is free.
const CONNECTION_WAIT: Duration = Duration::from_secs(5);

/// A connection to SQLite; its statements run on a blocking thread.
pub(super) type Lite = SyncConnectionWrapper<SqliteConnection>;

/// Where the rows are.
#[derive(Clone)]
pub(super) enum Database {
    /// A file.
    Sqlite(LitePools),
    /// A server.
    Postgres(Pool<AsyncPgConnection>),
}

/// The connections to a file.
#[derive(Clone)]
pub(super) struct LitePools {
    pub(super) readers: Pool<Lite>,
    /// One connection, which everything that writes goes through.
    pub(super) writer: Pool<Lite>,
}

impl Database {
    pub(super) fn backend(&self) -> Backend {
        match self {
            Self::Sqlite(_) => Backend::Sqlite,
            Self::Postgres(_) => Backend::Postgres,
        }
    }
}

/// A connection that is made by a task of the runtime on which the store was opened. It stays bound to where it was made,
/// and a pool makes one for whoever asks: that may be a worker of the server, whose runtime ends before the store does.
pub(super) async fn made<C>(at_home: JoinHandle<ConnectionResult<C>>) -> ConnectionResult<C> {
    at_home.await.unwrap_or_else(|error| Err(ConnectionError::BadConnection(error.to_string())))
}

/// A connection of the pool, or an error soon.
pub(super) async fn soon<C>(connection: impl Future<Output = Result<C, PoolError>>) -> Result<C, StoreError> {
    match tokio::time::timeout(CONNECTION_WAIT, connection).await {
        Ok(connection) => Ok(connection?),
        Err(_) => Err(StoreError::Unavailable(format!("no connection was free for {} s", CONNECTION_WAIT.as_secs()))),
    }
}

/// `read!(store, c => …)`: the block is compiled once per backend, so plain Diesel works, without a page of bounds.
macro_rules! read {
    ($store:expr, $c:ident => $body:expr) => {
        match &$store.inner.database {
            $crate::store::database::Database::Sqlite(pools) => {
                let $c = &mut $crate::store::database::soon(pools.readers.get()).await?;
                $body
            }
            $crate::store::database::Database::Postgres(pool) => {
                let $c = &mut $crate::store::database::soon(pool.get()).await?;
                $body
            }
        }
    };
}

/// Like `read!`, on the connection that may write.
macro_rules! write {
    ($store:expr, $c:ident => $body:expr) => {
        match &$store.inner.database {
            $crate::store::database::Database::Sqlite(pools) => {
                let $c = &mut $crate::store::database::soon(pools.writer.get()).await?;
                $body
            }
            $crate::store::database::Database::Postgres(pool) => {
                let $c = &mut $crate::store::database::soon(pool.get()).await?;
                $body
            }
        }
    };
}

pub(super) use {read, write};
