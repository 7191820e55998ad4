//! The connections: one enum of pools, and the macros that write a query once for both backends.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use diesel::{ConnectionError, ConnectionResult, SqliteConnection};
use diesel_async::{
    AsyncPgConnection,
    pooled_connection::deadpool::{Pool, PoolError},
    sync_connection_wrapper::SyncConnectionWrapper,
};
use tokio::task::JoinHandle;

use super::{
    Backend, StoreError,
    file::Opened,
    look::{Conversations, Known},
    silence::Silence,
    together::Together,
};

/// A database that is well answers sooner: with the wait for a connection that is free.
pub(super) const ANSWER_MAX: Duration = Duration::from_secs(4);

/// A connection to SQLite; its statements run on a blocking thread.
pub(super) type Lite = SyncConnectionWrapper<SqliteConnection>;

/// Where the rows are.
#[derive(Clone)]
pub(super) enum Database {
    /// A file.
    Sqlite(LitePools),
    /// A server.
    Postgres(Server),
}

/// The connections to a server.
#[derive(Clone)]
pub(super) struct Server {
    pub(super) pool: Pool<AsyncPgConnection>,
    pub(super) conversations: Arc<Together<Conversations>>,
    pub(super) known: Arc<Together<Known>>,
    pub(super) silence: Arc<Silence>,
}

impl Server {
    /// The pool, or an error at once where the server said nothing a moment ago.
    pub(super) fn pool(&self) -> Result<&Pool<AsyncPgConnection>, StoreError> {
        if self.silence.is_recent(Instant::now()) {
            return Err(StoreError::Unavailable(silence(ANSWER_MAX)));
        }
        Ok(&self.pool)
    }
}

/// The connections to a file.
#[derive(Clone)]
pub(super) struct LitePools {
    pub(super) readers: Pool<Lite>,
    /// One connection, which everything that writes goes through.
    pub(super) writer: Pool<Lite>,
    pub(super) opened: Arc<Opened>,
    /// Whoever closes the last connection removes the log beside the file: this one stays.
    pub(super) _first: Arc<Mutex<SqliteConnection>>,
}

impl LitePools {
    /// The connections that read, or an error at once where the file is gone.
    pub(super) fn readers(&self) -> Result<&Pool<Lite>, StoreError> {
        self.opened.known().map(|()| &self.readers)
    }

    /// The connection that writes, likewise.
    pub(super) fn writer(&self) -> Result<&Pool<Lite>, StoreError> {
        self.opened.known().map(|()| &self.writer)
    }
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

/// A connection of the pool, or an error within this time.
pub(super) async fn soon<C>(connection: impl Future<Output = Result<C, PoolError>>, within: Duration) -> Result<C, StoreError> {
    match tokio::time::timeout(within, connection).await {
        Ok(connection) => Ok(connection?),
        Err(_) => Err(StoreError::Unavailable(format!("no connection was free for {} s", within.as_secs()))),
    }
}

/// Why there is no answer.
pub(super) fn silence(within: Duration) -> String {
    format!("no answer for {} s", within.as_secs())
}

/// `answer!(pool, within, error, c => …)`: the block with a connection of the pool, or this error within a time. A connection on
/// which the database was silent is not used again, whatever it waits for.
macro_rules! answer {
    ($pool:expr, $within:expr, $error:expr, $c:ident => $body:expr) => {{
        let until = tokio::time::Instant::now() + $within;
        let mut connection = $crate::store::database::soon($pool.get(), $within).await?;
        let $c = &mut connection;
        let said = tokio::time::timeout_at(until, async { Ok::<_, $crate::store::StoreError>($body) }).await;
        said.unwrap_or_else(|_| {
            drop($crate::store::database::Object::take(connection));
            Err($error($crate::store::database::silence($within)))
        })
    }};
}

/// `read!(store, c => …)`: the block is compiled once per backend, so plain Diesel works, without a page of bounds. Who wants to
/// know sooner says so: `read!(store, within, c => …)`.
/// A row that an index leads to is taken with `get_result`: `first` binds a limit, and SQLite prepares a statement again whenever
/// that is bound. Where rows are walked until one fits, `first` ends the walk.
macro_rules! read {
    ($store:expr, $c:ident => $body:expr) => {
        $crate::store::database::read!($store, $crate::store::database::ANSWER_MAX, $c => $body)
    };
    ($store:expr, $within:expr, $c:ident => $body:expr) => {{
        let unavailable = $crate::store::StoreError::Unavailable;
        let begun = std::time::Instant::now();
        let answered = async {
            match &$store.inner.database {
                $crate::store::database::Database::Sqlite(pools) => {
                    $crate::store::database::answer!(pools.readers()?, $within, unavailable, $c => $body)
                }
                $crate::store::database::Database::Postgres(server) => {
                    $crate::store::database::answer!(server.pool()?, $within, unavailable, $c => $body)
                }
            }
        };
        $store.inner.reads.note(begun, answered.await)?
    }};
}

/// Like `read!`, on the connection that may write. After silence nobody knows whether it was written.
macro_rules! write {
    ($store:expr, $c:ident => $body:expr) => {{
        let (uncertain, within) = ($crate::store::StoreError::Uncertain, $crate::store::database::ANSWER_MAX);
        let begun = std::time::Instant::now();
        let answered = async {
            match &$store.inner.database {
                $crate::store::database::Database::Sqlite(pools) => {
                    $crate::store::database::answer!(pools.writer()?, within, uncertain, $c => $body)
                }
                $crate::store::database::Database::Postgres(server) => {
                    $crate::store::database::answer!(server.pool()?, within, uncertain, $c => $body)
                }
            }
        };
        $store.inner.writes.note(begun, answered.await)?
    }};
}

pub(super) use diesel_async::pooled_connection::deadpool::Object;
pub(super) use {answer, read, write};
