//! The process is told to end: what it has begun, it finishes.

use std::time::{Duration, Instant};

use serde_json::json;

use super::{
    backend::Backend,
    process::until,
    served::{Served, write_bot},
};
use crate::support::{
    app::got,
    command::Folder,
    database::{drop_database, fresh_postgres, fresh_sqlite},
    http,
    long::took,
};

const HELLO: &str = "sequence: hello\nblocks:\n  - text: \"Hello!\"\n";

fn write_echo(folder: &Folder) {
    write_bot(folder.root(), "echo", &[("bot.yaml", "bot: echo\nstart: hello\n"), ("sequences/hello.yaml", HELLO)]);
}

async fn ends_after_its_run(database: &str) {
    let (folder, backend) = (Folder::empty(), Backend::start());
    let api = format!("api: stock\nmethod: POST\nurl: {}/stock\noutput: text\nsample: {{data: done, success: true}}\n", backend.url);
    let ask = "sequence: hello\nblocks:\n  - text: \"Looking.\"\n  - text: \"Stock: <<stock>>\"\n";
    write_bot(
        folder.root(),
        "shop",
        &[
            ("bot.yaml", "bot: shop\nstart: hello\ntriggers:\n  - {keywords: [thanks], text: \"Any time.\"}\n"),
            ("sequences/hello.yaml", ask),
            ("apis/stock.yaml", &api),
        ],
    );
    let mut served = Served::start(folder.root(), database);
    backend.hold();
    let message = served.message("shop", &json!({"user": "ann", "text": "hi"}));
    let client = tokio::spawn(got(message));
    until("the call is out", async || (!backend.called("/stock").is_empty()).then_some(())).await;
    let waiting = served.message("shop", &json!({"user": "ann", "text": "thanks"}));
    let waiting = tokio::spawn(got(waiting));
    served.until_said("shop", "ann", "user: thanks").await;
    served.process.signal("TERM");
    let address = served.address().to_owned();
    until("new connections are refused", async || std::net::TcpStream::connect(&address).err()).await;
    assert!(!client.is_finished() && served.process.0.try_wait().unwrap().is_none(), "the run goes on");
    backend.release();
    let answer = client.await.unwrap().json();
    assert_eq!(answer["messages"][1]["text"], "Stock: done", "{answer}");
    let answer = waiting.await.unwrap().json();
    assert_eq!(answer["messages"][0]["text"], "Any time.", "what waits for the run is part of it: {answer}");
    assert_eq!(served.process.ended().await.code(), Some(0));
    let again = Served::start(folder.root(), database);
    let said = ["user: hi", "bot: Looking.", "user: thanks", "bot: Stock: done", "bot: Any time."];
    assert_eq!(again.transcript("shop", "ann").await, said);
    assert_eq!(backend.called("/stock").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_is_finished_and_its_client_answered() {
    ends_after_its_run(&fresh_sqlite().url).await;
    let database = fresh_postgres().await;
    ends_after_its_run(&database.url).await;
    drop_database(&database.url).await;
}

/// Clients keep their connections open, and one follows the events.
#[tokio::test(flavor = "multi_thread")]
async fn without_a_run_the_end_is_quick() {
    let (folder, database) = (Folder::empty(), fresh_sqlite());
    write_echo(&folder);
    let mut served = Served::start(folder.root(), &database.url);
    served.say("echo", "ann", "hi").await;
    let client = http::client().build().unwrap();
    let stream = client.get(format!("http://{}/v1/bots/echo/users/ann/events", served.address())).send().await.unwrap();
    let asked = Instant::now();
    served.process.signal("TERM");
    assert_eq!(served.process.ended().await.code(), Some(0));
    took("an end", asked.elapsed(), Duration::from_secs(3));
    assert!(stream.text().await.unwrap().contains("Hello!"), "the stream ends as it should");
    assert!(served.log.all().trim_end().ends_with("stopped"), "{}", served.log.all());
}
