//! Opening, refusing, and going on after the database was away.

use std::time::{Duration, Instant};

use flowgate::store::{Backend, Committed, OpenError, Options, Store, StoreError};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::{key, turn};
use crate::{
    lives::process::until,
    support::{
        database::{client, drop_database, fresh_postgres, fresh_sqlite, on_both_databases, on_both_stores, options},
        long::took,
    },
};

async fn error_of(url: &str) -> OpenError {
    match Store::open(url, options()).await {
        Ok(_) => panic!("{url} opens"),
        Err(error) => {
            assert!(!format!("{error} {error:?}").contains("s3cret"), "{error:?}");
            error
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_url_says_what_is_wrong() {
    assert_eq!(
        error_of("mysql://u:s3cret@localhost/shop").await.to_string(),
        "\"mysql://…@localhost/shop\" is not a database: write sqlite://PATH or postgres://USER:PASSWORD@HOST/DATABASE"
    );
    assert!(matches!(error_of("flowgate.db").await, OpenError::Scheme(_)));
    assert!(matches!(error_of("sqlite://").await, OpenError::Url(_)));
    assert!(matches!(error_of("sqlite::memory:").await, OpenError::Url(_)));
    assert!(matches!(error_of("postgres://u:s3cret@h/d?sslmode=strict").await, OpenError::Url(_)));
    let unreachable = error_of("postgres://u:s3cret@127.0.0.1:1/shop").await.to_string();
    assert!(unreachable.starts_with("cannot reach PostgreSQL at 127.0.0.1:1: "), "{unreachable}");
    assert!(matches!(error_of("postgres://u:s3cret@no-such-host.invalid/shop").await, OpenError::Unreachable { .. }));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_cannot_be_made_says_why() {
    let sqlite = fresh_sqlite();
    let folder = sqlite.url.strip_prefix("sqlite://").unwrap().strip_suffix("/data/flowgate.db").unwrap();
    std::fs::write(format!("{folder}/data"), "a file where the folder should be").unwrap();
    let error = error_of(&sqlite.url).await.to_string();
    assert!(error.starts_with(&format!("cannot use the database file {folder}/data/flowgate.db: ")), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_not_there_is_named() {
    let postgres = fresh_postgres().await;
    let error = error_of(&format!("{}_not", postgres.url)).await;
    assert!(matches!(&error, OpenError::NoDatabase { reason, .. } if reason.contains("_not")), "{error}");
    drop_database(&postgres.url).await;
}

/// The URL of a new database with this encoding.
async fn encoded(server: &str, encoding: &str) -> String {
    let url = format!("{server}_{}", encoding.to_lowercase());
    let name = url.rsplit('/').next().unwrap();
    let make = format!("CREATE DATABASE {name} ENCODING '{encoding}' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0");
    client(server).await.batch_execute(&make).await.unwrap();
    url
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_cannot_hold_every_text_is_refused() {
    let postgres = fresh_postgres().await;
    let (latin, bytes) = (encoded(&postgres.url, "LATIN1").await, encoded(&postgres.url, "SQL_ASCII").await);
    let error = error_of(&latin).await.to_string();
    assert!(error.ends_with("keeps its texts in LATIN1, which cannot hold all that users write: make it with ENCODING 'UTF8'"), "{error}");
    let store = Store::open(&bytes, options()).await.unwrap();
    let user = key("ž🎉 漢字");
    store.commit(turn(&user, None)).await.unwrap();
    assert_eq!(store.load(&user).await.unwrap().unwrap().key, user);
    for url in [latin, bytes, postgres.url] {
        drop_database(&url).await;
    }
}

/// A server that asks for a password in clear text and does not like it.
async fn picky_server() -> u16 {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0; 1_024];
            assert_ne!(stream.read(&mut request).await.unwrap(), 0, "the start of the session");
            stream.write_all(&[b'R', 0, 0, 0, 8, 0, 0, 0, 3]).await.unwrap();
            assert_ne!(stream.read(&mut request).await.unwrap(), 0, "the password");
            let fields = b"SFATAL\0C28P01\0Mpassword authentication failed for user \"u\"\0\0";
            let length = u32::try_from(fields.len() + 4).unwrap().to_be_bytes();
            stream.write_all(&[b"E", &length[..], fields].concat()).await.unwrap();
        }
    });
    port
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_told_as_such() {
    let port = picky_server().await;
    let error = error_of(&format!("postgres://u:s3cret@127.0.0.1:{port}/shop?sslmode=disable")).await;
    let expected = format!("PostgreSQL at 127.0.0.1:{port} refuses the user: password authentication failed for user \"u\"");
    assert_eq!(error.to_string(), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_says_nothing_is_given_up() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let error = error_of(&format!("postgres://u:s3cret@127.0.0.1:{port}/shop")).await;
    assert_eq!(error.to_string(), format!("cannot reach PostgreSQL at 127.0.0.1:{port}: no answer within 4 s"));
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_are_made_only_when_asked_for_and_only_once() {
    on_both_databases(async |url| {
        let without = Options { migrate: false, ..options() };
        let error = Store::open(&url, without.clone()).await.err().unwrap();
        let all = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/sqlite")).unwrap().count();
        assert!(matches!(error, OpenError::Behind { missing } if missing == all), "{error}");
        let together = futures_util::future::join_all((0..4).map(|_| Store::open(&url, options()))).await;
        for store in together {
            store.unwrap().ping().await.unwrap();
        }
        Store::open(&url, without).await.unwrap().ping().await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_server_on_one_sqlite_file_is_refused_other_commands_are_not() {
    let sqlite = fresh_sqlite();
    let serving = Options { exclusive: true, ..options() };
    let first = Store::open(&sqlite.url, serving.clone()).await.unwrap();
    assert_eq!(first.backend(), Backend::Sqlite);
    let error = Store::open(&sqlite.url, serving.clone()).await.err().unwrap();
    assert!(matches!(error, OpenError::InUse { .. }), "{error}");

    let command = Store::open(&sqlite.url, options()).await.unwrap();
    let ada = key("ada");
    assert_eq!(command.commit(turn(&ada, None)).await, Ok(Committed::Won { version: 1 }));
    assert_eq!(first.load(&ada).await.unwrap().unwrap().version, 1, "the server sees at once what a command wrote");
    first.close().await;
    drop(first);
    Store::open(&sqlite.url, serving).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_server_is_away_errors_come_soon_and_afterwards_all_goes_on() {
    let postgres = fresh_postgres().await;
    let store = Store::open(&postgres.url, options()).await.unwrap();
    store.commit(turn(&key("ada"), None)).await.unwrap();
    let name = postgres.url.rsplit('/').next().unwrap().split('?').next().unwrap();
    let operator = client(&crate::support::server::url()).await;
    let allow = async |yes: bool| operator.batch_execute(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS {yes}")).await.unwrap();
    allow(false).await;
    operator.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", &[&name]).await.unwrap();

    let (begun, ada, bob) = (Instant::now(), key("ada"), key("bob"));
    let (first, second, load) = tokio::join!(store.commit(turn(&ada, Some(1))), store.commit(turn(&bob, None)), store.load(&ada));
    for outcome in [first, second, store.commit(turn(&bob, None)).await] {
        // a connection of which nobody knows yet that it is gone leaves a doubt
        assert!(matches!(outcome, Err(StoreError::Unavailable(_) | StoreError::Uncertain(_))), "{outcome:?}");
    }
    assert!(matches!(load, Err(StoreError::Unavailable(_))), "{load:?}");
    took("the errors", begun.elapsed(), Duration::from_secs(15));

    allow(true).await;
    let committed = until("turns are written again", async || store.commit(turn(&bob, None)).await.ok()).await;
    assert_eq!(committed, Committed::Won { version: 1 });
    let read = until("conversations are read again", async || store.load(&ada).await.ok()).await;
    assert_eq!(read.unwrap().version, 1);
    drop_database(&postgres.url).await;
}

/// As when a worker of the server reads a transcript and the server ends before the runs do.
#[tokio::test(flavor = "multi_thread")]
async fn a_connection_outlives_the_runtime_that_asked_for_it() {
    on_both_stores(async |store| {
        let asks = store.clone();
        let elsewhere = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async move { asks.last_messages(&key("ann"), 1).await.unwrap() })
        });
        assert_eq!(tokio::task::spawn_blocking(|| elsewhere.join().unwrap()).await.unwrap(), []);
        assert_eq!(store.last_messages(&key("ann"), 1).await, Ok(Vec::new()));
    })
    .await;
}

/// Whoever asks for a connection first, others may use it: also when that one has stopped to work.
#[tokio::test(flavor = "multi_thread")]
async fn a_connection_does_not_depend_on_the_worker_that_asked_for_it() {
    let postgres = fresh_postgres().await;
    let store = Store::open(&postgres.url, options()).await.unwrap();
    let (asked, has_asked) = tokio::sync::oneshot::channel();
    let (go_on, wait) = std::sync::mpsc::channel::<()>();
    let worker = std::thread::spawn({
        let store = store.clone();
        move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(store.load(&key("ada"))).unwrap();
            asked.send(()).unwrap();
            let _busy = wait.recv();
        }
    });
    has_asked.await.unwrap();
    assert_eq!(store.load(&key("ada")).await, Ok(None));
    drop(go_on);
    worker.join().unwrap();
    assert_eq!(store.load(&key("ada")).await, Ok(None));
    drop_database(&postgres.url).await;
}
