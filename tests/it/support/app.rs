//! The door to the server: a real one, on a free port, with bots of its own in a folder of its own.

use std::{
    net::{SocketAddr, TcpListener},
    path::Path,
    sync::{Arc, LazyLock},
};

use flowgate::{
    api::{self, Door, Limits, Listeners, Metrics, Serving, Settings},
    catalog::Catalog,
    gateway::{Admission, Gateway, Parts},
    integrations::Integrations,
    outbound::{Client as Outbound, Egress, Secrets},
    settings::ForwardedHeader,
    store::Store,
};
use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{
    database::{self, Fresh},
    http,
};

pub(crate) use super::got::{Got, got};

/// One recorder per process.
static METRICS: LazyLock<Metrics> = LazyLock::new(|| Metrics::install().unwrap());

/// A header by which a request passes for one that came through a proxy, and so for a stranger's.
pub(crate) const PROXIED: (&str, &str) = ("via", "1.1 test");

/// A running server.
pub(crate) struct TestApp {
    pub(crate) gateway: Gateway,
    pub(crate) bots: TempDir,
    client: Client,
    serving: Serving,
    _database: Option<Fresh>,
}

impl TestApp {
    /// A server without a proxy.
    pub(crate) async fn start() -> Self {
        Self::start_with(settings(), None).await
    }

    /// A server that believes these proxies.
    pub(crate) async fn start_behind(trusted_proxies: &[&str]) -> Self {
        let trusted_proxies = trusted_proxies.iter().map(|cidr| cidr.parse().unwrap()).collect();
        Self::start_with(Settings { trusted_proxies, ..settings() }, None).await
    }

    /// A server that limits how often callers may call.
    pub(crate) async fn start_limited(limits: Limits) -> Self {
        Self::start_with(Settings { limits, ..settings() }, None).await
    }

    /// A server at `https://bots.example`, with a listener for its operator.
    pub(crate) async fn start_public() -> Self {
        let public_url = Some("https://bots.example".parse().unwrap());
        Self::start_with(Settings { public_url, ..settings() }, Some(any_port())).await
    }

    async fn start_with(settings: Settings, operator: Option<TcpListener>) -> Self {
        let bots = tempfile::tempdir().unwrap();
        write_bots(bots.path());
        let database = database::fresh_sqlite();
        let store = Store::open(&database.url, database::options()).await.unwrap();
        let gateway = gateway(store, bots.path(), None).await;
        Self::serve(bots, gateway, Listeners { public: any_port(), operator }, settings, Some(database))
    }

    /// A server with bots and a database of the test's own, whose APIs are called and get these secrets.
    pub(crate) async fn start_on(bots: TempDir, database: &str, secrets: Secrets) -> Self {
        let store = Store::open(database, database::options()).await.unwrap();
        Self::start_on_store(bots, store, secrets).await
    }

    /// The same, on a store that the test looks into.
    pub(crate) async fn start_on_store(bots: TempDir, store: Store, secrets: Secrets) -> Self {
        let gateway = gateway(store, bots.path(), Some(Arc::new(secrets))).await;
        Self::serve(bots, gateway, Listeners { public: any_port(), operator: None }, settings(), None)
    }

    /// A server with a copy of these bots, offline.
    pub(crate) async fn start_offline(shipped: &Path) -> Self {
        let bots = tempfile::tempdir().unwrap();
        copy(shipped, bots.path());
        let database = database::fresh_sqlite();
        let store = Store::open(&database.url, database::options()).await.unwrap();
        let gateway = gateway(store, bots.path(), None).await;
        Self::serve(bots, gateway, Listeners { public: any_port(), operator: None }, settings(), Some(database))
    }

    fn serve(bots: TempDir, gateway: Gateway, listeners: Listeners, settings: Settings, database: Option<Fresh>) -> Self {
        let serving = api::serve(listeners, gateway.clone(), settings).unwrap();
        let client = http::client().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { gateway, bots, client, serving, _database: database }
    }

