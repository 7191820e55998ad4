//! Opening a database by its URL.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use super::{
    Inner, OpenError, Store,
    commit::{PostgresGroups, Queue, Role, SqliteGroups, run},
    database::Database,
    events::Events,
    outage::Outage,
    postgres::{self, Connector},
    sqlite,
};

/// On PostgreSQL a committer with a connection of its own helps where the writers are held up: by a slow disk, or by a row that
/// somebody holds. Two that always work side by side would get in each other's way, and make the groups smaller.
const HELP_AFTER: Duration = Duration::from_millis(4);

/// The kinds of databases there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// A file of this machine.
    Sqlite,
    /// A server.
    Postgres,
}

/// What a commit on SQLite survives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Synchronous {
    /// A loss of power: every commit waits for the disk.
    #[default]
    Full,
    /// A crash of the process, not a loss of power.
    Normal,
}

/// How to open a database.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Bring the tables up to date first; without it, old tables are an error.
    pub migrate: bool,
    /// What a commit on SQLite survives.
    pub sqlite_synchronous: Synchronous,
    /// This process serves: no other may serve from the same SQLite file.
    pub exclusive: bool,
    /// The SQLite file has to be there: it is not made.
    pub existing: bool,
}

impl Store {
    /// Opens `sqlite://PATH` (the file and its folder are made, unless told otherwise) or `postgres://USER:PASSWORD@HOST/DATABASE`, and
    /// starts what commits turns on the current tokio runtime.
    ///
    /// # Errors
    /// [`OpenError`] says what is wrong with the URL, the server or the file.
    pub async fn open(url: &str, options: Options) -> Result<Self, OpenError> {
        if let Some(path) = url.strip_prefix("sqlite:") {
            open_sqlite(path.strip_prefix("//").unwrap_or(path), &options).await
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            open_postgres(url, &options).await
        } else {
            Err(OpenError::Scheme(postgres::without_password(url)))
        }
    }

    fn start(database: Database, events: Events, lock: Option<std::fs::File>) -> Self {
        let inner = Inner {
            database,
            queue: Arc::new(Queue::default()),
            events: Arc::new(events),
            reads: Outage::new("read"),
            writes: Outage::new("written"),
            uids: tokio::sync::Mutex::new(0..0),
            tasks: Mutex::default(),
            _lock: lock,
        };
        Self { inner: Arc::new(inner) }
    }

    fn add_committer(&self, groups: impl super::commit::Groups, role: Role) {
        let task = tokio::spawn(run(Arc::clone(&self.inner.queue), groups, role, Arc::clone(&self.inner.events)));
        self.inner.tasks.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(task);
    }
}

async fn open_sqlite(path: &str, options: &Options) -> Result<Store, OpenError> {
    let (pools, lock) = sqlite::open(path, options).await?;
    let groups = SqliteGroups::new(pools.clone());
    let store = Store::start(Database::Sqlite(pools), Events::in_process(), lock);
    store.add_committer(groups, Role::Writer(0));
    Ok(store)
}

async fn open_postgres(url: &str, options: &Options) -> Result<Store, OpenError> {
    let connector = Connector::parse(url)?;
    let database = postgres::open(&connector, options).await?;
    let store = Store::start(database, Events::shared(connector.clone()), None);
    let groups = PostgresGroups::new(connector.clone());
    store.add_committer(groups.clone(), Role::Writer(0));
    store.add_committer(groups, Role::Writer(1));
    store.add_committer(PostgresGroups::new(connector), Role::Helper(HELP_AFTER));
    Ok(store)
}
