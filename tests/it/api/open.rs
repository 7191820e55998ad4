//! The Bot Open API, as a client that was written for the original calls it.

mod transcripts;
mod users;

use flowgate::{
    accounts::Accounts,
    diagnostic::Problems,
    key::AppGrant,
    outbound::Secrets,
    store::{Issued, Store},
    time::Timestamp,
};
use serde_json::{Value, json};

use crate::support::{
    app::{Got, PROXIED, TestApp, got, write_bots},
    database::{on_both_databases, options},
};

/// A gateway, and its store beside it.
pub(super) struct Scene {
    pub(super) app: TestApp,
    pub(super) store: Store,
}

/// An app of a bot.
pub(super) struct Made {
    pub(super) id: String,
    pub(super) secret: String,
}

impl Scene {
    pub(super) async fn start(database: &str) -> Self {
        let bots = tempfile::tempdir().unwrap();
        write_bots(bots.path());
        let store = Store::open(database, options()).await.unwrap();
        Self { app: TestApp::start_on_store(bots, store.clone(), Secrets::default()).await, store }
    }

    pub(super) async fn made(&self, bot: &str) -> Made {
        let grant = AppGrant { bot: bot.into(), expires_at: None, note: None };
        match self.store.issue_app(grant, Timestamp::now()).await.unwrap() {
            Issued::App(row, secret) => Made { id: row.id.to_string(), secret: secret.expose().to_owned() },
            Issued::Key(..) => panic!("no app"),
        }
    }

    pub(super) async fn log_in(&self, body: &Value) -> Got {
        got(self.app.post("/login").header(PROXIED.0, PROXIED.1).json(body)).await
    }

    /// The token of a new app of a bot.
    pub(super) async fn token(&self, bot: &str) -> String {
        let Made { id, secret } = self.made(bot).await;
        let answer = self.log_in(&json!({"appId": id, "appSecret": secret})).await;
        answer.json()["authToken"].as_str().unwrap_or_else(|| panic!("{answer:?}")).to_owned()
    }

    /// Posts as an app.
    pub(super) async fn ask(&self, path: &str, token: &str, body: &Value) -> Got {
        got(self.app.post(path).header(PROXIED.0, PROXIED.1).header("authorization", token).json(body)).await
    }

    pub(super) async fn usage(&self, query: &str, authorization: &str) -> Got {
        got(self.app.get(&format!("/botUsage{query}")).header(PROXIED.0, PROXIED.1).header("authorization", authorization)).await
    }
}

