//! API keys: how they are sent, what they open, how they are made and revoked.

use base64::{Engine, prelude::BASE64_STANDARD};
use flowgate::outbound::Secrets;
use serde_json::{Value, json};

use crate::support::{
    app::{Got, PROXIED, TestApp, got, write_bots},
    database::on_both_databases,
};

/// A server with the bots of all tests on a database; the test's requests pass for those of strangers.
async fn start(database: &str) -> TestApp {
    let bots = tempfile::tempdir().unwrap();
    write_bots(bots.path());
    TestApp::start_on(bots, database, Secrets::default()).await
}

/// A new key, made by the operator.
async fn key(app: &TestApp, grant: Value) -> Value {
    let made = got(app.post("/v1/keys").json(&grant)).await;
    assert_eq!(made.status, 201, "{made:?}");
    made.json()
}

async fn secret(app: &TestApp, grant: Value) -> String {
    key(app, grant).await["key"].as_str().unwrap().to_owned()
}

/// A request of somebody far away.
async fn call(app: &TestApp, method: &str, path: &str, authorization: &str, body: Option<Value>) -> Got {
    let mut request = app.request(method, path).header(PROXIED.0, PROXIED.1);
    if !authorization.is_empty() {
        request = request.header("authorization", authorization);
    }
    got(match body {
        Some(body) => request.json(&body),
        None => request,
    })
    .await
}

