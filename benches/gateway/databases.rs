//! The databases under the load: files, and a private PostgreSQL with durable defaults.

#[path = "../../tests/it/support/cluster.rs"]
mod cluster;
#[path = "../../tests/it/support/port.rs"]
mod port;
#[path = "../../tests/it/support/server.rs"]
#[expect(dead_code, reason = "the tests share one server, a measurement has its own")]
mod server;

use std::{
    process::Command,
    sync::atomic::{AtomicUsize, Ordering},
};

use tempfile::TempDir;

use self::server::Private;

/// The three ways to store that are measured.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Postgres,
    SqliteFull,
    SqliteNormal,
}

impl Kind {
    pub(crate) const ALL: [Self; 3] = [Self::Postgres, Self::SqliteFull, Self::SqliteNormal];

    /// As in the tables.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Postgres => "PostgreSQL",
            Self::SqliteFull => "SQLite FULL",
            Self::SqliteNormal => "SQLite NORMAL",
        }
    }

    /// The floor that commits every message.
    pub(crate) fn floor(self) -> &'static str {
        match self {
            Self::Postgres => "f2-postgres",
            Self::SqliteFull => "f2-sqlite-full",
            Self::SqliteNormal => "f2-sqlite-normal",
        }
    }

    /// Options of `serve`.
    pub(crate) fn options(self) -> &'static [&'static str] {
        match self {
            Self::Postgres => &[],
            Self::SqliteFull => &["--sqlite-sync", "full"],
            Self::SqliteNormal => &["--sqlite-sync", "normal"],
        }
    }
}

/// Where databases are made; they go with it.
pub(crate) struct Databases {
    folder: TempDir,
    postgres: Private,
    made: AtomicUsize,
}

impl Databases {
    pub(crate) fn new() -> Self {
        let folder = tempfile::Builder::new().prefix("flowgate-bench-").tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
        Self { folder, postgres: Private::start(&[]), made: AtomicUsize::new(0) }
    }

    /// The URL of a new database with all tables.
    pub(crate) fn fresh(&self, kind: Kind) -> String {
        let n = self.made.fetch_add(1, Ordering::Relaxed);
        let url = match kind {
            Kind::Postgres => self.fresh_postgres(n),
            _ => format!("sqlite://{}/{n}.db", self.folder.path().display()),
        };
        let migrated = Command::new(env!("CARGO_BIN_EXE_flowgate")).args(["migrate", "--database", &url]).output().expect("the program");
        assert!(migrated.status.success(), "{}", String::from_utf8_lossy(&migrated.stderr));
        url
    }

    fn fresh_postgres(&self, n: usize) -> String {
        sql(&self.postgres.url(), &format!("CREATE DATABASE bench_{n}"));
        let url = self.postgres.url();
        let (server, _) = url.rsplit_once('/').expect("the URL names a database");
        format!("{server}/bench_{n}")
    }
}

/// A new API key of the account whose bots are measured.
pub(crate) fn key(database: &str) -> String {
    let arguments = ["keys", "create", "--account", "1", "--scope", "send", "--database", database];
    let made = Command::new(env!("CARGO_BIN_EXE_flowgate")).args(arguments).output().expect("the program");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    String::from_utf8(made.stdout).expect("a key is a text").trim().to_owned()
}

/// Runs statements on a PostgreSQL database and returns the first value of the last, if it has one.
pub(crate) fn sql(url: &str, statements: &str) -> Option<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.expect("a database");
        tokio::spawn(connection);
        let said = client.simple_query(statements).await.expect("SQL that fits");
        said.iter().rev().find_map(|message| match message {
            tokio_postgres::SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
            _ => None,
        })
    })
}
