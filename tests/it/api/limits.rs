//! How often callers may call: each counted by what it has, and told when to come again.

use flowgate::api::Limits;
use reqwest::RequestBuilder;
use serde_json::json;

use crate::support::app::{Got, PROXIED, TestApp, got};

/// So few that a test meets each of them.
const LIMITS: Limits = Limits { key_per_second: 4, address_per_second: 2, visitor_per_minute: 1 };

/// Calls until one is refused: how many were not, and the refusal.
async fn until_refused(mut call: impl FnMut() -> RequestBuilder) -> (usize, Got) {
    for n in 0..50 {
        let answer = got(call()).await;
        if answer.status == 429 {
            return (n, answer);
        }
    }
    panic!("nothing is refused");
}

fn proxied(request: RequestBuilder) -> RequestBuilder {
    request.header(PROXIED.0, PROXIED.1)
}

fn retry_after(refused: &Got) -> u64 {
    refused.header("retry-after").parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn callers_are_limited_by_what_they_have() {
    let app = TestApp::start_limited(LIMITS).await;
    let made = got(app.post("/v1/keys").json(&json!({"account": "1"}))).await.json();
    let (user, token) = app.visitor("shop").await;
    let key = format!("Bearer {}", made["key"].as_str().unwrap());

    let (allowed, refused) = until_refused(|| proxied(app.get("/-/health"))).await;
    assert!(allowed >= 5, "6 at once, one of which gave the token: {allowed}");
    assert_eq!((refused.problem(429).as_str(), retry_after(&refused)), ("too-many-requests", 1));
    let wrong = proxied(app.get("/v1/bots")).header("authorization", "Bearer 1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed-AbCdEf1");
    assert_eq!(got(wrong).await.problem(429), "too-many-requests", "a key that is none counts as the address");

    let (allowed, refused) = until_refused(|| proxied(app.get("/v1/bots")).header("authorization", &key)).await;
    assert!(allowed >= 4, "a key has its own: {allowed}");
    assert_eq!(refused.problem(429), "too-many-requests");

    let message = json!({"user": user, "text": "hi"});
    let say = || proxied(app.post("/v1/bots/shop/messages")).bearer_auth(&token).json(&message);
    let (allowed, refused) = until_refused(say).await;
    assert!((4..=5).contains(&allowed), "a visitor has 5 at once, and not more than its token: {allowed}");
    assert!(["too-many-messages", "too-many-requests"].contains(&refused.problem(429).as_str()));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operator_and_the_files_of_the_page_are_not_limited() {
    let app = TestApp::start_limited(LIMITS).await;
    for _ in 0..30 {
        assert_eq!(got(app.get("/v1/bots")).await.status, 200);
        assert_eq!(got(proxied(app.get("/assets/chat.js"))).await.status, 200);
        assert_eq!(app.say("shop", json!({"user": "ada", "text": "hi"})).await.status, 200);
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visitor_sends_five_messages_at_once_and_one_in_a_minute_more() {
    let app = TestApp::start_limited(Limits { key_per_second: 0, address_per_second: 0, visitor_per_minute: 1 }).await;
    let (user, token) = app.visitor("shop").await;
    let message = json!({"user": user, "text": "hi"});
    let (allowed, refused) = until_refused(|| proxied(app.post("/v1/bots/shop/messages")).bearer_auth(&token).json(&message)).await;
    assert_eq!((allowed, refused.problem(429).as_str()), (5, "too-many-messages"));
    assert!((30..=60).contains(&retry_after(&refused)), "{refused:?}");
    let (other, its) = app.visitor("shop").await;
    let message = json!({"user": other, "text": "hi"});
    assert_eq!(got(proxied(app.post("/v1/bots/shop/messages")).bearer_auth(&its).json(&message)).await.status, 200);
    app.stop().await;
}
