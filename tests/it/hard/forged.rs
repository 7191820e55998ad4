//! What nobody may send: other people's payloads, attributes and channels of strangers, U+0000.

use flowgate::outbound::Secrets;
use serde_json::{Value, json};

use super::{
    backend::{Backend, Play, says},
    bots::{bot, folder, sequence, texts},
};
use crate::support::{
    app::{PROXIED, TestApp, WELCOME, got},
    database::on_both_databases,
};

async fn start(database: &str, backend: &str) -> TestApp {
    let lines = r#"attributes: {size: {type: string}, tier: {type: string, default: none}}
triggers:
  - {keywords: [whoami], text: "{{tier}} {{size}}"}
  - {keywords: [status], text: "It is <<status>>"}"#;
    let mut files = Vec::new();
    for name in ["one", "two"] {
        files.push((format!("{name}/bot.yaml"), bot(name, lines)));
        files.push((format!("{name}/sequences/welcome.yaml"), WELCOME.to_owned()));
        files.push((format!("{name}/sequences/vip.yaml"), sequence("vip", "  - set: {tier: gold}\n  - text: \"Welcome, VIP\"")));
        files.push((format!("{name}/apis/status.yaml"), format!("version: 1\napi: status\nmethod: POST\nurl: {backend}/\noutput: text\n")));
    }
    let bots = folder(&files.iter().map(|(path, text)| (path.as_str(), text.clone())).collect::<Vec<_>>());
    TestApp::start_on(bots, database, Secrets::default()).await
}

/// The payloads of the last message.
fn payloads(answer: &Value) -> Vec<String> {
    let items = answer["messages"].as_array().unwrap().last().unwrap()["items"].as_array().unwrap();
    items.iter().map(|item| item["payload"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payload_counts_in_its_own_conversation_only() {
    on_both_databases(async |database| {
        let backend = Backend::start(|_| Play::Bytes(says("open"))).await;
        let app = start(&database, &backend.url()).await;
        let bob = payloads(&app.say("one", json!({"user": "bob", "text": "hi"})).await.json());
        let ann = payloads(&app.say("one", json!({"user": "ann", "text": "hi"})).await.json());
        let elsewhere = payloads(&app.say("two", json!({"user": "ann", "text": "hi"})).await.json());
        let workflow = payloads(&app.say("one", json!({"user": "ann", "text": "hi", "channel": "workflow"})).await.json());
        let mine = &ann[1];
        let (stem, _) = mine.rsplit_once('.').unwrap();
        let forged = [
            bob[1].clone(),
            elsewhere[1].clone(),
            workflow[1].clone(),
            format!("{stem}.2"),
            format!("{stem}.-1"),
            format!("{stem}.18446744073709551616"),
            stem.to_owned(),
            format!("{mine} "),
            format!("{mine}.0"),
            mine.to_uppercase().replace('.', "%2e"),
            "flow_vip".to_owned(),
            "flow_vip||data_tier=gold".to_owned(),
            "{\"goto\": \"vip\"}".to_owned(),
            "x".repeat(4_096),
        ];
        for payload in forged.iter().filter(|payload| *payload != mine) {
            let got = app.say("one", json!({"user": "ann", "payload": payload})).await;
            assert_eq!(got.status, 200, "{payload}: {got:?}");
            assert!(!texts(&got.json()).is_empty(), "{payload}: the user gets an answer");
            assert!(!got.body.contains("You chose") && !got.body.contains("VIP"), "{payload}: {got:?}");
        }
        assert_eq!(texts(&app.say("one", json!({"user": "ann", "text": "whoami"})).await.json())[0], "none ");
        let pressed = app.say("one", json!({"user": "ann", "payload": mine})).await.json();
        assert_eq!(texts(&pressed), ["You chose Large."], "her own still counts");
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_sets_no_attribute_and_names_no_channel_and_nothing_is_run() {
    on_both_databases(async |database| {
        let app = start(&database, "http://127.0.0.1:1").await;
        let post = |message: Value| got(app.post("/v1/bots/one/messages").header(PROXIED.0, PROXIED.1).json(&message));
        for forbidden in
            [json!({"attributes": {"tier": "gold"}}), json!({"channel": "sms"}), json!({"channel": "webchat", "attributes": {}})]
        {
            let mut message = json!({"user": "eve", "text": "hi"});
            message.as_object_mut().unwrap().extend(forbidden.as_object().unwrap().clone());
            assert_eq!(post(message).await.problem(403), "forbidden", "{forbidden}");
        }
        assert_eq!(got(app.get("/v1/bots/one/users/eve/events?channel=sms").header(PROXIED.0, PROXIED.1)).await.problem(403), "forbidden");
        let dotted = post(json!({"user": "eve", "text": "whoami", "user.tier": "gold", "tier": "gold"})).await;
        assert_eq!(texts(&dotted.json()), ["none "], "unknown keys are ignored, and what was refused left nothing");
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nul_is_refused_wherever_text_enters_and_breaks_nothing() {
    on_both_databases(async |database| {
        let backend = Backend::start(|_| Play::Bytes(says("a\0b"))).await;
        let app = start(&database, &backend.url()).await;
        let place = |key: &str| json!({"user": "ann", "location": {"latitude": 1, "longitude": 2, key: "a\u{0}"}});
        for message in [
            json!({"user": "ann", "text": "\u{0}"}),
            json!({"user": "ann\u{0}", "text": "hi"}),
            json!({"user": "ann", "text": "hi", "id": "m\u{0}"}),
            json!({"user": "ann", "payload": "a\u{0}.0"}),
            json!({"user": "ann", "payload": ["\u{0}"]}),
            json!({"user": "ann", "text": "hi", "channel": "web\u{0}chat"}),
            json!({"user": "ann", "text": "hi", "attributes": {"tier": {"deep": ["a\u{0}"]}}}),
            json!({"user": "ann", "text": "hi", "attributes": {"ti\u{0}er": "x"}}),
            place("label"),
            place("address"),
        ] {
            let refused = app.say("one", message.clone()).await;
            assert_eq!(refused.problem(400), "invalid", "{message}");
        }
        for (path, status) in [
            ("/v1/bots/one/users/a%00b/events", 400),
            ("/v1/bots/o%00ne/users/ann/events", 404),
            ("/v1/bots/o%00ne", 404),
            ("/v1/bots/one/users/ann/events?channel=web%00chat", 400),
        ] {
            assert_eq!(got(app.get(path)).await.status, status, "{path}");
        }
        assert_eq!(app.say("o%00ne", json!({"user": "ann", "text": "hi"})).await.problem(404), "unknown-bot");
        let token = got(app.post("/v1/bots/one/webchat/token").json(&json!({"user": "a\u{0}"}))).await;
        assert_eq!(token.problem(400), "invalid");
        let from_backend = app.say("one", json!({"user": "ann", "text": "status"})).await;
        assert_eq!(texts(&from_backend.json()), ["Sorry, something went wrong. Please try again."]);
        assert_eq!(texts(&app.say("one", json!({"user": "ann", "text": "whoami"})).await.json()), ["none "]);
        app.stop().await;
    })
    .await;
}
