//! Messages and their answers.

use serde_json::json;

use crate::support::app::TestApp;

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_answered_and_a_press_goes_on() {
    let app = TestApp::start().await;
    let first = app.say("shop", json!({"user": "ada", "text": "hi", "unknown": true})).await;
    assert_eq!(first.status, 200, "{first:?}");
    let answer = first.json();
    assert_eq!(answer["messages"][0]["text"], "Hello");
    assert!(answer["session"].is_string() && answer["version"].as_str().is_some_and(|v| v.len() == 64), "{answer}");
    assert_eq!(answer.get("pending"), None);

    let large = &answer["messages"][1]["items"][1];
    assert_eq!(large["title"], "Large");
    let second = app.say("shop", json!({"user": "ada", "payload": [large["payload"]], "id": "m2"})).await.json();
    assert_eq!(second["messages"][0]["text"], "You chose Large.");
    let again = app.say("shop", json!({"user": "ada", "payload": [large["payload"]], "id": "m2"})).await.json();
    assert_eq!(second["messages"], again["messages"]);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_used_for_another_message_is_a_conflict() {
    let app = TestApp::start().await;
    assert_eq!(app.say("shop", json!({"user": "ada", "text": "hi", "id": "m1"})).await.status, 200);
    assert_eq!(app.say("shop", json!({"user": "ada", "text": "ho", "id": "m1"})).await.problem(409), "id-taken");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_payload_is_ordinary_text() {
    let app = TestApp::start().await;
    app.say("shop", json!({"user": "ada", "text": "hi"})).await;
    for payload in ["flow_welcome||tier=gold", "0", "../../x", "Robert'); DROP TABLE messages;--"] {
        let answer = app.say("shop", json!({"user": "ada", "payload": payload})).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        assert!(!answer.body.contains("You chose"), "{answer:?}");
    }
    assert_eq!(app.say("shop", json!({"user": "ada", "text": "whoami"})).await.json()["messages"][0]["text"], "Your tier is .");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_sets_attributes_and_names_the_channel() {
    let app = TestApp::start().await;
    let message = json!({"user": "ada", "text": "whoami", "attributes": {"tier": "gold"}, "channel": "workflow"});
    let answer = app.say("shop", message).await;
    assert_eq!(answer.json()["messages"][0]["text"], "Your tier is gold.", "{answer:?}");
    let webchat = app.say("shop", json!({"user": "ada", "text": "whoami"})).await;
    assert_eq!(webchat.json()["messages"][0]["text"], "Your tier is .", "another channel, another conversation");
    assert_eq!(app.say("shop", json!({"user": "ada", "text": "hi", "channel": "pigeon"})).await.problem(400), "invalid");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_of_one_user_at_the_same_moment_are_all_answered() {
    let app = TestApp::start().await;
    let all = (0..10).map(|n| app.say("shop", json!({"user": "ada", "text": "whoami", "id": format!("m{n}")})));
    for answer in futures_util::future::join_all(all).await {
        assert_eq!(answer.json()["messages"][0]["text"], "Your tier is .", "{answer:?}");
    }
    app.stop().await;
}
