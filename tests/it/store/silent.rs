//! A server that says nothing, as a whole or on some of its connections: a pool or a gate in front of it is full.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Instant,
};

use flowgate::store::{Committed, Store, StoreError};
use tokio::{
    net::TcpStream,
    sync::{Notify, watch},
};

use super::{held::until_it_waits, key, proxy::proxy, turn};
use crate::{
    lives::process::until,
    support::database::{client, drop_database, fresh_postgres, options},
};

/// What a gate in front of the server lets through.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Gate {
    Open,
    /// New connections wait.
    Full,
    /// All of them do.
    Shut,
    /// All of them do, but that which was made last ends, with a question on it and another that waits.
    LastEnds,
}

/// Who asked something behind a gate that lets nothing through.
#[derive(Default)]
struct Askers {
    connections: AtomicUsize,
    waiting: Notify,
}

/// A store behind the gate, with the connections that it needs to look at conversations and to commit.
async fn opened(url: &str, state: &watch::Sender<Gate>, askers: &Arc<Askers>) -> Store {
    let (state, askers) = (state.subscribe(), Arc::clone(askers));
    let url = proxy(url, move |client, server| carry(client, server, state.clone(), Arc::clone(&askers))).await;
    let store = Store::open(&url, options()).await.unwrap();
    store.load(&key("first")).await.unwrap();
    for n in 0..20 {
        // where the machine is slow a commit may go by another connection, but hardly all of them
        store.commit(turn(&key(&format!("first-{n}")), None)).await.unwrap();
    }
    store
}

async fn carry(mut client: TcpStream, server: String, mut state: watch::Receiver<Gate>, askers: Arc<Askers>) {
    let number = askers.connections.fetch_add(1, Ordering::Relaxed);
    let last = || number + 1 == askers.connections.load(Ordering::Relaxed);
    if state.wait_for(|gate| *gate == Gate::Open).await.is_err() {
        return; // the test is over
    }
    let mut server = TcpStream::connect(server).await.unwrap();
    tokio::select! {
        _ended = tokio::io::copy_bidirectional(&mut client, &mut server) => return,
        _shut = state.wait_for(|gate| matches!(gate, Gate::Shut | Gate::LastEnds)) => {}
    }
    let ends = *state.borrow() == Gate::LastEnds && last();
    let _asked = client.peek(&mut [0]).await;
    if ends {
        return askers.waiting.notified().await;
    }
    askers.waiting.notify_one();
    let _opened = state.wait_for(|gate| *gate == Gate::Open).await; // neither side notices
}

/// How it went, and for how many seconds.
async fn timed<T>(work: impl Future<Output = T>) -> (T, f64) {
    let begun = Instant::now();
    let done = work.await;
    (done, begun.elapsed().as_secs_f64())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_finds_out_the_others_need_not() {
    let (postgres, state) = (fresh_postgres().await, watch::Sender::new(Gate::Open));
    let store = opened(&postgres.url, &state, &Arc::default()).await;
    let ada = key("ada");
    store.commit(turn(&ada, None)).await.unwrap();
    state.send_replace(Gate::Shut);
    let (loaded, first) = timed(store.load(&ada)).await;
    let (known, second) = timed(store.is_known(&ada, "e")).await;
    let (committed, third) = timed(store.commit(turn(&ada, Some(1)))).await;
    assert!(matches!(loaded, Err(StoreError::Unavailable(_))), "{loaded:?}");
    assert!(matches!(known, Err(StoreError::Unavailable(_))), "{known:?}");
    assert!(matches!(committed, Err(StoreError::Unavailable(_))), "{committed:?}");
    assert!(second + third < first / 4.0, "{first} s, {second} s, {third} s");
    drop_database(&postgres.url).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_breaks_is_no_answer() {
    let (postgres, state) = (fresh_postgres().await, watch::Sender::new(Gate::Open));
    let store = opened(&postgres.url, &state, &Arc::default()).await;
    let ada = key("ada");
    store.commit(turn(&ada, None)).await.unwrap();
    state.send_replace(Gate::LastEnds);
    let ((loaded, first), committed) = tokio::join!(timed(store.load(&ada)), store.commit(turn(&ada, Some(1))));
    assert!(matches!(loaded, Err(StoreError::Unavailable(_))), "{loaded:?}");
    committed.unwrap_err();
    let (known, second) = timed(store.is_known(&ada, "e")).await;
    assert!(matches!(known, Err(StoreError::Unavailable(_))), "{known:?}");
    let (pinged, third) = timed(store.ping()).await;
    assert!(matches!(pinged, Err(StoreError::Unavailable(_))), "who asks seldom need not find out either: {pinged:?}");
    assert!(second + third < first / 4.0, "{first} s, {second} s, {third} s");
    drop_database(&postgres.url).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_that_cannot_be_made_hold_up_only_who_needs_them() {
    let (postgres, state, askers) = (fresh_postgres().await, watch::Sender::new(Gate::Open), Arc::<Askers>::default());
    let store = opened(&postgres.url, &state, &askers).await;
    let (held, other, watcher) = (key("held"), client(&postgres.url).await, client(&postgres.url).await);
    store.commit(turn(&held, None)).await.unwrap();
    state.send_replace(Gate::Full);
    let connections = askers.connections.load(Ordering::Relaxed);

    other.batch_execute("BEGIN; SELECT FROM conversations WHERE \"user\" = 'held' FOR UPDATE").await.unwrap();
    let (writer, helper) = (store.clone(), store.clone());
    let waits = tokio::spawn(async move { writer.commit(turn(&key("held"), Some(1))).await });
    until_it_waits(&watcher, 0.0).await;
    let helped = tokio::spawn(async move { helper.commit(turn(&key("helped"), None)).await });
    until("it goes by a connection of its own", async || (askers.connections.load(Ordering::Relaxed) > connections).then_some(())).await;
    other.batch_execute("COMMIT").await.unwrap();
    assert_eq!(waits.await.unwrap(), Ok(Committed::Won { version: 2 }));
    while !helped.is_finished() {
        store.load(&held).await.unwrap();
    }
    store.load(&held).await.unwrap();
    assert!(matches!(helped.await.unwrap(), Err(StoreError::Unavailable(_))), "that connection cannot be made");
    assert_eq!(store.commit(turn(&key("later"), None)).await, Ok(Committed::Won { version: 1 }));
    drop_database(&postgres.url).await;
}
