//! Messages that no database takes, among others that it does: they fail alone, and are told what is wrong with them.

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::scene::Scene;
use crate::support::{
    app::got,
    database::{drop_database, fresh_postgres, fresh_sqlite},
    long::long,
};

/// What may not be stored, and what is as long as it may be.
fn poisons(n: usize) -> Vec<(Value, u16)> {
    let user = format!("poison-{n}");
    vec![
        (json!({"user": user, "text": "a\0b"}), 400),
        (json!({"user": "a\0b", "text": "hi"}), 400),
        (json!({"user": user, "text": "hi", "id": "a\0b"}), 400),
        (json!({"user": user, "payload": "a\0b"}), 400),
        (json!({"user": user, "text": "hi", "attributes": {"who": "a\0b"}}), 400),
        (json!({"user": user, "location": {"latitude": 1, "longitude": 1, "label": "a\0b"}}), 400),
        (json!({"user": user, "text": "x".repeat(5_000)}), 400),
        (json!({"user": "x".repeat(129), "text": "hi"}), 400),
        (json!({"user": user, "text": "hi", "id": "x".repeat(10_000)}), 400),
        (json!({"user": user, "text": "x".repeat(300 * 1024)}), 413),
        (json!({"user": format!("{:😀>128}", n), "text": "😀".repeat(4_096), "id": "x".repeat(128)}), 200),
        (json!({"user": user, "text": "hi", "attributes": {"who": "x".repeat(200 * 1024)}}), 200),
    ]
}

async fn poisoned(database: &str) {
    let scene = Scene::open(database);
    for n in 0..10 * long() {
        let sent = poisons(n).into_iter().map(async |(body, status)| {
            let answer = got(scene.served.message("till", &body)).await;
            let shown: String = body.to_string().chars().take(100).collect();
            assert_eq!(answer.status, status, "{shown}: {answer:?}");
        });
        join_all(sent).await;
        scene.crowd.goes_on(1).await;
    }
    let refused = scene.crowd.refused();
    let (verdict, log) = scene.close().await;
    assert_eq!((refused, verdict.interrupted), (0, 0), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_poisoned_message_fails_alone() {
    poisoned(&fresh_sqlite().url).await;
    let database = fresh_postgres().await;
    poisoned(&database.url).await;
    drop_database(&database.url).await;
}
