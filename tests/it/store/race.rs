//! Several processes on one PostgreSQL, and connections that die at work.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use flowgate::{
    id::ConversationKey,
    store::{Committed, Direction, Store, StoreError, TurnCommit},
};
use futures_util::future::join_all;

use super::{key, message, turn};
use crate::{
    lives::process::until,
    support::{
        database::{client, drop_database, fresh_postgres, options},
        patience::in_time,
    },
};

const CONVERSATIONS: usize = 48;
const WRITERS: usize = 64;

/// The state of these tests is the list of the events that were applied.
fn applied(state: &str) -> Vec<String> {
    serde_json::from_str(state).unwrap()
}

async fn load(store: &Store, key: &ConversationKey) -> (Option<i64>, Vec<String>) {
    loop {
        match store.load(key).await {
            Ok(row) => return row.map_or((None, vec![]), |row| (Some(row.version), applied(&row.state))),
            Err(StoreError::Unavailable(_)) => tokio::task::yield_now().await,
            Err(error) => panic!("{error}"),
        }
    }
}

/// What a gateway does with an event that has no id of its own: nothing but the store's word keeps it from being applied twice.
async fn apply(store: &Store, key: &ConversationKey, event: &str) {
    loop {
        let (expected, mut events) = load(store, key).await;
        events.push(event.to_owned());
        let (state, run_id) = (serde_json::to_string(&events).unwrap(), event.into());
        let turn = TurnCommit { state, run_id, messages: vec![message(event, Direction::Out)], ..turn(key, expected) };
        match store.commit(turn).await {
            Ok(Committed::Won { version }) => {
                assert_eq!(version, expected.unwrap_or(0) + 1);
                return;
            }
            Ok(Committed::Lost) | Err(StoreError::Unavailable(_)) => tokio::task::yield_now().await,
            Err(StoreError::Uncertain(_)) if load(store, key).await.1.iter().any(|applied| applied == event) => return,
            Err(StoreError::Uncertain(_)) => {}
            other => panic!("{event}: {other:?}"),
        }
    }
}

async fn apply_all(store: &Store, writer: usize, events: usize, done: &AtomicUsize) {
    for n in 0..events {
        let (key, event) = (key(&format!("user-{}", (writer + n) % CONVERSATIONS)), format!("{writer}-{n}"));
        in_time(&format!("{event} is applied"), apply(store, &key, &event)).await;
        done.fetch_add(1, Ordering::Relaxed);
    }
}

/// Every event once, and the rows say the same as the states.
async fn check(store: &Store, events: usize) {
    let mut all = Vec::new();
    for n in 0..CONVERSATIONS {
        let key = key(&format!("user-{n}"));
        let (version, events) = in_time("a conversation is read", load(store, &key)).await;
        assert_eq!(version, Some(i64::try_from(events.len()).unwrap()));
        let log = store.turns(&key, 0, 10_000).await.unwrap();
        assert_eq!(log.iter().map(|turn| turn.run_id.to_string()).collect::<Vec<_>>(), events);
        let messages = store.messages_after(&key, 0, 10_000).await.unwrap();
        assert_eq!(messages.iter().map(|row| row.message.id.to_string()).collect::<Vec<_>>(), events);
        all.extend(events);
    }
    all.sort();
    let count = all.len();
    all.dedup();
    assert_eq!((all.len(), count), (WRITERS * events, WRITERS * events));
}

/// All writers, half of them on each of two stores.
async fn race(url: &str, events: usize, done: &AtomicUsize) -> Store {
    let stores = [Store::open(url, options()).await.unwrap(), Store::open(url, options()).await.unwrap()];
    join_all((0..WRITERS).map(|writer| apply_all(&stores[writer % 2], writer, events, done))).await;
    let [first, second] = stores;
    second.close().await;
    first
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_apply_every_event_once() {
    let postgres = fresh_postgres().await;
    let store = race(&postgres.url, 20, &AtomicUsize::new(0)).await;
    check(&store, 20).await;
    drop_database(&postgres.url).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_that_are_killed_lose_nothing_and_repeat_nothing() {
    const EVENTS: usize = 20;
    let postgres = fresh_postgres().await;
    Store::open(&postgres.url, options()).await.unwrap().close().await;
    let (done, over) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
    let killing = tokio::spawn(kill(postgres.url.clone(), Arc::clone(&done), Arc::clone(&over)));
    let store = race(&postgres.url, EVENTS, &done).await;
    over.store(true, Ordering::Relaxed);
    let killed = killing.await.unwrap();
    assert!(killed >= 50, "only {killed} connections were killed");
    check(&store, EVENTS).await;
    drop_database(&postgres.url).await;
}

/// Kills all connections of the stores whenever a few more events were applied.
async fn kill(url: String, done: Arc<AtomicUsize>, over: Arc<AtomicBool>) -> u64 {
    const KILL: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
        WHERE datname = current_database() AND application_name = 'flowgate'";
    let operator = client(&url).await;
    let (mut killed, mut next) = (0, 0);
    while !over.load(Ordering::Relaxed) {
        if done.load(Ordering::Relaxed) < next {
            tokio::task::yield_now().await;
            continue;
        }
        killed += operator.execute(KILL, &[]).await.unwrap();
        next = done.load(Ordering::Relaxed) + 20;
    }
    killed
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_event_through_two_processes_is_taken_once() {
    let postgres = fresh_postgres().await;
    let stores = [Store::open(&postgres.url, options()).await.unwrap(), Store::open(&postgres.url, options()).await.unwrap()];
    for n in 0..60 {
        let key = key(&format!("user-{n}"));
        let event = |tag: &str| super::inbound(&format!("{n}-{tag}"), "the same");
        let turn = TurnCommit { inbound: Some(event("turn")), ..turn(&key, None) };
        let waiting = event("inbox");
        let (turn, inbox) = tokio::join!(stores[0].commit(turn), stores[1].put_inbox(&key, &waiting));
        let taken = matches!(turn, Ok(Committed::Won { .. }));
        let kept = matches!(inbox, Ok(flowgate::store::Inbox::Waiting(_)));
        assert!(taken != kept, "{turn:?} {inbox:?}");
        assert_eq!(stores[0].last_messages(&key, 9).await.unwrap().iter().filter(|row| row.message.external_id.is_some()).count(), 1);
    }
    drop_database(&postgres.url).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn live_events_reach_other_processes() {
    let postgres = fresh_postgres().await;
    let stores = [Store::open(&postgres.url, options()).await.unwrap(), Store::open(&postgres.url, options()).await.unwrap()];
    let mut heard = stores[1].subscribe();
    let mut version = None;
    let ada = key("ada");
    until("the other store hears of it", async || {
        let Ok(Committed::Won { version: won }) = stores[0].commit(turn(&ada, version)).await else { panic!("nobody else writes") };
        version = Some(won); // again, until the listener of the other store is there
        (heard.try_recv().ok()? == ada).then_some(())
    })
    .await;
    drop_database(&postgres.url).await;
}
