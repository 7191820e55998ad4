//! The door to the store: fresh databases of both kinds.
//! PostgreSQL is the one of `TEST_DATABASE_URL`, else a private one made of the installed programs (`server`).

use std::future::Future;

use flowgate::store::{Options, Store};
use tempfile::TempDir;

use super::server;

/// A database of its own for one test; it goes with this value.
pub(crate) struct Fresh {
    pub(crate) url: String,
    _folder: Option<TempDir>,
}

/// Options of a test: migrate, all else as in production.
pub(crate) fn options() -> Options {
    Options { migrate: true, ..Options::default() }
}

/// An empty SQLite file that does not exist yet.
pub(crate) fn fresh_sqlite() -> Fresh {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/data/flowgate.db", folder.path().display());
    Fresh { url, _folder: Some(folder) }
}

/// An empty PostgreSQL database.
pub(crate) async fn fresh_postgres() -> Fresh {
    let name = format!("flowgate_test_{}", uuid::Uuid::new_v4().simple());
    execute(&server::url(), &format!("CREATE DATABASE {name}")).await;
    Fresh { url: with_database(&server::url(), &name), _folder: None }
}

/// Runs the test with the URL of an empty SQLite file, then with that of an empty PostgreSQL database.
pub(crate) async fn on_both_databases<F: Future<Output = ()>>(test: impl Fn(String) -> F) {
    let sqlite = fresh_sqlite();
    test(sqlite.url.clone()).await;
    let postgres = fresh_postgres().await;
    test(postgres.url.clone()).await;
    drop_database(&postgres.url).await;
}

/// Runs the test on a store in an empty SQLite file, then on one in an empty PostgreSQL database.
pub(crate) async fn on_both_stores<F: Future<Output = ()>>(test: impl Fn(Store) -> F) {
    on_both_databases(async |url| {
        let store = Store::open(&url, options()).await.unwrap();
        test(store.clone()).await;
        store.close().await;
    })
    .await;
}

/// A connection beside the store, to a PostgreSQL database.
pub(crate) async fn client(url: &str) -> tokio_postgres::Client {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

#[derive(diesel::QueryableByName)]
struct Line {
    #[diesel(sql_type = diesel::sql_types::Text)]
    line: String,
}

/// What a database of either kind holds: a query that selects one text, named `line`.
pub(crate) async fn lines(url: &str, sql: &str) -> Vec<String> {
    match url.strip_prefix("sqlite://") {
        Some(path) => {
            use diesel::{Connection, RunQueryDsl};
            let lines: Vec<Line> = diesel::sql_query(sql).load(&mut diesel::SqliteConnection::establish(path).unwrap()).unwrap();
            lines.into_iter().map(|line| line.line).collect()
        }
        None => client(url).await.query(sql, &[]).await.unwrap().iter().map(|row| row.get(0)).collect(),
    }
}

/// Changes a database of either kind beside the store.
pub(crate) async fn change(url: &str, sql: &str) {
    match url.strip_prefix("sqlite://") {
        Some(path) => {
            use diesel::{Connection, connection::SimpleConnection};
            let mut beside = diesel::SqliteConnection::establish(path).unwrap();
            beside.batch_execute(&format!("PRAGMA busy_timeout = 10000; {sql}")).unwrap(); // the gateway writes, too
        }
        None => execute(url, sql).await,
    }
}

async fn execute(url: &str, sql: &str) {
    client(url).await.batch_execute(sql).await.unwrap();
}

/// Also with stores still connected. A test that fails leaves its database for a look.
pub(crate) async fn drop_database(url: &str) {
    let name = url.split('?').next().unwrap().rsplit('/').next().unwrap();
    execute(&server::url(), &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
}

fn with_database(url: &str, name: &str) -> String {
    let (base, query) = url.split_once('?').map_or((url, None), |(base, query)| (base, Some(query)));
    let server = base.rsplit_once('/').expect("the URL names a database").0;
    query.map_or_else(|| format!("{server}/{name}"), |query| format!("{server}/{name}?{query}"))
}
