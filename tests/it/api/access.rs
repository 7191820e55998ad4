//! Who may call.

use serde_json::{Value, json};

use crate::support::app::{Got, PROXIED, TestApp, got};

/// Posts a message with these headers.
async fn post(app: &TestApp, bot: &str, headers: &[(&str, &str)], message: &Value) -> Got {
    let request = app.post(&format!("/v1/bots/{bot}/messages")).json(message);
    got(headers.iter().fold(request, |request, (name, value)| request.header(*name, *value))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visitor_speaks_as_themselves_only() {
    let app = TestApp::start().await;
    let (user, token) = app.visitor("shop").await;
    let bearer = format!("Bearer {token}");
    let visitor: &[(&str, &str)] = &[PROXIED, ("authorization", &bearer)];
    assert_eq!(post(&app, "shop", visitor, &json!({"user": user, "text": "hi"})).await.status, 200);
    assert_eq!(post(&app, "shop", visitor, &json!({"user": "ada", "text": "hi"})).await.problem(403), "forbidden");
    assert_eq!(post(&app, "open", visitor, &json!({"user": user, "text": "hi"})).await.problem(403), "forbidden");
    for forbidden in [json!({"attributes": {}}), json!({"channel": "webchat"})] {
        let mut message = json!({"user": user, "text": "hi"});
        message.as_object_mut().unwrap().extend(forbidden.as_object().unwrap().clone());
        assert_eq!(post(&app, "shop", visitor, &message).await.problem(403), "forbidden", "{message}");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn credentials_are_judged_on_loopback_too() {
    let app = TestApp::start().await;
    let message = json!({"user": "ada", "text": "hi"});
    assert_eq!(post(&app, "shop", &[], &message).await.status, 200);
    for bad in ["Bearer nonsense", "Bearer", "Basic YWRhOg==", "x"] {
        let refused = post(&app, "shop", &[("authorization", bad)], &message).await;
        assert_eq!(refused.problem(401), "unauthorized", "{bad}");
        assert_eq!(refused.header("www-authenticate"), "Bearer");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_needs_what_the_bot_asks_for() {
    let app = TestApp::start().await;
    let message = json!({"user": "ada", "text": "hi"});
    for stranger in [PROXIED, ("x-forwarded-for", "127.0.0.1"), ("forwarded", "for=127.0.0.1"), ("host", "bots.example")] {
        assert_eq!(post(&app, "shop", &[stranger], &message).await.problem(401), "unauthorized", "{stranger:?}");
        assert_eq!(post(&app, "closed", &[stranger], &message).await.problem(401), "unauthorized", "{stranger:?}");
        assert_eq!(post(&app, "open", &[stranger], &message).await.status, 200, "{stranger:?}");
        let with_attributes = json!({"user": "ada", "text": "hi", "attributes": {"tier": "gold"}});
        assert_eq!(post(&app, "open", &[stranger], &with_attributes).await.problem(403), "forbidden", "{stranger:?}");
        for operators in ["/v1/bots", "/v1/bots/shop", "/metrics"] {
            assert_eq!(got(app.get(operators).header(stranger.0, stranger.1)).await.problem(401), "unauthorized", "{operators}");
        }
        assert_eq!(got(app.post("/-/reload").header(stranger.0, stranger.1)).await.problem(401), "unauthorized");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_opens_no_operators_route() {
    let app = TestApp::start().await;
    let (_, token) = app.visitor("shop").await;
    for path in ["/v1/bots", "/v1/bots/shop", "/metrics"] {
        assert_eq!(got(app.get(path).bearer_auth(&token)).await.problem(403), "forbidden", "{path}");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_are_for_new_users_and_renew_themselves() {
    let app = TestApp::start().await;
    let path = "/v1/bots/shop/webchat/token";
    let (first, token) = app.visitor("shop").await;
    assert_ne!(first, app.visitor("shop").await.0);
    let renewed = got(app.post(path).bearer_auth(&token)).await.json();
    assert_eq!(renewed["user"], first.as_str());
    assert!(renewed["expires_at"].as_str().is_some_and(|at| at.ends_with('Z')));
    assert_eq!(got(app.post("/v1/bots/open/webchat/token").bearer_auth(&token)).await.problem(403), "forbidden");
    assert_eq!(got(app.post(path).bearer_auth("nonsense")).await.problem(401), "unauthorized");

    let named = json!({"user": "ada"});
    assert_eq!(got(app.post(path).json(&named)).await.json()["user"], "ada", "an operator names the user");
    assert_eq!(got(app.post(path).header(PROXIED.0, PROXIED.1).json(&named)).await.problem(403), "forbidden");
    assert_eq!(got(app.post("/v1/bots/closed/webchat/token").header(PROXIED.0, PROXIED.1)).await.problem(401), "unauthorized");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_are_rationed_by_the_address_of_the_client() {
    let app = TestApp::start_behind(&["127.0.0.0/8"]).await;
    let ask = |client: &'static str| got(app.post("/v1/bots/shop/webchat/token").header("x-forwarded-for", client));
    let mut given = 0;
    let refused = loop {
        match ask("192.0.2.1").await {
            answer if answer.status == 200 => given += 1,
            other => break other,
        }
        assert!(given < 1_000, "never refused");
    };
    assert_eq!(refused.problem(429), "too-many-tokens");
    assert!(refused.header("retry-after").parse::<u64>().is_ok_and(|seconds| seconds >= 1));
    assert!(given >= 10, "{given}");
    assert_eq!(ask("192.0.2.2").await.status, 200);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_call_the_bots_that_list_them() {
    let app = TestApp::start_public().await;
    let call = |bot: &str, origin: &'static str, host: &'static str| {
        let message = json!({"user": "ada", "text": "whoami"});
        got(app.post(&format!("/v1/bots/{bot}/messages")).header("origin", origin).header("host", host).json(&message))
    };
    let listed = call("shop", "https://pizza.example", "localhost").await;
    assert_eq!(listed.problem(401), "unauthorized", "a page of another origin is no operator");
    assert_eq!(listed.header("access-control-allow-origin"), "https://pizza.example", "but it may read why");
    assert_eq!(listed.header("vary"), "Origin");
    let foreign = call("open", "https://pizza.example", "localhost").await;
    assert_eq!(foreign.problem(403), "forbidden");
    assert_eq!(foreign.header("access-control-allow-origin"), "");
    assert_eq!(call("shop", "null", "localhost").await.problem(403), "forbidden");
    for own in ["https://bots.example", "http://chat.example:8080"] {
        assert_eq!(call("open", own, "chat.example:8080").await.status, 200, "{own}");
    }
    app.stop().await;
}

/// The router reads `%62` as `b`, so a guard of the path as it is written would not know the route.
#[tokio::test(flavor = "multi_thread")]
async fn an_origin_is_checked_however_the_path_is_written() {
    let app = TestApp::start().await;
    for (path, bot) in [
        ("/v1/%62ots/BOT/messages", "open"),
        ("/%76%31/bots/BOT/messages", "open"),
        ("/v1/bots/BOT/%6d%65ssages", "open"),
        ("/v1/bots/BOT/messages", "%6fpen"),
        ("/%76%31/%62%6f%74%73/BOT/%6d%65%73%73%61%67%65%73", "%6f%70%65%6E"),
    ] {
        let path = path.replace("BOT", bot);
        let call =
            |method: &str, origin: &str| app.request(method, &path).header("origin", origin).json(&json!({"user": "ada", "text": "hi"}));
        assert_eq!(got(call("POST", "https://evil.example")).await.problem(403), "forbidden", "{path}");
        assert_eq!(got(call("POST", "http://localhost:3000").header("host", "localhost:3000")).await.status, 200, "{path}");
        let asks = call("OPTIONS", "https://evil.example").header("access-control-request-method", "POST");
        assert_eq!(got(asks).await.problem(403), "forbidden", "{path}");
    }
    let listed = app.post("/v1/%62ots/%73hop/messages").header("origin", "https://pizza.example").json(&json!({"user": "a", "text": "hi"}));
    let listed = got(listed).await;
    assert_eq!((listed.problem(401).as_str(), listed.header("access-control-allow-origin")), ("unauthorized", "https://pizza.example"));
    let wrong = got(app.get("/v1/%62ots/shop/messages")).await;
    assert_eq!((wrong.problem(405).as_str(), wrong.header("allow")), ("method-not-allowed", "POST"));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_operator_of_a_public_gateway_has_a_listener_of_its_own() {
    let app = TestApp::start_public().await;
    for (method, path) in [("GET", "/v1/bots"), ("GET", "/v1/bots/shop"), ("GET", "/metrics"), ("POST", "/-/reload?wait=true")] {
        for host in ["localhost", "127.0.0.1", "bots.example"] {
            assert_eq!(got(app.request(method, path).header("host", host)).await.problem(401), "unauthorized", "{path} {host}");
        }
        assert_eq!(got(app.operator(method, path)).await.status, 200, "{path}");
        assert_eq!(got(app.operator(method, path).header("host", "bots.example")).await.problem(401), "unauthorized", "{path}");
        assert_eq!(got(app.operator(method, path).header("origin", "https://bots.example")).await.problem(401), "unauthorized", "{path}");
        assert_eq!(got(app.operator(method, path).bearer_auth("nonsense")).await.problem(401), "unauthorized", "{path}");
    }
    let message = json!({"user": "ada", "text": "whoami", "attributes": {"tier": "gold"}});
    assert_eq!(got(app.post("/v1/bots/open/messages").json(&message)).await.problem(403), "forbidden");
    assert_eq!(got(app.operator("POST", "/v1/bots/open/messages").json(&message)).await.status, 200);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_asks_before_it_calls() {
    let app = TestApp::start().await;
    let ask = |path: &'static str, origin: &'static str| {
        let headers = [("origin", origin), ("access-control-request-method", "POST"), ("access-control-request-headers", "authorization")];
        got(headers.iter().fold(app.request("OPTIONS", path), |request, (name, value)| request.header(*name, *value)))
    };
    for path in ["/v1/bots/shop/messages", "/v1/bots/shop/webchat/token", "/v1/bots/shop/users/u1/events"] {
        let allowed = ask(path, "https://pizza.example").await;
        assert_eq!((allowed.status, allowed.header("access-control-allow-origin")), (204, "https://pizza.example"), "{path}");
        assert!(allowed.header("access-control-allow-headers").contains("authorization"));
        assert!(allowed.header("access-control-allow-methods").contains("POST"));
        assert_eq!(ask(path, "https://evil.example").await.problem(403), "forbidden", "{path}");
    }
    for path in ["/v1/bots", "/-/reload", "/metrics"] {
        let refused = ask(path, "https://pizza.example").await;
        assert_eq!((refused.problem(405), refused.header("access-control-allow-origin")), ("method-not-allowed".into(), ""), "{path}");
    }
    app.stop().await;
}
