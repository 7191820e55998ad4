//! What can happen to a SQLite file while it is in use.

use diesel::{Connection, SqliteConnection, connection::SimpleConnection};
use flowgate::store::{Committed, Store, StoreError};
use futures_util::future::join_all;

use super::{key, turn};
use crate::support::database::{fresh_sqlite, options};

async fn store_and_neighbour() -> (crate::support::database::Fresh, Store, SqliteConnection) {
    let sqlite = fresh_sqlite();
    let store = Store::open(&sqlite.url, options()).await.unwrap();
    let neighbour = SqliteConnection::establish(sqlite.url.strip_prefix("sqlite://").unwrap()).unwrap();
    (sqlite, store, neighbour)
}

#[tokio::test(flavor = "multi_thread")]
async fn while_another_process_writes_commits_wait_and_win() {
    let (_file, store, mut neighbour) = store_and_neighbour().await;
    store.commit(turn(&key("ada"), None)).await.unwrap();
    neighbour.batch_execute("BEGIN IMMEDIATE; UPDATE conversations SET wake_at = 7").unwrap();
    let commit = {
        let store = store.clone();
        tokio::spawn(async move { store.commit(turn(&key("bob"), None)).await })
    };
    assert_eq!(store.load(&key("ada")).await.unwrap().unwrap().wake_at, None, "reading goes on meanwhile");
    assert!(!commit.is_finished());
    neighbour.batch_execute("COMMIT").unwrap();
    assert_eq!(commit.await.unwrap(), Ok(Committed::Won { version: 1 }));
    assert_eq!(store.load(&key("ada")).await.unwrap().unwrap().wake_at.map(|at| at.0), Some(7));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_statement_refuses_takes_only_its_own_turn_back() {
    let (_file, store, mut neighbour) = store_and_neighbour().await;
    let refuse = "CREATE TRIGGER refuse BEFORE INSERT ON turns WHEN new.\"user\" = 'user-5' BEGIN SELECT RAISE(ABORT, 'no'); END";
    neighbour.batch_execute(refuse).unwrap();
    let outcomes = join_all((0..20).map(|n| store.commit(turn(&key(&format!("user-{n}")), None)))).await;
    for (n, outcome) in outcomes.iter().enumerate() {
        match n {
            5 => assert_eq!(*outcome, Err(StoreError::Unavailable("no".to_owned()))),
            _ => assert_eq!(*outcome, Ok(Committed::Won { version: 1 }), "user-{n}"),
        }
    }
    assert_eq!(store.load(&key("user-5")).await, Ok(None), "what it wrote before is gone too");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_broken_for_a_while_needs_no_restart() {
    let (_file, store, mut neighbour) = store_and_neighbour().await;
    store.commit(turn(&key("ada"), None)).await.unwrap();
    neighbour.batch_execute("ALTER TABLE turns RENAME TO away").unwrap();
    let outcomes = join_all(["ada", "bob"].map(|user| store.commit(turn(&key(user), (user == "ada").then_some(1))))).await;
    assert!(outcomes.iter().all(|outcome| matches!(outcome, Err(StoreError::Unavailable(_)))), "{outcomes:?}");
    neighbour.batch_execute("ALTER TABLE away RENAME TO turns").unwrap();
    assert_eq!(store.commit(turn(&key("ada"), Some(1))).await, Ok(Committed::Won { version: 2 }));
    assert_eq!(store.last_messages(&key("ada"), 9).await.unwrap().len(), 2);
}
