//! Several processes on one PostgreSQL: users do not notice which of them they meet.

use std::time::{Duration, Instant};

use serde_json::json;

use super::{backend::Backend, crash, process::until, served::Served};
use crate::support::{
    app::got,
    command::Folder,
    database::{drop_database, fresh_postgres},
};

/// The run is in one process, the next message comes to the other.
#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_waits_for_a_run_elsewhere_is_answered_when_that_ends() {
    let (folder, backend, database) = (Folder::empty(), Backend::start(), fresh_postgres().await);
    crash::write(&folder, &backend);
    let [here, there] = [(); 2].map(|()| Served::start(folder.root(), &database.url));
    here.say("shop", "ann", "hi").await;
    backend.hold();
    let first = tokio::spawn(got(here.message("shop", &json!({"user": "ann", "text": "buy"}))));
    until("the call is out", async || (!backend.called("/buy").is_empty()).then_some(())).await;
    let second = tokio::spawn(got(there.message("shop", &json!({"user": "ann", "text": "hello"}))));
    there.until_said("shop", "ann", "user: hello").await;
    let begun = Instant::now();
    backend.release();
    assert_eq!(first.await.unwrap().json()["messages"][1]["text"], "buy: done");
    let answer = second.await.unwrap().json();
    assert_eq!((&answer["messages"][0]["text"], &answer["pending"]), (&"I am here.".into(), &serde_json::Value::Null), "{answer}");
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    assert_eq!(there.say("shop", "ann", "hello").await, ["I am here."]);
    assert_eq!(here.say("shop", "ann", "hello").await, ["I am here."]);
    drop((here, there));
    drop_database(&database.url).await;
}
