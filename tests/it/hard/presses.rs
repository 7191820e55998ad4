//! Presses that come twice, later, or again and again, against a backend that counts: what must happen once happens once.

use std::{collections::BTreeMap, time::Duration};

use flowgate::{
    id::{Channel, ConversationKey},
    outbound::Secrets,
    store::{REPEATED, Store},
};
use futures_util::future::join_all;
use serde_json::{Value, json};
use tokio::sync::watch;

use super::{
    backend::{Backend, Play, answer},
    bots::{bot, folder, sequence, texts},
};
use crate::support::{
    app::TestApp,
    database::{on_both_databases, options},
    long::long,
};

const LINES: &str = r#"language: en
attributes: {n: {type: integer, default: 0}, order: {type: integer}}
triggers:
  - {keywords: [hours], text: "9 to 18"}
  - {keywords: [menu], goto: welcome}"#;

/// Each question is about a number of its own, which a press posts. One is asked with chips, the next with buttons.
const WELCOME: &str = r#"  - set: {n: {expr: "n + 1"}}
  - id: chips
    quick_replies: {text: "Order {{n}}?", items: [{title: "Yes {{n}}", set: {order: "{{n}}"}}, {title: "Next {{n}}", goto: welcome}]}
  - api: place
  - text: "Ordered {{order}}."
  - set: {n: {expr: "n + 1"}}
  - id: buttons
    buttons: {text: "Order {{n}}?", once: true, items: [{title: "Yes {{n}}", set: {order: "{{n}}"}}, {title: "Next {{n}}", goto: welcome}]}
  - api: place
  - text: "Ordered {{order}}."
  - goto: welcome"#;

struct Shop {
    app: TestApp,
    store: Store,
    backend: Backend,
    gate: watch::Sender<bool>,
}

impl Shop {
    async fn open(database: &str, open: bool) -> Self {
        let (gate, opened) = watch::channel(open);
        let done = || answer("200 OK", "application/json", &json!({"data": {}, "success": true}).to_string());
        let backend = Backend::start(move |_| Play::Gate(done(), opened.clone())).await;
        let place = format!(
            "version: 1\napi: place\nmethod: POST\nurl: {}/orders\nbody: {{order: \"{{{{order}}}}\"}}\noutput: json\n",
            backend.url()
        );
        let bots = folder(&[
            ("shop/bot.yaml", bot("shop", LINES)),
            ("shop/apis/place.yaml", place),
            ("shop/sequences/welcome.yaml", sequence("welcome", WELCOME)),
        ]);
        let store = Store::open(database, options()).await.unwrap();
        let app = TestApp::start_on_store(bots, store.clone(), Secrets::default()).await;
        Self { app, store, backend, gate }
    }

    async fn send(&self, message: Value) -> Value {
        let got = self.app.say("shop", message).await;
        assert_eq!(got.status, 200, "{got:?}");
        got.json()
    }

    /// How often each order of each user reached the backend.
    fn orders(&self) -> BTreeMap<(String, String), usize> {
        let mut orders = BTreeMap::new();
        for request in self.backend.seen() {
            let body: Value = serde_json::from_str(request.split_once("\r\n\r\n").unwrap().1).unwrap();
            *orders.entry((body["uid"].to_string(), body["order"].to_string())).or_default() += 1;
        }
        orders
    }

    /// Waits until so many of Ann's events are in the inbox.
    async fn until_waiting(&self, n: usize) {
        let mut news = self.app.gateway.follow();
        let waits = async {
            while self.store.inbox(&key("ann")).await.unwrap().len() < n {
                let _ = tokio::time::timeout(Duration::from_millis(100), news.recv()).await;
            }
        };
        assert!(tokio::time::timeout(Duration::from_secs(20), waits).await.is_ok(), "there are never {n} in the inbox");
    }

    async fn transcript(&self, user: &str) -> Vec<Value> {
        self.app.gateway.transcript(&key(user), Some(0)).await.unwrap().into_iter().map(|line| line.json).collect()
    }
}

fn key(user: &str) -> ConversationKey {
    ConversationKey { bot: "shop".into(), channel: Channel::Webchat, user: user.into() }
}

