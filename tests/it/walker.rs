//! What users are found by and what is counted, from a bot's files and users' messages to the rows, on both databases.

use std::{fs, path::Path, sync::Arc};

use flowgate::{
    catalog::Catalog,
    gateway::{Admission, Gateway, Happening, Inbound, Parts, Said},
    id::{Channel, ConversationKey, SequenceKey},
    store::Store,
    time::Timestamp,
};
use serde_json::{Map, Value, json};

use crate::{
    lives::process::until,
    support::{
        beside::{ATTRIBUTES, CONVERSATIONS, USAGE},
        database::{change, lines, on_both_databases, options},
    },
};

/// A bot whose users are found by their city, and by what else is said here.
fn write_bot(folder: &Path, age: &str) {
    fs::create_dir_all(folder.join("shop/sequences")).unwrap();
    let bot = format!(
        "version: 1\nbot: shop\nstart: main\nattributes:\n  city: {{type: string, indexed: true}}\n  age: {{type: number{age}}}\n  \
         note: {{type: string}}\n"
    );
    fs::write(folder.join("shop/bot.yaml"), bot).unwrap();
    let main = "version: 1\nsequence: main\nblocks: [{text: \"{{city}} {{age}} {{note}}\"}, {ask: {text: \"More?\", into: note}}]\n";
    fs::write(folder.join("shop/sequences/main.yaml"), main).unwrap();
}

async fn open(url: &str, bots: &Path) -> (Gateway, Arc<Catalog>) {
    let store = Store::open(url, options()).await.unwrap();
    let catalog = Arc::new(Catalog::open(bots, Arc::new(Admission { store: store.clone(), secrets: None })));
    let report = catalog.reload().await;
    assert!(report.sound(), "{report:?}");
    let gateway = Gateway::start(Parts { catalog: catalog.clone(), store, integrations: None }).await.unwrap();
    (gateway, catalog)
}

fn attributes(value: Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

async fn happens(gateway: &Gateway, happening: Happening) {
    let key = ConversationKey { bot: "shop".into(), channel: Channel::Webchat, user: "ann".into() };
    gateway.receive(Inbound { key, external_id: None, happening }).await.unwrap();
}

async fn says(gateway: &Gateway, known: Value) {
    happens(gateway, Happening::Message { input: Said::Text("hi".to_owned()), attributes: attributes(known) }).await;
}

async fn until_lines(url: &str, query: &str, expected: &[&str]) {
    until(&format!("{expected:?}"), async || (lines(url, query).await == expected).then_some(())).await;
}

/// What `USAGE` says on a day, or on the day after, should that begin just then.
async fn used(url: &str, day: i32, expected: &str) {
    let used = lines(url, USAGE).await;
    assert!([day, day + 1].iter().any(|day| used == [format!("shop webchat {day}: {expected}")]), "{used:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn users_are_found_by_what_a_bot_says_as_soon_as_it_says_so() {
    on_both_databases(async |url| {
        let bots = tempfile::tempdir().unwrap();
        write_bot(bots.path(), "");
        let (gateway, catalog) = open(&url, bots.path()).await;
        let day = Timestamp::now().day();
        says(&gateway, json!({"city": "Rome", "age": 41, "note": "x", "email": "ann@example.org"})).await;
        assert_eq!(lines(&url, ATTRIBUTES).await, ["ann city=Rome", "ann email=ann@example.org"]);
        used(&url, day, "3 by 1").await;

        write_bot(bots.path(), ", indexed: true");
        catalog.reload().await;
        until_lines(&url, ATTRIBUTES, &["ann age=41", "ann city=Rome", "ann email=ann@example.org"]).await;
        used(&url, day, "3 by 1").await;
        says(&gateway, json!({"age": 42.5})).await;
        assert_eq!(lines(&url, ATTRIBUTES).await[0], "ann age=42.5");
        gateway.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_is_no_message_of_the_user_and_what_an_older_gateway_wrote_is_made_good() {
    on_both_databases(async |url| {
        let bots = tempfile::tempdir().unwrap();
        write_bot(bots.path(), "");
        let (gateway, _) = open(&url, bots.path()).await;
        let (day, known) = (Timestamp::now().day(), attributes(json!({"city": "Oslo"})));
        happens(&gateway, Happening::Start { sequence: SequenceKey::from("main"), attributes: known }).await;
        used(&url, day, "2 by 1").await;
        let row = lines(&url, CONVERSATIONS).await.remove(0);
        assert!(row.contains(" input -1 at ") && !row.ends_with(" at -1"), "{row}");
        gateway.close().await;

        // what gateways did before there were such rows
        change(
            &url,
            "UPDATE conversations SET version = version + 1, last_day = NULL, indexed_to = 0; DELETE FROM attributes; DELETE FROM usage",
        )
        .await;
        let (gateway, _) = open(&url, bots.path()).await;
        until_lines(&url, ATTRIBUTES, &["ann city=Oslo"]).await;
        used(&url, day, "2 by 1").await;
        says(&gateway, json!({"city": "Bonn"})).await;
        assert_eq!(lines(&url, ATTRIBUTES).await, ["ann city=Bonn"]);
        assert!(!lines(&url, CONVERSATIONS).await[0].contains(" input -1 "));
        gateway.close().await;
    })
    .await;
}
