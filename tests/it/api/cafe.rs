//! The bot whose users and messages the tests of lists read, behind a server on a database of the test's own.

use flowgate::outbound::Secrets;
use serde_json::{Value, json};

use crate::support::app::{Got, PROXIED, TestApp, got};

const BOT: &str = r#"version: 1
bot: cafe
account: "61179"
start: welcome
attributes:
  opt1: {type: string, indexed: true}
  size: {type: integer, indexed: true}
  plan: {type: string, indexed: true, default: free}
  note: {type: string}
channels:
  webchat: {access: key}
  whatsapp: {phone_number_id: "1", token: "${env:A}", app_secret: "${env:B}", verify_token: "${env:C}"}
triggers:
  - {keywords: [menu], image: {url: "https://cafe.example/menu.png", caption: Menu}}
"#;

const WELCOME: &str = "version: 1\nsequence: welcome\nblocks:\n  - id: shall\n    quick_replies: {text: \"Shall I?\", items: [{title: \"Yes\"}, {title: \"No\"}]}\n  - text: Done\n";

/// A server and a key that may read.
pub(super) struct Cafe {
    pub(super) app: TestApp,
    pub(super) key: String,
}

impl Cafe {
    pub(super) async fn start(database: &str) -> Self {
        let bots = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(bots.path().join("cafe/sequences")).unwrap();
        std::fs::write(bots.path().join("cafe/bot.yaml"), BOT).unwrap();
        std::fs::write(bots.path().join("cafe/sequences/welcome.yaml"), WELCOME).unwrap();
        let app = TestApp::start_on(bots, database, Secrets::default()).await;
        let made = got(app.post("/v1/keys").json(&json!({"account": "61179", "scopes": ["read"]}))).await.json();
        Self { key: made["key"].as_str().unwrap().to_owned(), app }
    }

    /// A message of a user, and the answer.
    pub(super) async fn say(&self, message: Value) -> Value {
        let answer = self.app.say("cafe", message).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()
    }

    /// A user who has these attributes.
    pub(super) async fn user(&self, user: &str, channel: &str, attributes: Value) {
        self.say(json!({"user": user, "channel": channel, "text": "hi", "attributes": attributes})).await;
    }

    /// A GET of somebody far away, with the key.
    pub(super) async fn get(&self, path: &str) -> Got {
        got(self.app.get(path).header(PROXIED.0, PROXIED.1).header("authorization", format!("Basic {}", self.key))).await
    }

    /// The same below the platform API's path of the bot.
    pub(super) async fn platform(&self, path: &str) -> Got {
        self.get(&format!("/bot-api/v1.0/customer/61179/bot/cafe/{path}")).await
    }
}
