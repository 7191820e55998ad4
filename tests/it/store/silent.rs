//! A server that says nothing, as a whole or on some of its connections: a pool or a gate in front of it is full.

use std::{
    fmt::Debug,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use flowgate::store::{Committed, Store, StoreError, TurnCommit};
use tokio::{
    net::TcpStream,
    sync::{Notify, watch},
    task::JoinHandle,
};
use tokio_postgres::Client;

use super::{held::it_waits, key, proxy::proxy, turn};
use crate::{
    lives::process::until,
    support::{
        database::{client, drop_database, fresh_postgres, options},
        long::{figure, took},
        patience::attempts,
    },
};

/// What a gate in front of the server lets through.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Gate {
    Open,
    /// New connections wait.
    Full,
    /// All of them do.
    Shut,
    /// Those that are there do.
    Stuck,
    /// All of them do, but that which was made last ends, with a question on it and another that waits.
    LastEnds,
}

/// Who asked something behind a gate that lets nothing through.
#[derive(Default)]
struct Askers {
    connections: AtomicUsize,
    questions: AtomicUsize,
    waiting: Notify,
}

impl Askers {
    /// How often the server was asked for anything: connections, and what stands on them behind a gate that is shut.
    fn count(&self) -> usize {
        self.connections.load(Ordering::Relaxed) + self.questions.load(Ordering::Relaxed)
    }
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
    let Ok(made) = state.wait_for(|gate| matches!(gate, Gate::Open | Gate::Stuck)).await.map(|gate| *gate) else {
        return; // the test is over
    };
    let mut server = TcpStream::connect(server).await.unwrap();
    tokio::select! {
        biased; // no answer slips through
        _shut = state.wait_for(|gate| !matches!(gate, Gate::Open | Gate::Full) && *gate != made) => {}
        _ended = tokio::io::copy_bidirectional(&mut client, &mut server) => return,
    }
    let ends = *state.borrow() == Gate::LastEnds && last();
    let _asked = client.peek(&mut [0]).await;
    askers.questions.fetch_add(1, Ordering::Relaxed);
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

fn is_unavailable<T: Debug>(answer: &Result<T, StoreError>) {
    assert!(matches!(answer, Err(StoreError::Unavailable(_))), "{answer:?}");
}

/// Whether the server was asked by the first only, who found out that it says nothing. A machine that is busy may give the others
/// their turn only when that is forgotten, after half a second.
async fn ask_in_vain<A, B>(askers: &Askers, first: impl Future<Output = A>, others: impl Future<Output = B>) -> Option<()> {
    let (_, waited) = timed(first).await;
    let asked = askers.count();
    let (_, spared) = timed(others).await;
    figure("the wait of those who are spared it, in that of the first", spared / waited, ..0.25);
    (askers.count() == asked).then_some(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_finds_out_the_others_need_not() {
    let postgres = fresh_postgres().await;
    attempts("the others are spared the wait", async |_| {
        let (state, askers) = (watch::Sender::new(Gate::Open), Arc::<Askers>::default());
        let (store, ada) = (opened(&postgres.url, &state, &askers).await, key("ada"));
        state.send_replace(Gate::Shut);
        let others = async {
            is_unavailable(&store.is_known(&ada, "e").await);
            is_unavailable(&store.commit(turn(&ada, None)).await);
        };
        ask_in_vain(&askers, async { is_unavailable(&store.load(&ada).await) }, others).await
    })
    .await;
    drop_database(&postgres.url).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_breaks_is_no_answer() {
    let postgres = fresh_postgres().await;
    attempts("who asks seldom need not find out either", async |_| {
        let (state, askers) = (watch::Sender::new(Gate::Open), Arc::<Askers>::default());
        let (store, ada) = (opened(&postgres.url, &state, &askers).await, key("ada"));
        state.send_replace(Gate::LastEnds);
        let first = async {
            let (loaded, committed) = tokio::join!(store.load(&ada), store.commit(turn(&ada, None)));
            is_unavailable(&loaded);
            committed.unwrap_err();
        };
        let others = async {
            is_unavailable(&store.is_known(&ada, "e").await);
            is_unavailable(&store.ping().await);
        };
        ask_in_vain(&askers, first, others).await
    })
    .await;
    drop_database(&postgres.url).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_hangs_on_one_connection_goes_by_another() {
    let (postgres, state) = (fresh_postgres().await, watch::Sender::new(Gate::Open));
    let store = opened(&postgres.url, &state, &Arc::default()).await;
    let ada = key("ada");
    store.commit(turn(&ada, None)).await.unwrap();
    store.ping().await.unwrap();
    state.send_replace(Gate::Stuck);
    let pings = async {
        assert!(matches!(store.ping().await, Err(StoreError::Unavailable(_))));
        store.ping().await
    };
    let (committed, pinged) = tokio::join!(store.commit(turn(&ada, Some(1))), pings);
    assert_eq!((committed, pinged), (Ok(Committed::Won { version: 2 }), Ok(())));
    drop_database(&postgres.url).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn those_who_wait_for_a_number_do_not_wait_for_each_other() {
    let (postgres, state) = (fresh_postgres().await, watch::Sender::new(Gate::Open));
    let store = opened(&postgres.url, &state, &Arc::default()).await;
    let first = store.next_uid().await.unwrap();
    while store.next_uid().await.unwrap() < first + 999 {}
    state.send_replace(Gate::Shut);
    let asked = Instant::now();
    let numbers = tokio::join!(store.next_uid(), store.next_uid(), store.next_uid(), store.next_uid());
    assert!(matches!(numbers, (Err(_), Err(_), Err(_), Err(_))), "{numbers:?}");
    took("four numbers", asked.elapsed(), Duration::from_secs(10));
    drop_database(&postgres.url).await;
}

type Committing = JoinHandle<Result<Committed, StoreError>>;

fn commit(store: &Store, turn: TurnCommit) -> Committing {
    let store = store.clone();
    tokio::spawn(async move { store.commit(turn).await })
}

/// A commit that waits for a row which somebody else holds, and one that waits for a connection. None where it came about in
/// another way: on a machine that is busy with others, who helps may have made a connection already, or be the one who waits.
async fn one_held_one_connecting(store: &Store, other: &Client, askers: &Askers, held: &str) -> Option<(Committing, Committing)> {
    other.batch_execute(&format!("BEGIN; SELECT FROM conversations WHERE \"user\" = '{held}' FOR UPDATE")).await.unwrap();
    let connections = || askers.connections.load(Ordering::Relaxed);
    let before = connections();
    let waits = commit(store, turn(&key(held), Some(1)));
    let waits_for_the_row = async || (waits.is_finished() || connections() > before || it_waits(other, 0.0).await).then_some(());
    until("it waits for the row", waits_for_the_row).await;
    let helped = commit(store, turn(&key(&format!("{held}-helped")), None));
    until("it wants a connection", async || (helped.is_finished() || connections() > before).then_some(())).await;
    (!waits.is_finished() && !helped.is_finished() && it_waits(other, 0.0).await).then_some((waits, helped))
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_that_cannot_be_made_hold_up_only_who_needs_them() {
    const END: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() \
        AND application_name = 'flowgate' AND query LIKE '%WITH turn AS%'";
    let (postgres, state, askers) = (fresh_postgres().await, watch::Sender::new(Gate::Open), Arc::<Askers>::default());
    let store = opened(&postgres.url, &state, &askers).await;
    let other = client(&postgres.url).await;
    let hold_up = async |number| {
        let held = format!("held-{number}");
        state.send_replace(Gate::Open);
        other.execute(END, &[]).await.unwrap();
        store.commit(turn(&key(&held), None)).await.unwrap(); // by a connection that it makes
        state.send_replace(Gate::Full);
        let both = one_held_one_connecting(&store, &other, &askers, &held).await;
        other.batch_execute("COMMIT").await.unwrap();
        let (waits, helped) = both?;
        assert_eq!(waits.await.unwrap(), Ok(Committed::Won { version: 2 }));
        until("a connection cannot be made", async || {
            store.load(&key(&held)).await.unwrap();
            helped.is_finished().then_some(())
        })
        .await;
        store.load(&key(&held)).await.unwrap();
        assert!(matches!(helped.await.unwrap(), Err(StoreError::Unavailable(_))), "that connection cannot be made");
        assert_eq!(store.commit(turn(&key("later"), None)).await, Ok(Committed::Won { version: 1 }));
        Some(())
    };
    attempts("one waits for a row, and one for a connection", hold_up).await;
    drop_database(&postgres.url).await;
}