/// The message of an error in the form of this API.
pub(super) fn refused(answer: &Got, status: u16) -> String {
    let told = answer.json();
    assert_eq!((answer.status, &told["statusCode"]), (status, &status.into()), "{answer:?}");
    assert_eq!(told.as_object().map(serde_json::Map::len), Some(3), "{told}");
    assert!(told["error"].is_string() && answer.header("content-type") == "application/json", "{answer:?}");
    told["message"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_logs_in_and_its_token_dies_with_it() {
    on_both_databases(async |database| {
        let scene = Scene::start(&database).await;
        let made = scene.made("shop").await;
        let begun = Timestamp::now();
        let answer = scene.log_in(&json!({"appId": made.id, "appSecret": made.secret, "more": 1})).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let granted = answer.json();
        assert_eq!(granted["expireAt"], granted["expiresAt"]);
        let lasts = Timestamp::iso(granted["expireAt"].as_str().unwrap()).unwrap().0 - begun.0;
        assert!((86_399_000..=86_460_000).contains(&lasts), "{granted}");
        let token = granted["authToken"].as_str().unwrap();
        for form in [token.to_owned(), format!("Bearer {token}"), format!("bearer {token}")] {
            assert_eq!(scene.usage("", &form).await.status, 200, "{form}");
        }
        for bad in ["", "Bearer", "nothing", &format!("Basic {token}"), &format!("{token}x"), &made.secret] {
            refused(&scene.usage("", bad).await, 401);
        }
        refused(&got(scene.app.get("/botUsage")).await, 401);
        refused(&got(scene.app.get("/botUsage").header("authorization", token).header("authorization", token)).await, 401);
        assert!(scene.store.revoke(&made.id.as_str().into(), Timestamp::now()).await.unwrap());
        refused(&scene.usage("", token).await, 401);
        refused(&scene.log_in(&json!({"appId": made.id, "appSecret": made.secret})).await, 409);
        scene.app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_app_and_a_wrong_secret_look_the_same_and_are_slowed_down() {
    on_both_databases(async |database| {
        let scene = Scene::start(&database).await;
        let made = scene.made("shop").await;
        let wrong = scene.log_in(&json!({"appId": made.id, "appSecret": "wrong"})).await;
        let unknown = scene.log_in(&json!({"appId": "nobody", "appSecret": made.secret})).await;
        assert_eq!(refused(&wrong, 409), refused(&unknown, 409));
        for (missing, body) in [("appId", json!({"appSecret": "x"})), ("appSecret", json!({"appId": "x"})), ("appId", json!({"appId": 1}))]
        {
            assert!(refused(&scene.log_in(&body).await, 400).contains(missing), "{body}");
        }
        for (body, status) in [("", 400), ("[]", 400), ("{\"appId\": ", 400), ("appId=x", 400)] {
            refused(&got(scene.app.post("/login").body(body)).await, status);
        }
        refused(&got(scene.app.post("/login").body(" ".repeat(10 << 20))).await, 413);
        let again = format!(r#"{{"appId": "x", "appId": "{}", "appSecret": "{}"}}}} and more"#, made.id, made.secret);
        assert_eq!(got(scene.app.post("/login").body(again)).await.status, 200, "the last key counts, the rest is ignored");
        let mut failures = 0;
        let slowed = loop {
            let answer = scene.log_in(&json!({"appId": made.id, "appSecret": format!("wrong {failures}")})).await;
            match answer.status {
                409 => failures += 1,
                _ => break answer,
            }
        };
        refused(&slowed, 429);
        assert!(failures >= 5 && slowed.header("retry-after").parse::<u64>().is_ok_and(|seconds| seconds >= 1), "{failures} {slowed:?}");
        refused(&scene.log_in(&json!({"appId": made.id, "appSecret": made.secret})).await, 429);
        scene.token("shop").await;
        scene.app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn usage_counts_a_month_of_one_bot() {
    on_both_databases(async |database| {
        let scene = Scene::start(&database).await;
        let (shop, open) = (scene.token("shop").await, scene.token("open").await);
        let before = Timestamp::now().month();
        for user in ["ada", "bob"] {
            assert_eq!(scene.app.say("shop", json!({"user": user, "text": "hi"})).await.status, 200);
        }
        scene.app.say("shop", json!({"user": "+49 30 123456", "text": "hi", "channel": "telegram"})).await;
        let month = &Timestamp::of_day(Timestamp::now().month()).rfc3339()[..10];
        if before == Timestamp::now().month() {
            for (query, messages, users) in [
                (String::new(), 9, 3),
                ("?channelId=1010".to_owned(), 6, 2),
                ("?channelId=1016".to_owned(), 3, 1),
                ("?channelId=1014".to_owned(), 0, 0),
                (format!("?monthDate={month}"), 9, 3),
                (format!("?monthDate={}", &month[..7]), 9, 3),
                (format!("?monthDate={month}T12:00:00.000Z&channelId=1010"), 6, 2),
                ("?monthDate=2021-08-01".to_owned(), 0, 0),
            ] {
                let counted = scene.usage(&query, &shop).await;
                assert_eq!(counted.json(), json!({"totalMessages": messages, "totalUsers": users}), "{query}: {counted:?}");
            }
        }
        assert_eq!(scene.usage("", &open).await.json(), json!({"totalMessages": 0, "totalUsers": 0}));
        for query in
            ["?monthDate=today", "?monthDate=", "?monthDate=2021-13-01", "?channelId=9", "?channelId=web", "?channelId=1014&channelId=1010"]
        {
            refused(&scene.usage(query, &shop).await, 400);
        }
        scene.app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_without_this_api_hears_so() {
    on_both_databases(async |database| {
        let bots = tempfile::tempdir().unwrap();
        write_bots(bots.path());
        let file = b"\"1\": {bots: [shop], features: [triggers]}\n\"2\": {bots: [open], features: [open_api]}\n";
        let accounts = Accounts::read(&"accounts.yaml".into(), file, &mut Problems::default()).unwrap();
        let store = Store::open(&database, options()).await.unwrap();
        let scene = Scene { app: TestApp::start_for(accounts, bots, store.clone()).await, store };
        let made = scene.made("shop").await;
        let told = refused(&scene.log_in(&json!({"appId": made.id, "appSecret": made.secret})).await, 403);
        assert!(told.contains("open_api"), "{told}");
        refused(&scene.log_in(&json!({"appId": made.id, "appSecret": "wrong"})).await, 409);
        let token = scene.token("open").await;
        assert_eq!(scene.usage("", &token).await.status, 200);
        scene.app.stop().await;
    })
    .await;
}
