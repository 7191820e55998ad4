//! The description of a bot's triggers, and that its examples are taken.

use flowgate::outbound::Secrets;
use serde_json::json;

use crate::support::{
    app::{TestApp, got},
    database::fresh_sqlite,
};

const BOT: &str = r#"version: 1
bot: shop
account: "61179"
name: The shop
start: welcome
attributes:
  invoice: {type: string}
  total: {type: number}
  pieces: {type: integer}
  paid: {type: boolean}
  due: {type: date}
  at: {type: datetime}
  mail: {type: email}
  page: {type: url}
  call: {type: phone}
  cart: {type: list, of: {name: string, qty: integer}}
  place: {type: [location, string]}
"#;

const PAID: &str = "version: 1\nsequence: paid\nneeds: [invoice, total, pieces, paid, due, at, mail, page, call, cart, place, first_name]\n\
    blocks: [{text: \"{{invoice}} {{total}} {{pieces}}\"}]\n";

#[tokio::test(flavor = "multi_thread")]
async fn each_trigger_is_described_with_an_example_that_is_taken() {
    let (bots, database) = (tempfile::tempdir().unwrap(), fresh_sqlite());
    for (file, text) in [
        ("bot.yaml", BOT),
        ("sequences/welcome.yaml", "version: 1\nsequence: welcome\nblocks: [{text: Hello}]\n"),
        ("sequences/paid.yaml", PAID),
        ("sequences/plain.yaml", "version: 1\nsequence: plain\nneeds: []\nblocks: [{text: Plain}]\n"),
    ] {
        let file = bots.path().join("shop").join(file);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
    }
    let app = TestApp::start_on(bots, &database.url, Secrets::default()).await;
    let key = got(app.post("/v1/keys").json(&json!({"account": "61179"}))).await.json()["key"].as_str().unwrap().to_owned();
    let described = got(app.get("/v1/bots/shop/openapi.json")).await.json();
    assert_eq!((&described["openapi"], &described["info"]["title"]), (&json!("3.1.0"), &json!("The shop")));
    let paths = described["paths"].as_object().unwrap();
    assert_eq!(paths.len(), 2, "`welcome` says of no need that it is meant to be started: {described}");
    let body = |path: &str| &described["paths"][path]["post"]["requestBody"]["content"]["application/json"];
    let paid = body("/bot-api/v3.0/customer/61179/bot/shop/flow/paid");
    assert_eq!(paid["schema"]["properties"]["total"], json!({"type": "number"}));
    assert_eq!(paid["schema"]["properties"]["cart"]["items"]["properties"]["qty"], json!({"type": "integer"}));
    assert_eq!(paid["schema"]["properties"]["user.channel"]["enum"], json!(["webchat", "workflow"]));
    assert_eq!(paid["schema"]["required"].as_array().unwrap().len(), 12);
    for path in paths.keys() {
        let example = &body(path)["example"];
        assert!(jsonschema::is_valid(&body(path)["schema"], example), "{path}: {example}");
        let started = got(app.post(path).bearer_auth(&key).json(example)).await;
        assert_eq!(started.status, 200, "{path}: {started:?}");
    }
    app.stop().await;
}
