//! Rows that somebody else holds, on PostgreSQL: who wants them waits, nobody else does.

use flowgate::store::{Committed, Store, StoreError, TurnCommit};
use futures_util::future::join_all;
use tokio_postgres::Client;

use super::{inbound, key, turn};
use crate::{
    lives::process::until,
    support::{
        database::{client, drop_database, fresh_postgres, options},
        patience::attempts,
    },
};

/// Whether a statement of the store has waited for a lock for so many milliseconds.
pub(super) async fn it_waits(watcher: &Client, ms: f64) -> bool {
    const WAITING: &str = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'flowgate' \
        AND wait_event_type = 'Lock' AND clock_timestamp() - query_start >= $1 * interval '1 ms'";
    !watcher.query(WAITING, &[&ms]).await.unwrap().is_empty()
}

async fn until_it_waits(watcher: &Client, ms: f64) {
    until("a statement waits", async || it_waits(watcher, ms).await.then_some(())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deadlock_with_somebody_else_is_repeated_unseen() {
    let postgres = fresh_postgres().await;
    let store = Store::open(&postgres.url, options()).await.unwrap();
    let (a, b) = (key("a"), key("b"));
    store.commit(turn(&a, None)).await.unwrap();
    store.commit(turn(&b, None)).await.unwrap();
    let (other, watcher) = (client(&postgres.url).await, client(&postgres.url).await);
    let hold = |user: &str| format!("SELECT FROM conversations WHERE \"user\" = '{user}' FOR UPDATE");
    let begin = format!("BEGIN; SET LOCAL deadlock_timeout = '30s'; {}", hold("b"));
    attempts("both turns are in one group", async |number| {
        let version = i64::try_from(number).unwrap() + 1;
        other.batch_execute(&begin).await.unwrap();
        let both = async { tokio::join!(store.commit(turn(&a, Some(version))), store.commit(turn(&b, Some(version)))) };
        let crossing = async {
            until_it_waits(&watcher, 0.0).await;
            let in_one_group = store.load(&a).await.unwrap().unwrap().version == version;
            other.batch_execute(&format!("{}; COMMIT", hold("a"))).await.unwrap();
            in_one_group
        };
        let (outcomes, in_one_group) = tokio::join!(both, crossing);
        let won = Ok(Committed::Won { version: version + 1 });
        assert_eq!(outcomes, (won.clone(), won));
        in_one_group.then_some(()) // it held `a` and wanted `b`, as the other held `b` and wanted `a`
    })
    .await;
    drop_database(&postgres.url).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_somebody_holds_fails_its_own_turn_only() {
    let postgres = fresh_postgres().await;
    let store = Store::open(&postgres.url, options()).await.unwrap();
    let held = key("user-3");
    store.commit(turn(&held, None)).await.unwrap();
    let other = client(&postgres.url).await;
    other.batch_execute("BEGIN; SELECT * FROM conversations FOR UPDATE").await.unwrap();
    let turns = (0..8).map(|n| turn(&key(&format!("user-{n}")), (n == 3).then_some(1)));
    let outcomes = join_all(turns.map(|turn| store.commit(turn))).await;
    for (n, outcome) in outcomes.into_iter().enumerate() {
        match n {
            3 => assert!(matches!(outcome, Err(StoreError::Unavailable(_))), "{outcome:?}"),
            _ => assert_eq!(outcome, Ok(Committed::Won { version: 1 }), "user-{n}"),
        }
    }
    other.batch_execute("COMMIT").await.unwrap();
    assert_eq!(store.commit(turn(&held, Some(1))).await, Ok(Committed::Won { version: 2 }));
    drop_database(&postgres.url).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_while_a_row_is_held_does_not_wait_for_it() {
    let postgres = fresh_postgres().await;
    let store = Store::open(&postgres.url, options()).await.unwrap();
    let (other, watcher) = (client(&postgres.url).await, client(&postgres.url).await);
    let held = key("held");
    store.commit(turn(&held, None)).await.unwrap();
    other.batch_execute("BEGIN; SELECT * FROM conversations FOR UPDATE").await.unwrap();
    let waits = tokio::spawn({
        let (store, turn) = (store.clone(), turn(&held, Some(1)));
        async move { store.commit(turn).await }
    });
    until_it_waits(&watcher, 50.0).await;
    let many = (0..100).map(|n| store.commit(turn(&key(&format!("user-{n}")), None)));
    for outcome in join_all(many.collect::<Vec<_>>()).await {
        assert_eq!(outcome, Ok(Committed::Won { version: 1 }));
    }
    assert!(!waits.is_finished(), "they came first");
    other.batch_execute("COMMIT").await.unwrap();
    assert_eq!(waits.await.unwrap(), Ok(Committed::Won { version: 2 }));
    drop_database(&postgres.url).await;
}

/// What comes of a turn while whose commit somebody changes its row.
async fn changed_meanwhile(url: &str, store: &Store, user: &str, change: &str) -> Committed {
    let (other, watcher, held) = (client(url).await, client(url).await, key(user));
    store.commit(turn(&held, None)).await.unwrap();
    other.batch_execute(&format!("BEGIN; UPDATE conversations SET {change} WHERE \"user\" = '{user}'")).await.unwrap();
    let commit = async { store.commit(turn(&held, Some(1))).await.unwrap() };
    let changing = async {
        until_it_waits(&watcher, 0.0).await;
        other.batch_execute("COMMIT").await.unwrap();
    };
    tokio::join!(commit, changing).0
}

#[tokio::test(flavor = "multi_thread")]
async fn a_turn_whose_row_is_changed_meanwhile_is_not_written_over_that() {
    let postgres = fresh_postgres().await;
    let store = Store::open(&postgres.url, options()).await.unwrap();
    assert_eq!(changed_meanwhile(&postgres.url, &store, "ada", "version = 7").await, Committed::Lost);
    // nobody but an operator leaves the version as it is; who loses by that is run again, and wins
    if changed_meanwhile(&postgres.url, &store, "bob", "wake_at = 1").await == Committed::Lost {
        assert_eq!(store.commit(turn(&key("bob"), Some(1))).await, Ok(Committed::Won { version: 2 }));
    }
    assert_eq!(store.load(&key("bob")).await.unwrap().unwrap().version, 2);
    drop_database(&postgres.url).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_is_changed_while_its_turn_takes_it_is_taken_all_the_same() {
    let postgres = fresh_postgres().await;
    let store = Store::open(&postgres.url, options()).await.unwrap();
    let (other, watcher, ada) = (client(&postgres.url).await, client(&postgres.url).await, key("ada"));
    store.commit(turn(&ada, None)).await.unwrap();
    store.put_inbox(&ada, &inbound("waits", "e-1")).await.unwrap();
    other.batch_execute("BEGIN; UPDATE messages SET body = '{}' WHERE waiting").await.unwrap();
    let taking = TurnCommit { takes: Some("waits".into()), ..turn(&ada, Some(1)) };
    let changing = async {
        until_it_waits(&watcher, 0.0).await;
        other.batch_execute("COMMIT").await.unwrap();
    };
    assert_eq!(tokio::join!(store.commit(taking), changing).0, Ok(Committed::Won { version: 2 }));
    assert_eq!(store.oldest_inbox(&ada).await, Ok(None), "it would be run again");
    drop_database(&postgres.url).await;
}
