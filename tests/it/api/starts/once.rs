//! Starts with an `Idempotency-Key`.

use serde_json::{Value, json};

use super::{PAID, Scene, refused, succeeded};
use crate::support::{app::got, database::on_both_databases};

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
