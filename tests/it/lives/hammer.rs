//! Users who never stop, and a process that is killed again and again: each message is answered once, in order.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use serde_json::{Value, json};
use tokio::sync::watch;

use super::{
    process::until,
    served::{Served, write_bot},
};
use crate::support::{
    command::Folder,
    database::{drop_database, fresh_postgres, fresh_sqlite},
};

const USERS: usize = 6;
const MESSAGES: usize = 24;
const KILLS: usize = 3;

const BOT: &str = "\
bot: counter
start: count
fallback: count
attributes: {n: {type: integer, default: 0}}
";
const COUNT: &str = "sequence: count\nblocks:\n  - set: {n: {expr: \"n + 1\"}}\n  - text: \"{{n}}\"\n";

/// Sends every message until it is answered; a repeat has the same id.
async fn user(name: String, mut address: watch::Receiver<String>, answered: Arc<AtomicUsize>) {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    for n in 1..=MESSAGES {
        let body = json!({"user": name, "text": format!("m{n}"), "id": n.to_string()});
        let answer = loop {
            let to = address.borrow_and_update().clone();
            match sent(&client, &to, &body).await {
                Some(answer) => break answer,
                None => drop(address.wait_for(|now| *now != to).await.unwrap()),
            }
        };
        assert_eq!(answer["messages"][0]["text"], n.to_string(), "{name}: {answer}");
        answered.fetch_add(1, Ordering::SeqCst);
    }
}

/// None if the process is gone.
async fn sent(client: &reqwest::Client, address: &str, body: &Value) -> Option<Value> {
    let response = client.post(format!("http://{address}/v1/bots/counter/messages")).json(body).send().await.ok()?;
    assert_eq!(response.status(), 200);
    response.json().await.ok()
}

async fn hammer(database: &str) {
    let folder = Folder::empty();
    write_bot(folder.root(), "counter", &[("bot.yaml", BOT), ("sequences/count.yaml", COUNT)]);
    let mut served = Served::start(folder.root(), database);
    let (address, current) = watch::channel(served.address().to_owned());
    let answered = Arc::new(AtomicUsize::new(0));
    let users: Vec<_> = (0..USERS).map(|n| tokio::spawn(user(format!("u{n}"), current.clone(), answered.clone()))).collect();
    for kill in 1..=KILLS {
        let enough = kill * USERS * MESSAGES / (KILLS + 1);
        until("they go on", async || (answered.load(Ordering::SeqCst) >= enough).then_some(())).await;
        served.process.kill();
        served = Served::start(folder.root(), database);
        address.send_replace(served.address().to_owned());
    }
    for user in users {
        user.await.unwrap();
    }
    let whole: Vec<String> = (1..=MESSAGES).flat_map(|n| [format!("user: m{n}"), format!("bot: {n}")]).collect();
    for n in 0..USERS {
        assert_eq!(served.transcript("counter", &format!("u{n}")).await, whole);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_and_nothing_comes_twice() {
    hammer(&fresh_sqlite().url).await;
    let database = fresh_postgres().await;
    hammer(&database.url).await;
    drop_database(&database.url).await;
}