    pub(crate) fn get(&self, path: &str) -> RequestBuilder {
        self.client.get(self.url(path))
    }

    pub(crate) fn post(&self, path: &str) -> RequestBuilder {
        self.client.post(self.url(path))
    }

    pub(crate) fn request(&self, method: &str, path: &str) -> RequestBuilder {
        self.client.request(method.parse().unwrap(), self.url(path))
    }

    /// By the listener for the operator.
    pub(crate) fn operator(&self, method: &str, path: &str) -> RequestBuilder {
        let Door::Own(address) = self.serving.door() else { panic!("the operator has no listener") };
        self.client.request(method.parse().unwrap(), format!("http://{address}{path}"))
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.serving.address()
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address())
    }

    /// Posts a message as the operator.
    pub(crate) async fn say(&self, bot: &str, message: Value) -> Got {
        got(self.post(&format!("/v1/bots/{bot}/messages")).json(&message)).await
    }

    /// A visitor of a bot: user and token.
    pub(crate) async fn visitor(&self, bot: &str) -> (String, String) {
        let answer = got(self.post(&format!("/v1/bots/{bot}/webchat/token")).header(PROXIED.0, PROXIED.1).json(&json!({}))).await;
        let granted = answer.json();
        (granted["user"].as_str().unwrap().to_owned(), granted["token"].as_str().unwrap().to_owned())
    }

    pub(crate) async fn stop(self) {
        self.serving.stop().await.unwrap();
        self.gateway.close().await;
    }
}

fn any_port() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").unwrap()
}

fn settings() -> Settings {
    let forwarded_header = ForwardedHeader::default();
    let limits = Limits { key_per_second: 0, address_per_second: 0, visitor_per_minute: 0 };
    Settings {
        public_url: None,
        trusted_proxies: vec![],
        forwarded_header,
        workers: Some(1),
        accounts: None,
        limits,
        metrics: METRICS.clone(),
    }
}

/// Without secrets APIs answer with their samples, and every bot has to be live.
async fn gateway(store: Store, bots: &Path, secrets: Option<Arc<Secrets>>) -> Gateway {
    let catalog = Arc::new(Catalog::open(bots, Arc::new(Admission { store: store.clone(), secrets: secrets.clone() })));
    let report = catalog.reload().await;
    assert!(report.sound() || secrets.is_some(), "{report:?}");
    let integrations = secrets.map(|secrets| Integrations::new(Arc::new(Outbound::new(Egress::Any, secrets, "flowgate/test").unwrap())));
    Gateway::start(Parts { catalog, store, integrations }).await.unwrap()
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy(&from, &to);
        } else {
            std::fs::copy(&from, &to).unwrap();
        }
    }
}

/// `shop` wants a token, `open` takes anybody, `closed` wants a key.
pub(crate) fn write_bots(folder: &Path) {
    let channels =
        [("shop", "{access: token, origins: [\"https://pizza.example\"]}"), ("open", "{access: open}"), ("closed", "{access: key}")];
    for (bot, webchat) in channels {
        let files = [("bot.yaml", BOT.replace("BOT", bot).replace("WEBCHAT", webchat)), ("sequences/welcome.yaml", WELCOME.to_owned())];
        for (name, text) in files {
            let file = folder.join(bot).join(name);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, text).unwrap();
        }
    }
}

const BOT: &str = r#"version: 1
bot: BOT
name: "The BOT"
description: "For tests."
start: welcome
attributes:
  size: {type: string}
  tier: {type: string}
channels:
  webchat: WEBCHAT
triggers:
  - {keywords: [whoami], text: "Your tier is {{tier}}."}
"#;

/// The sequence that every bot begins with.
pub(crate) const WELCOME: &str = r#"version: 1
sequence: welcome
blocks:
  - text: "Hello"
  - id: size
    buttons: {text: "Which size?", items: [{title: Small}, {title: Large}], into: size}
  - text: "You chose {{size}}."
"#;
