//! Starts that are asked for again and again with the same key, of processes that die: one run each.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use flowgate::crash::Point;
use futures_util::future::join_all;
use reqwest::{Client, StatusCode};
use serde_json::json;
use tokio::sync::watch;

use super::{
    process::until,
    served::{Served, write_bot},
};
use crate::support::{
    command::Folder,
    database::{drop_database, fresh_postgres, fresh_sqlite},
    http,
    patience::in_time,
};

const KEYS: usize = 100;
/// So many ask at once with the same key.
const TOGETHER: usize = 10;

/// Where processes die, one after the other, each after so many times.
const DEATHS: [(Point, usize); 7] = [
    (Point::Received, 20),
    (Point::Advanced, 15),
    (Point::Writing, 10),
    (Point::Written, 1),
    (Point::Committed, 5),
    (Point::Written, 2),
    (Point::Committed, 20),
];

/// Asks until it is accepted, wherever the gateway is by then.
async fn asks(client: &Client, address: watch::Receiver<String>, key: usize, accepted: &AtomicUsize) {
    let body = json!({"sequence": "hello", "user": format!("u{key}"), "attributes": {"n": key}});
    until("it is accepted", async || {
        let url = format!("http://{}/v1/bots/echo/start", *address.borrow());
        let sent = client.post(url).header("idempotency-key", format!("key {key}")).json(&body).send().await;
        sent.ok().filter(|answer| answer.status() == StatusCode::ACCEPTED).map(drop)
    })
    .await;
    accepted.fetch_add(1, Ordering::Relaxed);
}

/// One process dies after the other, as long as not all are accepted; the last one lives.
async fn lives(folder: &Folder, database: &str, address: &watch::Sender<String>, accepted: &AtomicUsize) -> Served {
    let all = || accepted.load(Ordering::Relaxed) == KEYS * TOGETHER;
    for (point, hit) in DEATHS.into_iter().take_while(|_| !all()) {
        let chosen = format!("{}:{hit}", point.name());
        let mut served = Served::start_in(folder.root(), database, &[], &[("FLOWGATE_CRASH", &chosen)]);
        address.send_replace(served.address().to_owned());
        tokio::select! {
            _ = served.process.ended() => {}
            () = until("it dies, or all are accepted", async || all().then_some(())) => served.process.kill(),
        }
    }
    let served = Served::start(folder.root(), database);
    address.send_replace(served.address().to_owned());
    served
}

async fn one_run_each(database: &str) {
    let folder = Folder::empty();
    let bot = "bot: echo\nstart: hello\nattributes: {n: {type: integer}}\n";
    let hello = "sequence: hello\nneeds: [n]\nblocks: [{text: \"Hello {{n}}\"}]\n";
    write_bot(folder.root(), "echo", &[("bot.yaml", bot), ("sequences/hello.yaml", hello)]);
    let (address, client) =
        (watch::Sender::new("127.0.0.1:1".to_owned()), http::client().timeout(Duration::from_secs(20)).build().unwrap());
    let accepted = AtomicUsize::new(0);
    let keys = (0..KEYS).flat_map(|key| std::iter::repeat_n(key, TOGETHER));
    let asking = join_all(keys.map(|key| asks(&client, address.subscribe(), key, &accepted)));
    let (_, served) = in_time("all are accepted", async { tokio::join!(asking, lives(&folder, database, &address, &accepted)) }).await;
    for key in 0..KEYS {
        let expected = format!("bot: Hello {key}");
        assert_eq!(served.until_said("echo", &format!("u{key}"), &expected).await, [expected], "one run");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn on_sqlite_a_key_starts_once() {
    one_run_each(&fresh_sqlite().url).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn on_postgresql_a_key_starts_once() {
    let database = fresh_postgres().await;
    one_run_each(&database.url).await;
    drop_database(&database.url).await;
}
