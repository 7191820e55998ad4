//! Opening a SQLite file: folder, lock, pragmas, pools.

use std::{
    fs::File,
    sync::{Arc, Mutex, Weak},
    time::Duration,
};

use diesel::{Connection, SqliteConnection, connection::SimpleConnection};
use diesel_async::{
    SimpleAsyncConnection,
    pooled_connection::{AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod, deadpool::Pool},
};
use futures_util::{FutureExt, future::try_join_all};
use tokio::runtime::Handle;

use super::{
    OpenError, Options, StoreError, Synchronous,
    database::{Lite, LitePools, made},
    file::{self, Opened},
    migrations,
};

const READERS: usize = 4;

/// The writer's page cache. SQLite looks through all of it when a commit splits a page, so a larger one costs more than it finds.
const CACHE_KIB: u32 = 16 * 1024;

/// How soon a file that was removed or replaced is noticed where nothing is written.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// How long a statement waits for another process that writes.
const BUSY_TIMEOUT_MS: u32 = 5_000;

/// Opens the file, made if need be; with `exclusive` also the lock that keeps a second server out.
pub(super) async fn open(path: &str, options: &Options) -> Result<(LitePools, Option<File>), OpenError> {
    if path.is_empty() || path.contains([':', '?']) {
        return Err(OpenError::Url(format!("\"sqlite://{path}\" names no file")));
    }
    let (owned, options) = (path.to_owned(), options.clone());
    let prepare = move || -> Result<(Option<File>, SqliteConnection), OpenError> {
        let folder = if options.existing { std::fs::metadata(&owned).map(drop) } else { file::make_folder(&owned) };
        folder.map_err(|e| file_error(&owned, e))?;
        let lock = if options.exclusive { Some(lock(&owned)?) } else { None };
        file::make(&owned).map_err(|e| file_error(&owned, e))?;
        let mut connection = connect(&owned, &pragmas(options.sqlite_synchronous)).map_err(|e| file_error(&owned, e))?;
        connection.batch_execute("BEGIN IMMEDIATE; ROLLBACK").map_err(|e| file_error(&owned, e))?; // it may be written at all
        file::make_private(&owned);
        migrations::sqlite(&mut connection, options.migrate)?;
        Ok((lock, connection))
    };
    let (lock, first) = tokio::task::spawn_blocking(prepare).await.map_err(|e| file_error(path, e))??;
    let write = pragmas(options.sqlite_synchronous);
    let (readers, writer) = (pool(path, READERS, READ_ONLY.to_owned())?, pool(path, 1, write)?);
    tokio::try_join!(fill(&readers), fill(&writer)).map_err(|e| file_error(path, e))?;
    let opened = Arc::new(Opened::now(path, lock.as_ref()).map_err(|e| file_error(path, e))?);
    tokio::spawn(watch(Arc::downgrade(&opened)));
    Ok((LitePools { readers, writer, opened, _first: Arc::new(Mutex::new(first)) }, lock))
}

/// Looks after the files as long as somebody uses them: also when nothing is written, somebody asks whether the gateway is ready.
async fn watch(opened: Weak<Opened>) {
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        let Some(opened) = opened.upgrade() else { return };
        let _told_by_whoever_needs_it = tokio::task::spawn_blocking(move || opened.look()).await;
    }
}

/// Makes all connections of a pool, and the first look of each, which opens the log beside the file: nobody who asks later finds
/// that no more files may be opened.
async fn fill(pool: &Pool<Lite>) -> Result<(), StoreError> {
    let mut all = try_join_all((0..pool.status().max_size).map(|_| pool.get())).await?;
    for connection in &mut all {
        connection.batch_execute("SELECT count(*) FROM sqlite_schema").await?;
    }
    Ok(())
}

/// The lock of the operating system goes with the process, however it ends.
fn lock(path: &str) -> Result<File, OpenError> {
    let file = file::open_lock(path).map_err(|e| file_error(path, e))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => Err(OpenError::InUse { path: path.to_owned() }),
        Err(std::fs::TryLockError::Error(error)) => Err(file_error(path, error)),
    }
}

/// What a reader keeps is void as soon as anybody has written, and to throw much away costs time: the operating system has the pages.
const READ_ONLY: &str = "PRAGMA busy_timeout = 5000; PRAGMA query_only = on; PRAGMA cache_size = -256;";

/// A turn changes rows that lie far apart, so pages are small: half as much is written, to the log and to the file.
pub(super) const PAGE_BYTES: usize = 2_048;

/// A checkpoint inside a commit is the last resort, at 512 MiB of log: others are made beside the commits (`commit::checkpoint`).
const LOG_PAGES_MAX: usize = 262_144;

/// A file that is there keeps the size of its pages.
fn pragmas(synchronous: Synchronous) -> String {
    let synchronous = match synchronous {
        Synchronous::Full => "full",
        Synchronous::Normal => "normal",
    };
    format!(
        "PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}; PRAGMA page_size = {PAGE_BYTES}; PRAGMA journal_mode = wal; \
         PRAGMA synchronous = {synchronous}; PRAGMA wal_autocheckpoint = {LOG_PAGES_MAX}; PRAGMA cache_size = -{CACHE_KIB}; \
         PRAGMA temp_store = memory;"
    )
}

fn connect(path: &str, pragmas: &str) -> diesel::ConnectionResult<SqliteConnection> {
    let mut connection = SqliteConnection::establish(path)?;
    connection.batch_execute(pragmas).map_err(diesel::ConnectionError::CouldntSetupConfiguration)?;
    Ok(connection)
}

fn pool(path: &str, size: usize, pragmas: String) -> Result<Pool<Lite>, OpenError> {
    let mut config = ManagerConfig::default();
    config.recycling_method = RecyclingMethod::Fast;
    let home = Handle::current();
    config.custom_setup = Box::new(move |path| {
        let (path, pragmas) = (path.to_owned(), pragmas.clone());
        made(home.spawn_blocking(move || connect(&path, &pragmas).map(Lite::new))).boxed()
    });
    let manager = AsyncDieselConnectionManager::new_with_config(path, config);
    Pool::builder(manager).max_size(size).build().map_err(|e| file_error(path, e))
}

fn file_error(path: &str, reason: impl std::fmt::Display) -> OpenError {
    OpenError::File { path: path.to_owned(), reason: reason.to_string() }
}
