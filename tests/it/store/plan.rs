//! What turns read on PostgreSQL, by the server's own count.

use flowgate::store::{Committed, IndexChange, Store, TurnCommit};
use futures_util::future::join_all;
use tokio_postgres::Client;

use super::{inbound, key, turn};
use crate::{
    lives::process::until,
    support::database::{client, drop_database, fresh_postgres, options},
};

const TURNS: usize = 100;
/// What a turn may read: itself, its conversation twice, a tag, what it looks for in vain, and some that died meanwhile.
const ROWS_PER_TURN: i64 = 10;

/// The server knows that there are two, and is not told of more.
const COUNT: &str = "ALTER TABLE conversations SET (autovacuum_enabled = false); ALTER TABLE messages SET (autovacuum_enabled = false); \
    ALTER TABLE tags SET (autovacuum_enabled = false); ANALYZE";

const GROW: &str = r#"
    INSERT INTO conversations (bot, channel, "user", uid, version, state, created_at, last_interaction, indexed_to)
        SELECT 'shop', 'webchat', 'user-' || n, n, 1, '{}', 0, 0, 1 FROM generate_series(1, 5000) n;
    INSERT INTO messages (id, bot, channel, "user", position, direction, kind, body, external_id, waiting, created_at)
        SELECT 'm', 'shop', 'webchat', 'user-' || n, 0, 'in', 'text', '{}', 'before', false, 0 FROM generate_series(1, 5000) n;
    INSERT INTO tags (bot, channel, "user", tag, uid) SELECT 'shop', 'webchat', 'user-' || n, 'old', n FROM generate_series(1, 5000) n;"#;

/// How many rows were read, once the sessions of the store are over and have told their counts.
pub(super) async fn rows_read(operator: &Client) -> i64 {
    const SESSIONS: &str = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'flowgate'";
    const READ: &str = "SELECT (SELECT sum(idx_tup_read) FROM pg_stat_user_indexes)::bigint \
        + (SELECT sum(seq_tup_read) FROM pg_stat_user_tables WHERE relname IN ('conversations', 'messages', 'turns', 'tags'))::bigint";
    until("its sessions end", async || operator.query(SESSIONS, &[]).await.unwrap().is_empty().then_some(())).await;
    operator.query_one(READ, &[]).await.unwrap().get(0)
}

/// A message of a user whom this process does not know yet: both looks, then the turn.
async fn arrives(store: &Store, user: &str) {
    let user = key(user);
    let external = format!("{}-1", user.user);
    assert_eq!(store.is_known(&user, &external).await, Ok(false));
    let version = store.load(&user).await.unwrap().unwrap().version;
    let index = IndexChange { tags: vec![("old".to_owned(), false)], ..IndexChange::default() };
    let turn = TurnCommit { inbound: Some(inbound(&external, &external)), index, ..turn(&user, Some(version)) };
    assert_eq!(store.commit(turn).await, Ok(Committed::Won { version: 2 }));
}

#[tokio::test(flavor = "multi_thread")]
async fn turns_read_their_own_rows_only_however_few_there_were_when_the_plan_was_made() {
    let postgres = fresh_postgres().await;
    let (store, operator) = (Store::open(&postgres.url, options()).await.unwrap(), client(&postgres.url).await);
    for user in ["first", "second"] {
        store.commit(turn(&key(user), None)).await.unwrap();
    }
    operator.batch_execute(COUNT).await.unwrap();
    arrives(&store, "first").await;
    operator.batch_execute(GROW).await.unwrap();
    let arrive = async |n| arrives(&store, &format!("user-{n}")).await;
    join_all((1..=TURNS).map(arrive)).await;
    store.close().await;
    drop(store);
    let read = rows_read(&operator).await;
    assert!((1..=ROWS_PER_TURN * i64::try_from(TURNS).unwrap()).contains(&read), "{TURNS} turns read {read} rows");
    drop_database(&postgres.url).await;
}
