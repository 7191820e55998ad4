//! Flows that are started from outside: as clients of the platform API do it, and natively.

use flowgate::{outbound::Secrets, store::Store};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{
    app::{Got, PROXIED, TestApp, got},
    database::{on_both_databases, options},
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

#[tokio::test(flavor = "multi_thread")]
async fn flows_are_started_as_the_vendors_clients_do_it() {
    on_both_databases(async |database| {
        let scene = Scene::start(&database).await;
        let query = "user.phone_no=%2B91%2098765%2043210&User.User_Name=Salman&channel=Whatsapp&invoiceId=INV-1&total=12.50";
        succeeded(&got(scene.flow(&format!("{PAID}?{query}"))).await);
        let said = scene.until_said("whatsapp", "919876543210", 1).await;
        assert_eq!(said, ["Salman paid 12.5 for INV-1  "]);

        let body = json!({"user.channel": "whatsapp", "user.phone_no": "98765 43210", "invoiceId": "INV-2", "total": 3, "count": "7", "order.id": 9});
        for version in ["v2.0", "v3.0"] {
            succeeded(&got(scene.flow(&PAID.replace("v1.0", version).replace("paid", "8082")).json(&body)).await);
        }
        let said = scene.until_said("whatsapp", "919876543210", 3).await;
        assert_eq!(said[1..], ["Salman paid 3 for INV-2 7 9", "Salman paid 3 for INV-2 7 9"]);

        let twice = r#"{"user.phone_no": "u1", "channel": "web", "total": 1, "total": 2, "invoiceId": "a", "user": {"x": 1}}} trailing"#;
        let by_query = format!("{PAID}?Authorization=Basic%20{}&invoiceId=INV-3", scene.key);
        succeeded(&got(scene.bare(&by_query).header("content-type", "text/plain").body(twice)).await);
        assert_eq!(scene.until_said("webchat", "u1", 1).await, ["u1 paid 2 for INV-3  "]);

        succeeded(&got(scene.flow("v1.0/customer/61179/bot/shop/flow/PLAIN")).await);
        let no_whatsapp = "v1.0/customer/2/bot/other/flow/plain?user.phone_no=x";
        let admin = got(scene.app.post("/v1/keys").json(&json!({"scopes": ["admin"]}))).await.json();
        succeeded(&got(scene.bare(no_whatsapp).bearer_auth(admin["key"].as_str().unwrap())).await);
        let key = flowgate::id::ConversationKey { bot: "other".into(), channel: "workflow".parse().unwrap(), user: "x".into() };
        assert!(scene.store.load(&key).await.unwrap().is_some());
        scene.app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_fit_is_refused_by_its_code() {
    on_both_databases(async |database| {
        let scene = Scene::start(&database).await;
        let flow = async |path: &str, body: &str| got(scene.flow(path).body(body.to_owned())).await;
        let plain = PAID.replace("paid", "plain");
        for (path, body, status, code, said) in [
            (format!("{PAID}?channel=web&user.phone_no=u1&total=1"), "", 400, 2002, "`invoiceId`"),
            (format!("{PAID}?channel=web&user.phone_no=u1&total=much"), "", 400, 2002, "`invoiceId`, `total`"),
            (format!("{plain}?channel=web"), "", 400, 2002, "user.phone_no"),
            (format!("{plain}?user.phone_no=ada"), "", 400, 2002, "phone number"),
            (format!("{plain}?channel=telegram&user.phone_no=1"), "", 400, 2004, "telegram"),
            (format!("{plain}?channel=googleBusinessMessages&user.phone_no=1"), "", 400, 2004, "googleBusinessMessages"),
            (plain.clone(), "[]", 400, 2002, "no JSON object"),
            (plain.clone(), "{", 400, 2002, "does not fit"),
            (format!("{plain}?a=%00"), "", 400, 2002, "U+0000"),
            (PAID.replace("paid", "nothing"), "", 404, 2007, "flow"),
            (PAID.replace("paid", "..%2fx"), "", 404, 2007, "flow"),
            (PAID.replace("v1.0", "v9.0"), "", 404, 2000, "/docs"),
            (PAID.replace("/flow/paid", "/flow"), "", 404, 2000, "/docs"),
        ] {
            let message = refused(&flow(&path, body).await, status, code);
            assert!(message.contains(said), "{path}: {message}");
        }
        let large = json!({"a": "x".repeat(10 * 1024 * 1024)}).to_string();
        refused(&flow(&plain, &large).await, 413, 2000);
        refused(&got(scene.flow(&plain).header("content-encoding", "gzip").body("x")).await, 415, 2000);
        let wrong = got(scene.app.get(&format!("/bot-api/{plain}"))).await;
        refused(&wrong, 405, 2000);
        assert_eq!(wrong.header("allow"), "POST");

        refused(&got(scene.bare(&plain)).await, 401, 2000);
        refused(&got(scene.app.post(&format!("/bot-api/{plain}"))).await, 401, 2000); // also at the machine itself
        let own = flow(&plain.replace("shop", "nobody"), "").await;
        for (path, name) in [("v1.0/customer/2/bot/other/flow/plain", "other"), ("v1.0/customer/2/bot/nobody/flow/plain", "nobody")] {
            let message = refused(&flow(path, "").await, 403, 2003);
            assert_eq!(message, format!("no bot '{name}' for customer 2"));
        }
        assert_eq!(refused(&own, 403, 2003), "no bot 'nobody' for customer 61179");
        for idempotency in ["", "é", &"x".repeat(256)] {
            refused(&got(scene.flow(&plain).header("idempotency-key", idempotency)).await, 400, 2002);
        }
        scene.app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_runs_on_top_of_a_question_and_is_no_word_of_the_user() {
    on_both_databases(async |database| {
        let scene = Scene::start(&database).await;
        let say = async |text: &str| scene.app.say("shop", json!({"user": "ada", "text": text})).await;
        say("hi").await;
        let key = flowgate::id::ConversationKey { bot: "shop".into(), channel: "webchat".parse().unwrap(), user: "ada".into() };
        let heard = async || {
            let row = scene.store.load(&key).await.unwrap().unwrap();
            serde_json::from_str::<Value>(&row.state).unwrap()["last_input"].clone()
        };
        let before = heard().await;
        let odd = json!({"user.phone_no": "ada", "channel": "webchat", "uid": 7, "date": "x", "a.b": 1, "user.uid": 8, "bot": 2, "count": "many", "long": "x".repeat(17 * 1024)});
        succeeded(&got(scene.flow(&PAID.replace("paid", "plain")).json(&odd)).await);
        assert_eq!(scene.until_said("webchat", "ada", 3).await, ["Your name?", "Plain", "Your name?"], "it is asked again");
        assert_eq!(heard().await, before);
        let row = scene.store.load(&key).await.unwrap().unwrap();
        let attributes = serde_json::from_str::<Value>(&row.state).unwrap()["attributes"].clone();
        assert_eq!(attributes, json!({"date_": "x", "a_b": 1, "bot_": 2}), "what only the gateway sets, or does not fit, stays out");

        say("stop").await;
        succeeded(&got(scene.flow(&PAID.replace("paid", "plain")).json(&json!({"user.phone_no": "ada", "channel": "web"}))).await);
        let said = scene.said("webchat", "ada").await;
        assert_eq!(said.len(), 4, "who opted out hears nothing: {said:?}");
        scene.app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_key_starts_once() {
    on_both_databases(async |database| {
        let scene = Scene::start(&database).await;
        let plain = PAID.replace("paid", "plain");
        let keyed = async |key: &str, path: &str, body: &Value| got(scene.flow(path).header("idempotency-key", key).json(body)).await;
        let body = json!({"channel": "web", "user.phone_no": "eve", "n": 1});
        let all = (0..100).flat_map(|key| (0..10).map(move |_| key));
        let asked: Vec<_> = all
            .map(|key| {
                let request = scene.flow(&plain).header("idempotency-key", format!("order {key}"));
                tokio::spawn(got(request.json(&json!({"channel": "web", "user.phone_no": format!("user{key}")}))))
            })
            .collect();
        for one in asked {
            succeeded(&one.await.unwrap());
        }
        for key in 0..100 {
            assert_eq!(scene.until_said("webchat", &format!("user{key}"), 1).await, ["Plain"], "once each");
        }
        succeeded(&keyed("k", &plain, &body).await);
        succeeded(&keyed("k", &plain, &body).await);
        for (path, other) in [
            (plain.clone(), json!({"channel": "web", "user.phone_no": "eve", "n": 2})),
            (plain.clone(), json!({"channel": "web", "user.phone_no": "bob", "n": 1})),
            (plain.clone(), json!({"channel": "workflow", "user.phone_no": "eve", "n": 1})),
            (plain.replace("plain", "welcome"), body.clone()),
        ] {
            refused(&keyed("k", &path, &other).await, 422, 2000);
        }
        assert_eq!(scene.said("webchat", "eve").await, ["Plain"]);
        assert!(scene.said("webchat", "bob").await.is_empty());

        // nobody is named: the same key finds the user that it made
        for _ in 0..3 {
            succeeded(&got(scene.flow(&plain).header("idempotency-key", "nobody")).await);
        }
        let native = json!({"sequence": "plain", "user": "eve", "attributes": {"n": 1}});
        let start = async || got(scene.app.post("/v1/bots/shop/start").header("idempotency-key", "k").json(&native)).await;
        assert_eq!(start().await.status, 202, "it is the same request of the same account");
        assert_eq!(scene.said("webchat", "eve").await, ["Plain"]);
        scene.app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_key_for_two_users_at_once_is_for_one_of_them() {
    on_both_databases(async |database| {
        let scene = Scene::start(&database).await;
        for round in 0..20 {
            let ask = |user: String| {
                let request = scene.app.post("/v1/bots/shop/start").header("idempotency-key", format!("key{round}"));
                got(request.json(&json!({"sequence": "plain", "user": user})))
            };
            let (one, other) = tokio::join!(ask(format!("a{round}")), ask(format!("b{round}")));
            let mut both = [one.status, other.status];
            both.sort_unstable();
            assert_eq!(both, [202, 422], "{one:?} {other:?}");
            let runs = scene.said("webchat", &format!("a{round}")).await.len() + scene.said("webchat", &format!("b{round}")).await.len();
            assert!(runs <= 1, "{runs} runs");
        }
        scene.app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_waits_while_the_conversation_is_calling() {
    on_both_databases(async |database| {
        let scene = Scene::start(&database).await;
        let start = async |sequence: &str| {
            let body = json!({"sequence": sequence, "user": "ada"});
            got(scene.app.post("/v1/bots/shop/start").json(&body)).await
        };
        assert_eq!(start("looks").await.status, 202);
        assert_eq!(start("plain").await.json(), json!({"user": "ada", "channel": "webchat"}));
        let said = scene.until_said("webchat", "ada", 2).await;
        assert_eq!(said.last().map(String::as_str), Some("Plain"), "{said:?}");
        for (body, status, code) in [
            (json!({"sequence": "paid", "user": "ada"}), 400, "invalid"),
            (json!({"sequence": "nothing", "user": "ada"}), 404, "unknown-flow"),
            (json!({"sequence": "plain", "user": "ada", "channel": "sms"}), 400, "channel-not-configured"),
            (json!({"sequence": "plain", "user": "ada", "channel": "whatsapp"}), 400, "invalid"),
            (json!({"sequence": "plain", "user": ""}), 400, "invalid"),
        ] {
            assert_eq!(got(scene.app.post("/v1/bots/shop/start").json(&body)).await.problem(status), code, "{body}");
        }
        scene.app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_known_of_a_user_is_changed() {
    on_both_databases(async |database| {
        let scene = Scene::start(&database).await;
        let change =
            async |user: &str, body: Value| got(scene.app.request("PATCH", &format!("/v1/bots/shop/users/{user}")).json(&body)).await;
        assert_eq!(change("ada", json!({})).await.problem(404), "unknown-user");
        scene.app.say("shop", json!({"user": "ada", "text": "hi"})).await;
        let body = json!({"attributes": {"total": "3.50", "order_id": 12}, "tags": {"add": ["vip", "new"]}, "opted_out": true});
        assert_eq!(change("ada", body).await.status, 204);
        assert_eq!(change("ada", json!({"attributes": {"order_id": null}, "tags": {"remove": ["new"]}})).await.status, 204);
        let key = flowgate::id::ConversationKey { bot: "shop".into(), channel: "webchat".parse().unwrap(), user: "ada".into() };
        let state: Value = serde_json::from_str(&scene.store.load(&key).await.unwrap().unwrap().state).unwrap();
        assert_eq!((&state["attributes"], &state["tags"], &state["opted_out"]), (&json!({"total": 3.5}), &json!(["vip"]), &json!(true)));
        assert_eq!(scene.said("webchat", "ada").await, ["Your name?"], "nothing is said");
        for (bad, named) in [
            (json!({"attributes": {"total": "much"}}), "`total`"),
            (json!({"attributes": {"uid": 1}}), "`uid`"),
            (json!({"attributes": {"order_id": "x".repeat(17 * 1024)}}), "`order_id`"),
            (json!({"tags": {"add": [""]}}), "`tags`"),
            (json!({"tags": {"add": "vip"}}), "fit"),
            (json!({"opted_out": "yes"}), "fit"),
        ] {
            let refused = change("ada", bad.clone()).await;
            assert_eq!(refused.problem(400), "invalid", "{bad}");
            assert!(refused.json()["detail"].as_str().unwrap().contains(named), "{refused:?}");
        }
        assert_eq!(change("ada?channel=sms", json!({})).await.problem(400), "channel-not-configured");
        scene.app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_the_bots_origins_may_start_flows() {
    on_both_databases(async |database| {
        let scene = Scene::start(&database).await;
        let path = format!("/bot-api/{}", PAID.replace("paid", "plain"));
        let preflight = async |path: &str, origin: &str| {
            let request = scene.app.request("OPTIONS", path).header("origin", origin);
            got(request.header("access-control-request-method", "POST").header("access-control-request-headers", "authorization")).await
        };
        let allowed = preflight(&path, "https://pizza.example").await;
        assert_eq!((allowed.status, allowed.header("access-control-allow-origin")), (204, "https://pizza.example"));
        assert!(allowed.header("access-control-allow-headers").contains("idempotency-key"), "{allowed:?}");
        let foreign = preflight(&path, "https://evil.example").await;
        let missing = preflight(&path.replace("shop", "nobody"), "https://pizza.example").await;
        assert_eq!(refused(&foreign, 403, 2003), refused(&missing, 403, 2003), "nobody can probe");
        let called = got(scene.flow(path.strip_prefix("/bot-api/").unwrap()).header("origin", "https://pizza.example")).await;
        succeeded(&called);
        assert_eq!(called.header("access-control-allow-origin"), "https://pizza.example");
        scene.app.stop().await;
    })
    .await;
}
