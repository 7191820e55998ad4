//! Starts by the platform API.

use serde_json::{Value, json};

use super::{PAID, Scene, refused, succeeded};
use crate::support::{app::got, database::on_both_databases};

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

        for user in ["a/b", "..", "Ada Löf", "🍕", "k%2fx"] {
            let body = json!({"channel": "WebChat", "user.phone_no": user, "a[0].b": 1, "größe": 2});
            succeeded(&got(scene.flow("v3.0/customer/61179/bot/shop/flow/plain").json(&body)).await);
            assert_eq!(scene.until_said("webchat", user, 1).await, ["Plain"], "an id is the text as it is");
        }
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