/// The payloads that an answer offers.
fn payloads(answer: &Value) -> Vec<String> {
    let items = answer["messages"].as_array().into_iter().flatten().flat_map(|message| message["items"].as_array().into_iter().flatten());
    items.filter_map(|item| item["payload"].as_str().map(str::to_owned)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_press_that_comes_again_during_its_call_is_the_same_press() {
    on_both_databases(async |database| {
        let shop = Shop::open(&database, false).await;
        let first = shop.send(json!({"user": "ann", "text": "hi"})).await;
        let (yes, no) = (payloads(&first)[0].clone(), payloads(&first)[1].clone());
        assert_eq!(first["open_items"], json!([yes, no]));
        let press = |id: &str, payload: &str| shop.send(json!({"user": "ann", "payload": payload, "id": id}));
        let others = async {
            shop.backend.until_seen(1).await;
            let opens = async {
                shop.until_waiting(2).await;
                shop.gate.send_replace(true);
            };
            tokio::join!(press("p2", &yes), press("p3", &yes), opens)
        };
        let (ordered, (second, third, ())) = tokio::join!(press("p1", &yes), others);
        assert_eq!(texts(&ordered), ["Ordered 1.", "Order 2?"]);
        assert_eq!((&second["messages"], &third["messages"]), (&json!([]), &json!([])));
        assert_eq!(second["session"], ordered["session"]);
        let again = press("p2", &yes).await;
        assert_eq!(again["messages"], json!([]), "a repeat of its id gets what it got");
        let told = [&ordered, &second, &third, &again].map(|answer| answer["repeated"] == true);
        assert_eq!(told, [false, true, true, true]);
        assert_eq!(shop.orders().values().collect::<Vec<_>>(), [&1]);
        let shown = shop.transcript("ann").await;
        let by_user: Vec<_> = shown.iter().filter(|line| line["from"] == "user").map(|line| line["text"].as_str().unwrap()).collect();
        assert_eq!(by_user, ["hi", "Yes 1"], "what was repeated is shown nowhere");
        for id in ["p2", "p3"] {
            let row = shop.store.message_by_external_id(&key("ann"), id).await.unwrap().expect("and is kept all the same");
            assert_eq!((row.message.kind.as_str(), row.waiting), (REPEATED, false));
        }
        shop.app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn presses_again_and_again_keep_no_message_out() {
    on_both_databases(async |database| {
        let shop = Shop::open(&database, false).await;
        let yes = payloads(&shop.send(json!({"user": "ann", "text": "hi"})).await)[0].clone();
        let press = |n: usize| shop.app.say("shop", json!({"user": "ann", "payload": yes, "id": format!("p{n}")}));
        // ten at a time, since twenty may queue for a conversation; and soon, since the call ends after 5 s
        let in_tens = async |n: usize| {
            shop.until_waiting((n - 1) / 10 * 10).await;
            press(n).await
        };
        let others = async {
            shop.backend.until_seen(1).await;
            let presses = join_all((1..=25).map(in_tens));
            let typed = async {
                shop.until_waiting(20).await;
                let typed = shop.send(json!({"user": "ann", "text": "hours"}));
                let opens = async {
                    shop.until_waiting(21).await;
                    shop.gate.send_replace(true);
                };
                tokio::join!(typed, opens).0
            };
            tokio::join!(presses, typed)
        };
        let (first, (presses, typed)) = tokio::join!(press(0), others);
        assert_eq!((first.status, texts(&typed)[0].as_str()), (200, "9 to 18"));
        assert_eq!(presses.iter().filter(|answer| answer.status == 429).count(), 5, "repeats have a bound of their own");
        assert_eq!(shop.orders().values().collect::<Vec<_>>(), [&1]);
        shop.app.stop().await;
    })
    .await;
}

/// As when a turn was lost to another process after the press had been judged.
#[tokio::test(flavor = "multi_thread")]
async fn a_press_that_was_taken_for_a_repeat_and_acts_is_shown() {
    on_both_databases(async |database| {
        let shop = Shop::open(&database, false).await;
        let offered = payloads(&shop.send(json!({"user": "ann", "text": "hi"})).await);
        let press = shop.send(json!({"user": "ann", "payload": offered[0]}));
        let others = async {
            shop.backend.until_seen(1).await;
            let waits = shop.send(json!({"user": "ann", "text": "Next 2", "id": "next"}));
            let hides = async {
                shop.until_waiting(1).await;
                let row = shop.store.message_by_external_id(&key("ann"), "next").await.unwrap().unwrap();
                shop.store.set_inbox_kind(&key("ann"), &row.message.id, REPEATED).await.unwrap();
                shop.gate.send_replace(true);
            };
            tokio::join!(waits, hides).0
        };
        let (_, next) = tokio::join!(press, others);
        assert_eq!(texts(&next), ["Order 3?"]);
        let shown = shop.transcript("ann").await;
        assert!(shown.iter().any(|line| line["from"] == "user" && line["text"] == "Next 2"), "{shown:?}");
        shop.app.stop().await;
    })
    .await;
}

/// 10,000 with `FLOWGATE_LONG=10` or more.
#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_pressed_in_whatever_order_is_ordered_once() {
    on_both_databases(async |database| {
        let shop = Shop::open(&database, true).await;
        let presses = 1_000 * long().min(10);
        join_all((0..20).map(|user| random_presses(&shop, format!("u{user}"), presses / 20))).await;
        let orders = shop.orders();
        assert!(orders.len() > presses / 20, "many are ordered: {}", orders.len());
        let twice: Vec<_> = orders.iter().filter(|(_, times)| **times > 1).collect();
        assert!(twice.is_empty(), "ordered more than once: {twice:?}");
        shop.app.stop().await;
    })
    .await;
}

/// One user's presses: of what is offered now, of what was offered long ago, two at a time, with an id that is repeated.
async fn random_presses(shop: &Shop, user: String, presses: usize) {
    let mut dice = user.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    let mut draw = move |n: usize| {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(dice >> 33).unwrap() % n
    };
    let mut offered = payloads(&shop.send(json!({"user": user, "text": "hi"})).await);
    for n in 0..presses {
        let recent = offered.len().saturating_sub(4);
        let payload = if draw(3) == 0 { &offered[draw(offered.len())] } else { &offered[recent + draw(offered.len() - recent)] };
        let press = |id: usize| shop.send(json!({"user": user, "payload": payload, "id": format!("p{id}")}));
        let answers = match draw(5) {
            0 => vec![press(n).await],
            1 => vec![press(n).await, press(n).await],
            2 => join_all([press(n), press(n + presses)]).await,
            3 => vec![shop.send(json!({"user": user, "text": (["hours", "menu", "yes"][draw(3)])})).await],
            _ => vec![press(n).await, press(n + presses).await],
        };
        offered.extend(answers.iter().flat_map(payloads));
    }
}
