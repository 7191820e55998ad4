//! Users who ask for their data, and who want it gone: in every table, in the middle of a session and of a call.

use std::collections::BTreeSet;

use flowgate::{outbound::Secrets, store::OF_USERS};
use serde_json::{Value, json};
use tokio::sync::watch;

use super::{
    backend::{Backend, Play, says},
    bots::{bot, folder, sequence},
};
use crate::{
    support::{
        app::{Got, TestApp, got},
        database::on_both_databases,
    },
    tree::read,
};

const SLOW: &str = "  - text: \"It is <<status>>\"\n  - id: name\n    ask: {text: \"Your name?\", into: name}";

async fn start(database: &str, backend: &str) -> TestApp {
    let lines = "attributes: {name: {type: string, indexed: true}}\ntriggers: [{keywords: [slow], goto: slow, interrupt: true}]";
    let bots = folder(&[
        ("shop/bot.yaml", bot("shop", lines)),
        ("shop/sequences/welcome.yaml", sequence("welcome", "  - id: name\n    ask: {text: \"Your name?\", into: name}")),
        ("shop/sequences/slow.yaml", sequence("slow", SLOW)),
        ("shop/apis/status.yaml", format!("version: 1\napi: status\nmethod: POST\nurl: {backend}/\noutput: text\n")),
    ]);
    TestApp::start_on(bots, database, Secrets::default()).await
}

async fn user(app: &TestApp, method: &str, user: &str) -> Got {
    got(app.request(method, &format!("/v1/bots/shop/users/{user}"))).await
}

fn rows<'a>(exported: &'a Value, table: &str) -> &'a Vec<Value> {
    exported["tables"][table].as_array().unwrap()
}

#[test]
fn every_table_with_a_user_is_known() {
    let schema = read("src/store/schema.rs");
    let tables = schema.split("diesel::table! {").skip(1).filter(|table| table.contains("\n        user -> "));
    let with_a_user: BTreeSet<&str> = tables.map(|table| table.trim_start().split_once(' ').unwrap().0).collect();
    assert_eq!(with_a_user, OF_USERS.into_iter().collect(), "what has a user is exported and erased");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_gets_everything_and_leaves_nothing() {
    on_both_databases(async |database| {
        let app = start(&database, "http://127.0.0.1:1").await;
        for text in ["hi", "Ada"] {
            app.say("shop", json!({"user": "ada", "text": text})).await;
        }
        app.say("shop", json!({"user": "bob", "text": "hi"})).await;
        let tags = app.request("PATCH", "/v1/bots/shop/users/ada").json(&json!({"tags": {"add": ["vip"]}}));
        assert!(got(tags).await.status < 300);
        let exported = user(&app, "GET", "ada").await.json();
        assert_eq!((&exported["bot"], &exported["channel"], &exported["user"]), (&json!("shop"), &json!("webchat"), &json!("ada")));
        assert_eq!(rows(&exported, "conversations")[0]["state"]["attributes"]["name"], "Ada");
        assert_eq!(rows(&exported, "attributes")[0]["value"], "Ada");
        assert_eq!(rows(&exported, "tags")[0]["tag"], "vip");
        assert!(rows(&exported, "messages").iter().any(|row| row["body"]["text"] == "Your name?"), "{exported}");
        assert!(rows(&exported, "turns")[0]["start_state"].is_object(), "{exported}");

        let usage = async || got(app.get("/v1/bots/shop/usage")).await.body;
        let counted = usage().await;
        assert_eq!(user(&app, "DELETE", "ada").await.status, 204);
        for method in ["GET", "DELETE"] {
            assert_eq!(user(&app, method, "ada").await.problem(404), "unknown-user", "{method}");
        }
        assert_eq!(got(app.get("/v1/bots/shop/users?attribute=name&value=Ada")).await.json()["users"], json!([]));
        assert_eq!(usage().await, counted, "what was counted stays");
        assert_eq!(user(&app, "GET", "bob").await.status, 200, "others stay");
        let anew = app.say("shop", json!({"user": "ada", "text": "hi"})).await.json();
        assert_eq!(anew["messages"][0]["text"], "Your name?", "a new user: {anew}");
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_comes_later_brings_nobody_back() {
    on_both_databases(async |database| {
        let (open, opened) = watch::channel(false);
        let backend = Backend::start(move |_| Play::Gate(says("there"), opened.clone())).await;
        let app = start(&database, &backend.url()).await;
        app.say("shop", json!({"user": "ada", "text": "hi"})).await;
        let slow = app.post("/v1/bots/shop/messages").json(&json!({"user": "ada", "text": "slow"}));
        let waiting = tokio::spawn(got(slow));
        backend.until_seen(1).await;
        assert_eq!(user(&app, "DELETE", "ada").await.status, 204);
        open.send_replace(true);
        waiting.await.unwrap();
        assert_eq!(user(&app, "GET", "ada").await.problem(404), "unknown-user");
        app.stop().await;
    })
    .await;
}
