//! The path of a message on both databases: runs, repeats, the inbox, recovery.

use std::{path::Path, sync::Arc};

use flowgate::{
    catalog::Catalog,
    flow::Content,
    gateway::{Admission, Gateway, Happening, Inbound, Parts, Refusal, Reply, Said},
    id::{Channel, ConversationKey},
    store::Store,
};
use futures_util::FutureExt;
use serde_json::Map;

use crate::support::database::on_both_stores;

async fn gateway(store: Store, bots: &Path) -> Gateway {
    let catalog = Arc::new(Catalog::open(bots, Arc::new(Admission { store: store.clone(), secrets: None })));
    let report = catalog.reload().await;
    assert!(report.sound(), "{report:?}");
    Gateway::start(Parts { catalog, store, integrations: None }).await.unwrap()
}

fn samples() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/bots"))
}

fn says(user: &str, text: &str, id: Option<&str>) -> Inbound {
    let key = ConversationKey { bot: "shop".into(), channel: Channel::Webchat, user: user.into() };
    let happening = Happening::Message { input: Said::Text(text.to_owned()), attributes: Map::new() };
    Inbound { key, external_id: id.map(str::to_owned), happening }
}

fn texts(reply: &Reply) -> Vec<String> {
    let text = |content: &Content| match content {
        Content::Text { text } | Content::Buttons { text, .. } | Content::QuickReplies { text, .. } => Some(text.clone()),
        _ => None,
    };
    reply.messages.iter().filter_map(|m| text(&m.content)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conversation_goes_on_from_message_to_message() {
    on_both_stores(async |store| {
        let gateway = gateway(store.clone(), samples()).await;
        let first = gateway.receive(says("ann", "hi", None)).await.unwrap();
        assert!(!first.messages.is_empty() && first.session.is_some(), "{first:?}");
        let second = gateway.receive(says("ann", "menu", None)).await.unwrap();
        assert_eq!(first.session, second.session);
        assert!(!second.messages.is_empty());
        let lines = gateway.transcript(&says("ann", "", None).key, None).await.unwrap();
        assert_eq!(lines.len(), 2 + first.messages.len() + second.messages.len());
        assert_eq!(lines[0].json["text"], "hi");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_id_is_run_once() {
    on_both_stores(async |store| {
        let gateway = gateway(store, samples()).await;
        let first = gateway.receive(says("bob", "hi", Some("m1"))).await.unwrap();
        let again = gateway.receive(says("bob", "hi", Some("m1"))).await.unwrap();
        assert_eq!(first.messages, again.messages);
        assert_eq!(gateway.receive(says("bob", "other", Some("m1"))).await, Err(Refusal::IdTaken));
        let fresh = gateway.receive(says("bob", "hi", Some("m2"))).await.unwrap();
        assert_ne!(first.messages, fresh.messages);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_of_one_user_at_the_same_moment_are_all_answered() {
    on_both_stores(async |store| {
        let gateway = gateway(store, samples()).await;
        let sent = (0..10).map(|n| {
            let gateway = gateway.clone();
            tokio::spawn(async move { gateway.receive(says("eve", &format!("hello {n}"), Some(&format!("m{n}")))).await })
        });
        for reply in futures_util::future::join_all(sent).await {
            assert!(!texts(&reply.unwrap().unwrap()).is_empty());
        }
        let lines = gateway.transcript(&says("eve", "", None).key, None).await.unwrap();
        assert_eq!(lines.iter().filter(|l| l.json["from"] == "user").count(), 10);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_bot_is_refused() {
    on_both_stores(async |store| {
        let gateway = gateway(store, samples()).await;
        let mut inbound = says("ann", "hi", None);
        inbound.key.bot = "nobody".into();
        assert_eq!(gateway.receive(inbound).await, Err(Refusal::UnknownBot));
    })
    .await;
}

/// A web worker has one thread, on which nothing may block; its clients go away at any moment.
#[tokio::test(flavor = "multi_thread")]
async fn who_looks_may_go_away_half_way() {
    on_both_stores(async |store| {
        let gateway = gateway(store, samples()).await;
        let looking = gateway.clone();
        let worker = std::thread::spawn(move || {
            let worker = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            worker.block_on(async {
                for _ in 0..50 {
                    // polled once and left, most of them before the answer is there
                    drop(looking.transcript(&says("ann", "", None).key, None).now_or_never());
                    drop(looking.sessions_per_version(&"shop".into()).now_or_never());
                    drop(looking.ready().now_or_never());
                }
            });
        });
        assert!(worker.join().is_ok(), "the worker goes on");
        assert_eq!(gateway.ready().await, Ok(()));
    })
    .await;
}

/// A bot that asks for a story and tells how long it is, beside much else that it knows.
fn storyteller() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let sequences = folder.path().join("tale/sequences");
    std::fs::create_dir_all(&sequences).unwrap();
    let known: String = (0..6).map(|n| format!("  known_{n}: {{type: string}}\n")).collect();
    let bot = format!("version: 1\nbot: tale\nstart: main\nfallback: length\nattributes:\n  story: {{type: string}}\n{known}");
    std::fs::write(folder.path().join("tale/bot.yaml"), bot).unwrap();
    let main = "version: 1\nsequence: main\nblocks: [{id: story, ask: {text: \"Tell me.\", into: story}}, {goto: length}]\n";
    std::fs::write(sequences.join("main.yaml"), main).unwrap();
    let length = "version: 1\nsequence: length\nblocks: [{text: \"{{len story}} {{len known_0}} {{len known_5}}\"}]\n";
    std::fs::write(sequences.join("length.yaml"), length).unwrap();
    folder
}

#[tokio::test(flavor = "multi_thread")]
async fn the_longest_answer_and_all_that_is_known_of_a_user_are_kept() {
    let bots = storyteller();
    let longest = "🍕".repeat(flowgate::flow::limits::MESSAGE_CHARS_MAX);
    on_both_stores(async |store| {
        let to_tale = |text: &str, attributes: Map<String, serde_json::Value>| {
            let said = says("ann", text, None);
            let happening = Happening::Message { input: Said::Text(text.to_owned()), attributes };
            Inbound { key: ConversationKey { bot: "tale".into(), ..said.key }, happening, ..said }
        };
        let first = gateway(store.clone(), bots.path()).await;
        let known = (0..6).map(|n| (format!("known_{n}"), longest.as_str().into())).collect();
        assert_eq!(texts(&first.receive(to_tale("hi", known)).await.unwrap()), ["Tell me."]);
        assert_eq!(texts(&first.receive(to_tale(&longest, Map::new())).await.unwrap()), ["4096 4096 4096"]);
        let second = gateway(store, bots.path()).await;
        assert_eq!(texts(&second.receive(to_tale("again", Map::new())).await.unwrap()), ["4096 4096 4096"], "read back from the store");
    })
    .await;
}
