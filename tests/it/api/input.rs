//! Bad input: every refusal is a problem with a code, and says what is wrong.

use serde_json::json;

use crate::support::app::{TestApp, got};

const MESSAGES: &str = "/v1/bots/shop/messages";

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_not_json_says_where() {
    let app = TestApp::start().await;
    let post = |body: &'static str| got(app.post(MESSAGES).header("content-type", "application/json").body(body));
    for (body, place) in
        [("{\"user\": \"ada\",\n\"text\": hi}", "line 2 column 9"), ("nonsense", "line 1 column"), ("{\"user\": \"ada\"", "line 1 column")]
    {
        let refused = post(body).await;
        assert_eq!(refused.problem(400), "invalid");
        assert!(refused.body.contains(place), "{refused:?}");
    }
    assert!(post("{}").await.json()["detail"].as_str().unwrap().contains("`user`"));
    for body in ["", "[]", "null", "{\"user\": 1, \"text\": \"hi\"}", "{\"user\": \"a\", \"user\": \"b\", \"text\": \"hi\"}"] {
        assert_eq!(post(body).await.problem(400), "invalid", "{body}");
    }
    let deep = format!("{{\"user\": \"ada\", \"text\": \"hi\", \"attributes\": {}1{}}}", "[".repeat(10_000), "]".repeat(10_000));
    assert_eq!(got(app.post(MESSAGES).header("content-type", "application/json").body(deep)).await.problem(400), "invalid");
    let not_utf8 = app.post(MESSAGES).header("content-type", "application/json").body(b"{\"user\": \"\xff\"}".to_vec());
    assert_eq!(got(not_utf8).await.problem(400), "invalid");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_of_another_type_or_size_is_refused() {
    let app = TestApp::start().await;
    let body = json!({"user": "ada", "text": "hi"}).to_string();
    for content_type in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"] {
        assert_eq!(got(app.post(MESSAGES).header("content-type", content_type).body(body.clone())).await.problem(415), "not-json");
    }
    assert_eq!(got(app.post(MESSAGES).body(body.clone())).await.problem(415), "not-json");
    let with_charset = app.post(MESSAGES).header("content-type", "application/json; charset=utf-8").body(body);
    assert_eq!(got(with_charset).await.status, 200);

    let large = json!({"user": "ada", "text": "hi", "padding": "x".repeat(300 * 1024)});
    assert_eq!(got(app.post(MESSAGES).json(&large)).await.problem(413), "too-large");
    let chunks = futures_util::stream::iter((0..300).map(|_| Ok::<_, std::io::Error>(vec![b' '; 1024])));
    let chunked = app.post(MESSAGES).header("content-type", "application/json").body(reqwest::Body::wrap_stream(chunks));
    assert_eq!(got(chunked).await.problem(413), "too-large");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_that_do_not_fit_are_named() {
    let app = TestApp::start().await;
    for (message, named) in [
        (json!({"user": "", "text": "hi"}), "user"),
        (json!({"user": "x".repeat(129), "text": "hi"}), "user"),
        (json!({"user": "a\u{0}", "text": "hi"}), "user"),
        (json!({"user": "a\nb", "text": "hi"}), "user"),
        (json!({"user": "ada"}), "exactly one"),
        (json!({"user": "ada", "text": "hi", "payload": "k"}), "exactly one"),
        (json!({"user": "ada", "media": "m1"}), "exactly one"),
        (json!({"user": "ada", "text": " \n "}), "text"),
        (json!({"user": "ada", "text": "é".repeat(4_097)}), "text"),
        (json!({"user": "ada", "text": "a\u{0}b"}), "text"),
        (json!({"user": "ada", "payload": ["a", "b"]}), "payload"),
        (json!({"user": "ada", "payload": {"a": 1}}), "payload"),
        (json!({"user": "ada", "location": {"latitude": 1}}), "location.longitude"),
        (json!({"user": "ada", "location": [1, 2]}), "sequence"),
        (json!({"user": "ada", "text": "hi", "id": ""}), "id"),
        (json!({"user": "ada", "text": "hi", "id": "a b"}), "id"),
        (json!({"user": "ada", "text": "hi", "id": "x".repeat(129)}), "id"),
        (json!({"user": "ada", "text": "hi", "attributes": {"tier": "a\u{0}"}}), "attributes"),
    ] {
        let refused = app.say("shop", message.clone()).await;
        assert_eq!(refused.problem(400), "invalid", "{message}");
        assert!(refused.json()["detail"].as_str().unwrap().contains(named), "{message}: {refused:?}");
    }
    assert_eq!(app.say("shop", json!({"user": "ada", "text": "é".repeat(4_096)})).await.status, 200);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_exist_is_a_problem_too() {
    let app = TestApp::start().await;
    assert_eq!(app.say("nobody", json!({"user": "ada", "text": "hi"})).await.problem(404), "unknown-bot");
    assert_eq!(app.say("SHOP", json!({"user": "ada", "text": "hi"})).await.problem(404), "unknown-bot");
    for path in ["/nowhere", "/v1", "/v1/bots/shop/nothing", "/v1/bots/shop/messages/", "/assets/../Cargo.toml"] {
        assert_eq!(got(app.get(path)).await.problem(404), "not-found", "{path}");
    }
    assert_eq!(got(app.post("/v1/bots/%ff/messages").json(&json!({"user": "ada", "text": "hi"}))).await.problem(404), "unknown-bot");
    for (method, path, allowed) in
        [("GET", MESSAGES, "POST"), ("DELETE", "/v1/bots", "GET, HEAD"), ("BREW", "/-/reload", "POST"), ("POST", "/", "GET, HEAD")]
    {
        let refused = got(app.request(method, path)).await;
        assert_eq!(refused.problem(405), "method-not-allowed", "{method} {path}");
        assert_eq!(refused.header("allow"), allowed);
    }
    assert_eq!(got(app.post("/-/reload?wait=perhaps")).await.problem(400), "invalid");
    app.stop().await;
}
