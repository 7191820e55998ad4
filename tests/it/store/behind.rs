//! A connection that is lost with two groups of turns under way, one behind the other: a proxy keeps the first until the second comes.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use flowgate::store::{Committed, Store, TurnCommit};
use futures_util::future::join_all;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpStream, tcp::OwnedReadHalf, tcp::OwnedWriteHalf},
    sync::Notify,
};

use super::{key, proxy::proxy, turn};
use crate::support::{
    database::{client, drop_database, fresh_postgres, options},
    patience::{attempts, in_time},
};

/// What the states of the turns say.
const FIRST: &str = "\"goes first\"";
const SECOND: &str = "\"goes behind\"";
/// As many as are worth a group behind another.
const MANY: usize = 16;

/// How many of the two groups the server hears of before the connection is lost.
#[derive(Clone, Copy, Debug)]
enum Heard {
    Neither,
    First,
    Both,
}

/// What the proxy and the test tell each other.
#[derive(Default)]
struct Moments {
    /// The first group is kept.
    kept: Notify,
    /// The second came by another connection: it took too long to come behind the first.
    elsewhere: Notify,
    /// The connection with both is lost: from now on everything is carried.
    cut: AtomicBool,
}

async fn carry(client: TcpStream, server: String, heard: Heard, moments: Arc<Moments>) {
    let server = TcpStream::connect(server).await.unwrap();
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let cut = tokio::select! {
        cut = requests(&mut from_client, &mut to_server, heard, &moments) => cut,
        _ended = tokio::io::copy(&mut from_server, &mut to_client) => false,
    };
    drop((from_client, to_client));
    if cut {
        let _ended = tokio::io::copy(&mut from_server, &mut tokio::io::sink()).await; // the server does not notice
    }
}

/// Carries requests until one comes behind the first group; says whether that was the second.
async fn requests(from: &mut OwnedReadHalf, to: &mut OwnedWriteHalf, heard: Heard, moments: &Moments) -> bool {
    loop {
        let Some(request) = read(from).await else { return false };
        if contains(&request, SECOND) {
            moments.elsewhere.notify_waiters();
        }
        if contains(&request, FIRST) && !moments.cut.load(Ordering::Relaxed) {
            let mut elsewhere = std::pin::pin!(moments.elsewhere.notified());
            elsewhere.as_mut().enable();
            moments.kept.notify_one();
            tokio::select! {
                second = read(from) => {
                    moments.cut.store(true, Ordering::Relaxed);
                    let_through(to, heard, &request, &second.unwrap()).await;
                    return true;
                }
                () = elsewhere => {}
            }
        }
        if to.write_all(&request).await.is_err() {
            return false;
        }
    }
}

async fn let_through(to: &mut OwnedWriteHalf, heard: Heard, first: &[u8], second: &[u8]) {
    assert!(contains(second, SECOND));
    let heard = match heard {
        Heard::Neither => vec![],
        Heard::First => first.to_vec(),
        Heard::Both => [first, second].concat(),
    };
    to.write_all(&heard).await.unwrap();
}

async fn read(from: &mut OwnedReadHalf) -> Option<Vec<u8>> {
    let mut buffer = vec![0; 1 << 16];
    let read = from.read(&mut buffer).await.ok().filter(|read| *read > 0)?;
    buffer.truncate(read);
    Some(buffer)
}

fn contains(request: &[u8], word: &str) -> bool {
    request.windows(word.len()).any(|part| part == word.as_bytes())
}

fn saying(state: &str, user: &str) -> TurnCommit {
    TurnCommit { state: state.to_owned(), ..turn(&key(user), None) }
}

/// One turn, and many while it is under way. Says whether they were lost together.
async fn attempt(store: &Store, moments: &Moments, number: usize) -> bool {
    let many: Vec<_> = (0..MANY).map(|n| saying(SECOND, &format!("behind-{number}-{n}"))).collect();
    let behind = async {
        in_time("the first group is on its way", moments.kept.notified()).await;
        join_all(many.into_iter().map(|turn| store.commit(turn))).await
    };
    let (first, behind) = tokio::join!(store.commit(saying(FIRST, &format!("first-{number}"))), behind);
    for outcome in behind.into_iter().chain([first]) {
        assert_eq!(outcome, Ok(Committed::Won { version: 1 }));
    }
    moments.cut.load(Ordering::Relaxed)
}

#[tokio::test(flavor = "multi_thread")]
async fn two_groups_under_way_are_each_written_once_however_far_they_came() {
    for heard in [Heard::Neither, Heard::First, Heard::Both] {
        let (postgres, moments) = (fresh_postgres().await, Arc::<Moments>::default());
        let watched = Arc::clone(&moments);
        let url = proxy(&postgres.url, move |client, server| carry(client, server, heard, Arc::clone(&watched))).await;
        let store = Store::open(&url, options()).await.unwrap();
        store.commit(turn(&key("before"), None)).await.unwrap();
        let lost_together = async |number| attempt(&store, &moments, number).await.then_some(number + 1);
        let attempts = attempts("two groups are lost together", lost_together).await;
        let written = client(&postgres.url).await.query_one("SELECT count(*) FROM turns", &[]).await.unwrap();
        assert_eq!(written.get::<_, i64>(0), i64::try_from(1 + attempts * (1 + MANY)).unwrap(), "{heard:?}");
        drop_database(&postgres.url).await;
    }
}