async fn say(app: &TestApp, bot: &str, authorization: &str) -> Got {
    let message = json!({"user": "ada", "text": "whoami", "attributes": {"tier": "gold"}, "channel": "workflow"});
    call(app, "POST", &format!("/v1/bots/{bot}/messages"), authorization, Some(message)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_opens_the_bots_of_its_account_in_every_form() {
    on_both_databases(async |database| {
        let app = start(&database).await;
        let key = secret(&app, json!({"account": "1"})).await;
        let base64 = |text: String| format!("Basic {}", BASE64_STANDARD.encode(text));
        for sent in [
            format!("Basic {key}"),
            format!("basic {key}"),
            format!("bearer {key}"),
            base64(format!("{key}:")),
            base64(format!(":{key}")),
            base64(key.clone()),
        ] {
            for bot in ["shop", "open", "closed"] {
                let answer = say(&app, bot, &sent).await;
                assert_eq!(answer.json()["messages"][0]["text"], "Your tier is gold.", "{bot} {sent}: {answer:?}");
            }
        }
        let by_query = format!("/v1/bots/closed/messages?Authorization=Basic%20{key}");
        let message = json!({"user": "ada", "text": "whoami"});
        assert_eq!(call(&app, "POST", &by_query, "", Some(message.clone())).await.status, 200);
        assert_eq!(call(&app, "POST", &by_query, "Bearer x", Some(message)).await.problem(401), "unauthorized", "the header counts");
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_in_odd_forms_are_refused_also_at_the_machine_itself() {
    let app = TestApp::start().await;
    let key = secret(&app, json!({"account": "1"})).await;
    let wrong = key.replace(&key[40..], "xxxx");
    let message = json!({"user": "ada", "text": "hi"});
    for bad in ["", "Basic", "Bearer ", &key, &wrong, &format!("Basic {wrong}"), &format!("Basic {}", key.to_uppercase()), "Basic a2V5Og=="]
    {
        let refused = got(app.post("/v1/bots/open/messages").header("authorization", bad).json(&message)).await;
        assert_eq!(refused.problem(401), "unauthorized", "{bad}");
    }
    let twice =
        app.post("/v1/bots/open/messages").header("authorization", format!("Basic {key}")).header("authorization", format!("Basic {key}"));
    assert_eq!(got(twice.json(&message)).await.problem(401), "unauthorized");
    let empty = got(app.post("/v1/bots/open/messages?authorization=").json(&message)).await;
    assert_eq!(empty.problem(401), "unauthorized");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_for_its_account_its_bot_and_its_scopes_alone() {
    on_both_databases(async |database| {
        let app = start(&database).await;
        let open = async |grant: Value, bot: &str| say(&app, bot, &format!("Bearer {}", secret(&app, grant).await)).await;
        let missing = open(json!({"account": "1"}), "nobody").await;
        let foreign = open(json!({"account": "2"}), "shop").await;
        assert_eq!((missing.problem(404), foreign.problem(404)), ("unknown-bot".to_owned(), "unknown-bot".to_owned()));
        assert_eq!(missing.body.replace("nobody", "shop"), foreign.body, "nobody can probe");
        assert_eq!(open(json!({"account": "1", "bot": "shop"}), "shop").await.status, 200);
        assert_eq!(open(json!({"account": "1", "bot": "shop"}), "open").await.problem(404), "unknown-bot");
        assert_eq!(open(json!({"account": "1", "bot": "gone"}), "gone").await.problem(404), "unknown-bot", "its bot is gone");
        assert_eq!(open(json!({"account": "1", "scopes": ["read", "send"]}), "shop").await.problem(403), "forbidden");
        assert_eq!(open(json!({"scopes": ["admin"]}), "closed").await.status, 200);

        let events = "/v1/bots/shop/users/ada/events?channel=workflow";
        for (scopes, status) in [("messages", 403), ("send", 403), ("read", 200), ("admin", 200)] {
            let grant = if scopes == "admin" { json!({"scopes": ["admin"]}) } else { json!({"account": "1", "scopes": [scopes]}) };
            let bearer = format!("Bearer {}", secret(&app, grant).await);
            assert_eq!(call(&app, "HEAD", events, &bearer, None).await.status, status, "{scopes}");
        }
        for path in ["/v1/bots", "/v1/bots/shop", "/metrics", "/v1/keys"] {
            let (account, admin) = (secret(&app, json!({"account": "1"})).await, secret(&app, json!({"scopes": ["admin"]})).await);
            assert_eq!(call(&app, "GET", path, &format!("Bearer {account}"), None).await.problem(403), "forbidden", "{path}");
            assert_eq!(call(&app, "GET", path, &format!("Bearer {admin}"), None).await.status, 200, "{path}");
        }
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bot_that_wants_a_key_takes_visitors_whom_a_key_names() {
    on_both_databases(async |database| {
        let app = start(&database).await;
        let made = key(&app, json!({"account": "1", "scopes": ["messages"]})).await;
        let bearer = format!("Bearer {}", made["key"].as_str().unwrap());
        let path = "/v1/bots/closed/webchat/token";
        let granted = call(&app, "POST", path, &bearer, Some(json!({"user": "ada"}))).await.json();
        assert_eq!(granted["user"], "ada");
        let visitor = format!("Bearer {}", granted["token"].as_str().unwrap());
        let message = json!({"user": "ada", "text": "hi"});
        let speak = async || call(&app, "POST", "/v1/bots/closed/messages", &visitor, Some(message.clone())).await;
        assert_eq!(speak().await.status, 200);
        let renewed = call(&app, "POST", path, &visitor, None).await.json();
        assert_eq!(renewed["user"], "ada");
        assert_eq!(call(&app, "HEAD", "/v1/bots/closed/users/ada/events", &visitor, None).await.status, 200);
        assert_eq!(call(&app, "HEAD", "/v1/bots/closed/users/bob/events", &visitor, None).await.status, 403);
        assert_eq!(call(&app, "POST", path, "", None).await.problem(401), "unauthorized");

        let name = made["id"].as_str().unwrap();
        assert_eq!(got(app.request("DELETE", &format!("/v1/keys/{name}"))).await.status, 204);
        assert_eq!(speak().await.problem(401), "unauthorized", "what a key has let in ends with it");
        let renewed = format!("Bearer {}", renewed["token"].as_str().unwrap());
        assert_eq!(call(&app, "POST", path, &renewed, None).await.problem(401), "unauthorized");
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_made_listed_replaced_and_revoked() {
    on_both_databases(async |database| {
        let app = start(&database).await;
        let made =
            key(&app, json!({"account": "1", "bot": "shop", "scopes": ["messages"], "expires": "90d", "note": "the shop's form"})).await;
        let (name, old) = (made["id"].as_str().unwrap(), made["key"].as_str().unwrap());
        assert!(old.starts_with(name) && made["expires_at"].is_string(), "{made}");
        assert_eq!((&made["scopes"], &made["state"], &made["note"]), (&json!(["messages"]), &json!("good"), &json!("the shop's form")));
        let app_key = key(&app, json!({"kind": "app", "bot": "shop"})).await;
        assert_eq!((&app_key["appId"], app_key["appSecret"].as_str().map(str::len)), (&app_key["id"], Some(40)));

        let listed = got(app.get("/v1/keys")).await;
        assert_eq!(listed.json()["keys"].as_array().unwrap().len(), 2);
        for secret in [old, app_key["appSecret"].as_str().unwrap()] {
            assert!(!listed.body.contains(secret), "{listed:?}");
        }

        assert_eq!(say(&app, "shop", &format!("Bearer {old}")).await.status, 200);
        let rotate = async |overlap: Value| got(app.post(&format!("/v1/keys/{name}/rotate")).json(&overlap)).await;
        let new = rotate(json!({"overlap": "24h"})).await.json();
        for key in [old, new["key"].as_str().unwrap()] {
            assert_eq!(say(&app, "shop", &format!("Bearer {key}")).await.status, 200);
        }
        let newest = rotate(json!({})).await.json();
        assert_eq!(say(&app, "shop", &format!("Bearer {old}")).await.problem(401), "unauthorized");
        assert_eq!(say(&app, "shop", &format!("Bearer {}", newest["key"].as_str().unwrap())).await.status, 200);
        assert_eq!(rotate(json!({})).await.problem(409), "key-ended");

        let revoke = async |name: &str| got(app.request("DELETE", &format!("/v1/keys/{name}"))).await;
        assert_eq!((revoke(newest["id"].as_str().unwrap()).await.status, revoke(name).await.status), (204, 204));
        assert_eq!(say(&app, "shop", &format!("Bearer {}", newest["key"].as_str().unwrap())).await.problem(401), "unauthorized");
        assert_eq!(revoke("nobody").await.problem(404), "unknown-key");
        assert_eq!(got(app.post("/v1/keys/nobody/rotate")).await.problem(404), "unknown-key");
        app.stop().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_granted_is_named() {
    let app = TestApp::start().await;
    for (grant, said) in [
        (json!({}), "belongs to an account"),
        (json!({"account": "shop"}), "an account is a number"),
        (json!({"account": "1", "scopes": ["write"]}), "no scope \"write\""),
        (json!({"account": "1", "scopes": []}), "at least one scope"),
        (json!({"account": "1", "scopes": ["admin"]}), "belongs to no account"),
        (json!({"scopes": ["admin", "read"]}), "no other scope"),
        (json!({"account": "1", "expires": "soon"}), "`expires`"),
        (json!({"account": "1", "expires": "2020-01-01"}), "in the future"),
        (json!({"account": "1", "note": "a\nb"}), "a note"),
        (json!({"account": "1", "kind": "door"}), "`kind`"),
        (json!({"kind": "app"}), "`bot`"),
        (json!({"kind": "app", "bot": "shop", "account": "1"}), "neither `account`"),
        (json!({"account": 1}), "does not fit"),
    ] {
        let refused = got(app.post("/v1/keys").json(&grant)).await;
        assert_eq!(refused.problem(400), "invalid", "{grant}");
        assert!(refused.json()["detail"].as_str().unwrap().contains(said), "{grant}: {refused:?}");
    }
    let made = key(&app, json!({"account": "1"})).await;
    let rotate = app.post(&format!("/v1/keys/{}/rotate", made["id"].as_str().unwrap()));
    assert_eq!(got(rotate.json(&json!({"overlap": "31d"}))).await.problem(400), "invalid");
    app.stop().await;
}
