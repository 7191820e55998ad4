//! Flows that are started from outside: as clients of the platform API do it, and natively.

mod native;
mod once;
mod platform;

use flowgate::{outbound::Secrets, store::Store};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{
    app::{Got, PROXIED, TestApp, got},
    database::options,
};

const BOT: &str = r#"version: 1
bot: shop
account: "61179"
start: welcome
opt_out: [stop]
attributes:
  invoiceId: {type: string}
  total: {type: number}
  count: {type: integer}
  items: {type: list}
  order_id: {type: string}
channels:
  webchat: {access: open, origins: ["https://pizza.example"]}
  whatsapp: {phone_number_id: "1", token: "${env:WA_TOKEN}", app_secret: "${env:WA_SECRET}", verify_token: "${env:WA_VERIFY}", country: "91"}
"#;

const SEQUENCES: [(&str, &str); 4] = [
    ("welcome", "version: 1\nsequence: welcome\nblocks:\n  - id: name\n    ask: {text: \"Your name?\", into: order_id}\n"),
    (
        "paid",
        "version: 1\nsequence: Paid\nnumber: 8082\nneeds: [invoiceId, total]\nblocks: \
        [{text: \"{{user_name}} paid {{total}} for {{invoiceId}} {{count}} {{order_id}}\"}]\n",
    ),
    ("plain", "version: 1\nsequence: plain\nneeds: []\nblocks: [{text: \"Plain\"}]\n"),
    ("looks", "version: 1\nsequence: looks\nneeds: []\nblocks: [{text: \"<<price>>\"}]\n"),
];

const API: &str = "version: 1\napi: price\nmethod: POST\nurl: http://127.0.0.1:1/\nsample: {data: \"cheap\"}\n";

fn bots() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (bot, text) in [("shop", BOT.to_owned()), ("other", BOT.replace("shop", "other").replace("61179", "2").replace("whatsapp", "#"))] {
        let write = |name: String, text: &str| {
            let file = folder.path().join(bot).join(name);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, text).unwrap();
        };
        write("bot.yaml".to_owned(), &text);
        SEQUENCES.iter().for_each(|(name, text)| write(format!("sequences/{name}.yaml"), text));
        write("apis/price.yaml".to_owned(), API);
    }
    folder
}

/// A server with a key of the shop's account.
struct Scene {
    app: TestApp,
    store: Store,
    key: String,
}

impl Scene {
    async fn start(database: &str) -> Self {
        let store = Store::open(database, options()).await.unwrap();
        let app = TestApp::start_on_store(bots(), store.clone(), Secrets::default()).await;
        let made = got(app.post("/v1/keys").json(&json!({"account": "61179"}))).await.json();
        Self { app, store, key: made["key"].as_str().unwrap().to_owned() }
    }

    fn flow(&self, path: &str) -> reqwest::RequestBuilder {
        self.bare(path).header("authorization", format!("Basic {}", self.key))
    }

    fn bare(&self, path: &str) -> reqwest::RequestBuilder {
        self.app.post(&format!("/bot-api/{path}")).header(PROXIED.0, PROXIED.1)
    }

    async fn said(&self, channel: &str, user: &str) -> Vec<String> {
        let key = flowgate::id::ConversationKey { bot: "shop".into(), channel: channel.parse().unwrap(), user: user.into() };
        let lines = self.app.gateway.transcript(&key, None).await.unwrap();
        lines.iter().filter(|line| line.json["from"] == "bot").map(|line| line.json["text"].as_str().unwrap_or("?").to_owned()).collect()
    }

    /// Waits until so much is said: a start is answered before its run.
    async fn until_said(&self, channel: &str, user: &str, count: usize) -> Vec<String> {
        crate::lives::process::until("it is said", async || {
            let said = self.said(channel, user).await;
            (said.len() >= count).then_some(said)
        })
        .await
    }
}

fn succeeded(answer: &Got) {
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.json(), json!({"responseObject": true, "status": {"code": 1000, "desc": "SUCCESS"}}));
}

/// Asserts the status and the code of a refusal, and gives its message.
fn refused(answer: &Got, status: u16, code: u64) -> String {
    let body = answer.json();
    assert_eq!((answer.status, body["status"]["code"].as_u64()), (status, Some(code)), "{answer:?}");
    assert_eq!((answer.header("content-type"), &body["responseObject"]), ("application/json", &Value::Null));
    body["message"].as_str().unwrap().to_owned()
}

const PAID: &str = "v1.0/customer/61179/bot/shop/flow/paid";
