//! What operators see and do.

use std::fs;

use serde_json::{Value, json};

use crate::support::app::{PROXIED, TestApp, WELCOME, got};

#[tokio::test(flavor = "multi_thread")]
async fn a_reload_reports_and_a_broken_bot_keeps_its_last_good_version() {
    let app = TestApp::start().await;
    let file = app.bots.path().join("shop/sequences/welcome.yaml");
    let before = got(app.get("/v1/bots/shop")).await.json();
    assert_eq!((&before["state"], &before["diagnostics"]), (&json!("live"), &json!([])));

    fs::write(&file, WELCOME.replace("Hello", "{{nothing}}")).unwrap();
    let refused = got(app.post("/-/reload?wait=true")).await;
    assert_eq!(refused.status, 422, "{refused:?}");
    assert_eq!(refused.json()["refused"][0]["bot"], "shop");
    let quarantined = got(app.get("/v1/bots/shop")).await.json();
    assert_eq!((&quarantined["state"], &quarantined["version"]), (&json!("quarantined"), &before["version"]));
    let finding = &quarantined["diagnostics"][0];
    assert!(
        finding["severity"] == "error" && finding["line"] == 4 && finding["file"].as_str().unwrap().ends_with("welcome.yaml"),
        "{finding}"
    );
    assert_eq!(got(app.get("/-/ready")).await.status, 200, "a bot with errors does not matter");
    assert_eq!(app.say("shop", json!({"user": "ada", "text": "hi"})).await.json()["messages"][0]["text"], "Hello");

    fs::write(&file, WELCOME.replace("Hello", "Ciao")).unwrap();
    let cured = got(app.post("/-/reload?wait=true")).await;
    assert_eq!((cured.status, &cured.json()["live"][0]["bot"]), (200, &json!("shop")), "{cured:?}");
    assert_eq!(app.say("shop", json!({"user": "bob", "text": "hi"})).await.json()["messages"][0]["text"], "Ciao");
    assert_eq!(got(app.post("/-/reload")).await.status, 202);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bots_are_listed_with_their_sessions() {
    let app = TestApp::start().await;
    app.say("shop", json!({"user": "ada", "text": "hi"})).await;
    let all = got(app.get("/v1/bots")).await.json();
    let keys: Vec<&Value> = all["bots"].as_array().unwrap().iter().map(|bot| &bot["bot"]).collect();
    assert_eq!(keys, ["closed", "open", "shop"]);
    let shop = got(app.get("/v1/bots/shop")).await.json();
    assert_eq!(shop, all["bots"][2]);
    assert_eq!(shop["sessions"][shop["version"].as_str().unwrap()], 1, "{shop}");
    assert_eq!(got(app.get("/v1/bots/nobody")).await.problem(404), "unknown-bot");

    let chat = got(app.get("/v1/chat/bots").header(PROXIED.0, PROXIED.1)).await.json();
    let open = json!({"bot": "open", "name": "The open", "description": "For tests.", "language": "en"});
    assert_eq!((&chat["bots"][0], chat["bots"].as_array().unwrap().len()), (&open, 2), "who wants a key is not shown");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn health_readiness_and_metrics() {
    let app = TestApp::start().await;
    assert_eq!(got(app.get("/-/health").header(PROXIED.0, PROXIED.1)).await.json(), json!({"status": "ok"}));
    assert_eq!(got(app.get("/-/ready").header(PROXIED.0, PROXIED.1)).await.json(), json!({"status": "ready"}));
    app.say("nobody", json!({"user": "a-user-that-no-metric-names", "text": "hi"})).await;
    let metrics = got(app.get("/metrics")).await;
    assert!(metrics.header("content-type").starts_with("text/plain"));
    let counted = r#"flowgate_http_requests_total{route="/v1/bots/{bot}/messages",method="POST",status="404"}"#;
    assert!(metrics.body.contains(counted), "{}", metrics.body);
    assert!(metrics.body.contains("flowgate_http_request_duration_seconds_bucket"));
    assert!(!metrics.body.contains("a-user-that-no-metric-names"));
    for told in [
        "flowgate_bots{state=\"live\"} 3",
        "flowgate_bots{state=\"refused\"} 0",
        "flowgate_build_info{version=",
        "flowgate_sessions_open{bot=\"shop\"} ",
        "flowgate_reloads_total{bot=\"shop\",outcome=\"live\"}",
        "process_resident_memory_bytes ",
        "process_open_fds ",
    ] {
        assert!(metrics.body.contains(told), "{told}\n{}", metrics.body);
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_closes_is_not_ready_and_takes_nothing() {
    let app = TestApp::start().await;
    app.gateway.close().await;
    let refused = got(app.get("/-/ready")).await;
    assert_eq!((refused.problem(503), refused.header("retry-after").is_empty()), ("not-ready".to_owned(), false));
    let message = app.say("shop", json!({"user": "ada", "text": "hi"})).await;
    assert_eq!((message.problem(503), message.header("retry-after").is_empty()), ("closing".to_owned(), false));
    assert_eq!(got(app.get("/-/health")).await.status, 200);
    app.stop().await;
}
