//! Starts and changes natively.

use serde_json::{Value, json};

use super::Scene;
use crate::support::{app::got, database::on_both_databases};

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
        let key = flowgate::id::ConversationKey { bot: "shop".into(), channel: "webchat".parse().unwrap(), user: "ada".into() };
        let before = scene.store.load(&key).await.unwrap().unwrap().last_interaction;
        let body = json!({"attributes": {"total": "3.50", "order_id": 12}, "tags": {"add": ["vip", "new"]}, "opted_out": true});
        assert_eq!(change("ada", body).await.status, 204);
        assert_eq!(change("ada", json!({"attributes": {"order_id": null}, "tags": {"remove": ["new"]}})).await.status, 204);
        let row = scene.store.load(&key).await.unwrap().unwrap();
        assert_eq!(row.last_interaction, before, "it is no interaction");
        let state: Value = serde_json::from_str(&row.state).unwrap();
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
