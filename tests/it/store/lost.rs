//! A connection that is lost at the worst moments of a commit: behind a proxy that cuts it just there.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
};

use flowgate::store::{Committed, Store, TurnCommit};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpStream, tcp::OwnedReadHalf, tcp::OwnedWriteHalf},
    sync::watch,
};

use super::{key, proxy::proxy, turn};
use crate::{
    lives::process::until,
    support::database::{client, drop_database, fresh_postgres, options},
};

/// The state of a turn says where its connection is cut, the first time.
const BEFORE: &str = "cut before the server hears of it";
const AFTER: &str = "cut after the commit, before the answer";
const AT_WORK: &str = "cut while the server is at work";

/// What was cut already.
type Done = Arc<Mutex<BTreeSet<&'static str>>>;

/// The URL of a server whose connections are cut.
async fn cutting(url: &str) -> String {
    let done = Done::default();
    proxy(url, move |client, server| carry(client, server, Arc::clone(&done))).await
}

async fn carry(client: TcpStream, server: String, done: Done) {
    let server = TcpStream::connect(server).await.unwrap();
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let cut = tokio::select! {
        cut = requests(&mut from_client, &mut to_server, &done) => cut,
        () = answers(&mut from_server, &mut to_client) => None,
    };
    match cut {
        Some(AFTER) => {
            let mut answer = [0; 1_024];
            let _dropped = from_server.read(&mut answer).await; // it is sent when the commit is durable
        }
        Some(AT_WORK) => {
            drop((from_client, to_client));
            answers(&mut from_server, &mut tokio::io::sink()).await; // the server does not notice
        }
        _ => {}
    }
}

/// Carries requests until one is to be cut.
async fn requests(from: &mut OwnedReadHalf, to: &mut OwnedWriteHalf, done: &Done) -> Option<&'static str> {
    let mut buffer = vec![0; 1 << 16];
    loop {
        let read = from.read(&mut buffer).await.unwrap_or(0);
        let text = String::from_utf8_lossy(&buffer[..read]);
        let cut = [BEFORE, AFTER, AT_WORK].into_iter().find(|cut| text.contains(cut) && done.lock().unwrap().insert(cut));
        if cut == Some(BEFORE) || read == 0 {
            return cut;
        }
        to.write_all(&buffer[..read]).await.ok()?;
        if cut.is_some() {
            return cut;
        }
    }
}

async fn answers(from: &mut OwnedReadHalf, to: &mut (impl tokio::io::AsyncWrite + Unpin)) {
    let _ended = tokio::io::copy(from, to).await;
}

fn cut(turn: TurnCommit, place: &str) -> TurnCommit {
    TurnCommit { state: format!("\"{place}\""), ..turn }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_turn_whose_answer_is_lost_is_known_to_be_committed() {
    let postgres = fresh_postgres().await;
    let store = Store::open(&cutting(&postgres.url).await, options()).await.unwrap();
    let ada = key("ada");
    assert_eq!(store.commit(cut(turn(&ada, None), AFTER)).await, Ok(Committed::Won { version: 1 }));
    assert_eq!(store.commit(turn(&ada, Some(1))).await, Ok(Committed::Won { version: 2 }));
    assert_eq!(store.turns(&ada, 0, 9).await.unwrap().len(), 2);
    drop_database(&postgres.url).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_turn_that_never_arrived_is_sent_again() {
    let postgres = fresh_postgres().await;
    let store = Store::open(&cutting(&postgres.url).await, options()).await.unwrap();
    let ada = key("ada");
    assert_eq!(store.commit(cut(turn(&ada, None), BEFORE)).await, Ok(Committed::Won { version: 1 }));
    assert_eq!(store.last_messages(&ada, 9).await.unwrap().len(), 1);
    drop_database(&postgres.url).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_session_that_is_still_at_work_is_ended_before_its_turn_is_repeated() {
    const WAITING: &str = "SELECT count(DISTINCT pid) FROM pg_stat_activity WHERE datname = current_database() \
        AND application_name = 'flowgate' AND wait_event_type = 'Lock' AND query LIKE '%WITH turn AS%' AND pid <> ALL ($1)";
    let postgres = fresh_postgres().await;
    let store = Store::open(&cutting(&postgres.url).await, options()).await.unwrap();
    let ada = key("ada");
    store.commit(turn(&ada, None)).await.unwrap();
    let operator = client(&postgres.url).await;
    operator.batch_execute("BEGIN; SELECT * FROM conversations FOR UPDATE").await.unwrap();

    let watcher = client(&postgres.url).await;
    let before = watcher.query("SELECT pid FROM pg_stat_activity WHERE datname = current_database()", &[]).await.unwrap();
    let before: Vec<i32> = before.iter().map(|row| row.get(0)).collect();
    let commit = {
        let (store, turn) = (store.clone(), cut(turn(&ada, Some(1)), AT_WORK));
        tokio::spawn(async move { store.commit(turn).await })
    };
    let waits = async || watcher.query_one(WAITING, &[&before]).await.unwrap().get::<_, i64>(0) > 0 || commit.is_finished();
    until("the lost session waits for the row", async || waits().await.then_some(())).await;
    operator.batch_execute("COMMIT").await.unwrap();
    assert_eq!(commit.await.unwrap(), Ok(Committed::Won { version: 2 }));
    assert_eq!(store.turns(&ada, 0, 9).await.unwrap().len(), 2);
    drop_database(&postgres.url).await;
}

/// Carries one connection; when told so, the server forgets all that was prepared on it, as some poolers have it do.
async fn forgets(mut client: TcpStream, server: String, mut forget: watch::Receiver<bool>) {
    let mut server = TcpStream::connect(server).await.unwrap();
    if *forget.borrow() {
        return drop(tokio::io::copy_bidirectional(&mut client, &mut server).await); // nothing was prepared before
    }
    tokio::select! {
        _ended = tokio::io::copy_bidirectional(&mut client, &mut server) => return,
        told = forget.wait_for(|told| *told) => drop(told.unwrap()),
    }
    server.write_all(b"Q\0\0\0\x13DEALLOCATE ALL\0").await.unwrap();
    let mut done = *b"C\0\0\0\x13DEALLOCATE ALL\0Z\0\0\0\x05I";
    server.read_exact(&mut done).await.unwrap();
    assert!(done.ends_with(b"Z\0\0\0\x05I"), "{}", String::from_utf8_lossy(&done));
    let _ended = tokio::io::copy_bidirectional(&mut client, &mut server).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_server_has_forgotten_is_prepared_again() {
    let (postgres, forget) = (fresh_postgres().await, watch::Sender::new(false));
    let told = forget.subscribe();
    let url = proxy(&postgres.url, move |client, server| forgets(client, server, told.clone())).await;
    let store = Store::open(&url, options()).await.unwrap();
    let ada = key("ada");
    store.commit(turn(&ada, None)).await.unwrap();
    assert!(store.load(&ada).await.unwrap().is_some());
    forget.send_replace(true);
    assert_eq!(store.commit(turn(&ada, Some(1))).await, Ok(Committed::Won { version: 2 }));
    assert_eq!(store.load(&ada).await.unwrap().unwrap().version, 2);
    drop_database(&postgres.url).await;
}
