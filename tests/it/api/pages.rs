//! The chat page, the description of the API, and the headers that all answers carry.

use std::{
    io::{Read, Write},
    net::TcpStream,
};

use serde_json::{Value, json};

use crate::support::app::{PROXIED, TestApp, got};

#[tokio::test(flavor = "multi_thread")]
async fn the_page_comes_whole_under_a_strict_policy() {
    let app = TestApp::start().await;
    let page = got(app.get("/").header(PROXIED.0, PROXIED.1)).await;
    assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
    let policy = page.header("content-security-policy");
    assert!(policy.contains("default-src 'none'") && policy.contains("script-src 'self'") && !policy.contains("unsafe"), "{policy}");
    for file in ["chat.css", "chat.js", "client.js", "log.js", "messages.js"] {
        let asset = got(app.get(&format!("/assets/{file}"))).await;
        assert_eq!(asset.status, 200, "{file}");
        let known = got(app.get(&format!("/assets/{file}")).header("if-none-match", asset.header("etag"))).await;
        assert_eq!((known.status, known.body.as_str()), (304, ""), "{file}");
    }
    assert_eq!(got(app.get("/assets/secret.txt")).await.problem(404), "not-found");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_file_that_the_page_names_is_there() {
    let app = TestApp::start().await;
    let mut wanted = vec!["/".to_owned()];
    let mut seen = Vec::new();
    while let Some(path) = wanted.pop() {
        let file = got(app.get(&path)).await;
        assert_eq!(file.status, 200, "{path}");
        let named = file.body.split(['"', '\'']).filter(|text| text.starts_with("/assets/") || text.starts_with("./"));
        wanted.extend(named.map(|name| name.replace("./", "/assets/")).filter(|name| !seen.contains(name)));
        seen.push(path);
    }
    assert!(seen.len() >= 5, "{seen:?}");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_description_is_shown_without_anything_from_elsewhere() {
    let app = TestApp::start().await;
    let description = got(app.get("/openapi.json")).await.json();
    assert!(description["openapi"].as_str().unwrap().starts_with("3.1"));
    let redirect = got(app.get("/docs")).await;
    assert_eq!((redirect.status, redirect.header("location")), (308, "/docs/"));
    let page = got(app.get("/docs/")).await;
    let policy = page.header("content-security-policy");
    assert!(page.status == 200 && policy.contains("script-src 'self';") && !policy.contains("unsafe"), "{page:?}");
    assert!(!page.body.contains("://"), "nothing from elsewhere: {}", page.body);
    let files = page.body.split('"').filter(|text| text.starts_with("./") && !text.contains(".png"));
    for file in files {
        assert_eq!(got(app.get(&file.replace("./", "/docs/"))).await.status, 200, "{file}");
    }
    assert!(got(app.get("/docs/swagger-initializer.js")).await.body.contains("/openapi.json"));
    assert_eq!(got(app.get("/docs/nothing.js")).await.problem(404), "not-found");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_carries_the_security_headers() {
    let app = TestApp::start().await;
    for path in ["/", "/docs/", "/openapi.json", "/v1/bots", "/nowhere", "/-/health", "/v1/bots/shop/messages"] {
        let answer = got(app.get(path)).await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "no-referrer", "{path}");
        assert!(answer.header("content-security-policy").contains("frame-ancestors 'none'"), "{path}");
        assert!(!answer.header("cache-control").is_empty(), "{path}");
    }
    app.stop().await;
}

/// Every route of the description that knows GET, with and without success.
#[tokio::test(flavor = "multi_thread")]
async fn head_answers_as_get_does_without_the_body() {
    let app = TestApp::start().await;
    let description = got(app.get("/openapi.json")).await.json();
    let described = description["paths"].as_object().unwrap().iter().filter(|(_, path)| path["get"].is_object()).map(|(path, _)| path);
    let fill = |path: &String| {
        path.replace("{customer}", "1")
            .replace("{bot}", "shop")
            .replace("{user}", "ada")
            .replace("{file:.*}", "")
            .replace("{file}", "chat.js")
    };
    let paths: Vec<String> = described.map(fill).filter(|path| !path.ends_with("/events")).collect();
    assert!(paths.len() >= 11 && !paths.concat().contains('{'), "{paths:?}");
    let others = ["/nowhere", "/v1/bots/nobody", "/assets/none", "/docs/swagger-ui.css"].map(str::to_owned);
    for path in paths.iter().chain(&others) {
        let (got_whole, head) = (got(app.get(path)).await, got(app.request("HEAD", path)).await);
        let telling = |of: &crate::support::app::Got| {
            let mut headers = of.headers.clone();
            headers.remove("date");
            if path == "/metrics" {
                headers.remove("content-length"); // each request is one more
            }
            (of.status, headers)
        };
        assert_eq!(telling(&head), telling(&got_whole), "{path}");
        assert!(head.body.is_empty() && head.headers.contains_key("content-length"), "{path}: {head:?}");
    }
    assert_eq!(got(app.request("HEAD", "/v1/bots").header(PROXIED.0, PROXIED.1)).await.status, 401);
    let wrong = got(app.request("HEAD", "/-/reload")).await;
    assert_eq!((wrong.status, wrong.header("allow")), (405, "POST"));
    let metrics = got(app.get("/metrics")).await.body;
    assert!(metrics.contains(r#"flowgate_http_requests_total{route="/v1/bots",method="HEAD",status="200"}"#), "{metrics}");
    app.stop().await;
}

/// What a client takes for the next answer is that: not a byte of a body comes before it.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_follows_a_head() {
    let app = TestApp::start().await;
    let address = app.address();
    let read = tokio::task::spawn_blocking(move || {
        let mut stream = TcpStream::connect(address).unwrap();
        for path in ["/", "/openapi.json", "/v1/bots/shop/users/ada/events", "/nowhere"] {
            write!(stream, "HEAD {path} HTTP/1.1\r\nhost: localhost\r\n\r\n").unwrap();
        }
        stream.write_all(b"GET /-/health HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").unwrap();
        let mut read = String::new();
        stream.read_to_string(&mut read).unwrap();
        read
    });
    let read = read.await.unwrap();
    let answers: Vec<&str> = read.split("\r\n\r\n").collect();
    let begins = ["HTTP/1.1 200", "HTTP/1.1 200", "HTTP/1.1 200", "HTTP/1.1 404", "HTTP/1.1 200", "{\"status\":\"ok\"}"];
    assert_eq!(answers.len(), begins.len(), "{read}");
    assert!(answers.iter().zip(begins).all(|(answer, begin)| answer.starts_with(begin)), "{read}");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_are_as_described() {
    let app = TestApp::start().await;
    let description = got(app.get("/openapi.json")).await.json();
    let fits = |schema: &str, answer: &Value| {
        let root = json!({"$ref": format!("#/components/schemas/{schema}"), "components": description["components"]});
        let errors: Vec<_> = jsonschema::validator_for(&root).unwrap().iter_errors(answer).map(|e| e.to_string()).collect();
        assert!(errors.is_empty(), "{schema}: {errors:?} in {answer}");
    };
    std::fs::write(app.bots.path().join("open/sequences/welcome.yaml"), "version: 2").unwrap();
    fits("Report", &got(app.post("/-/reload?wait=true")).await.json());
    fits("Answer", &app.say("shop", json!({"user": "ada", "text": "hi"})).await.json());
    fits("Problem", &app.say("shop", json!({"user": "ada"})).await.json());
    fits("Granted", &got(app.post("/v1/bots/shop/webchat/token")).await.json());
    fits("Bots", &got(app.get("/v1/bots")).await.json());
    fits("ChatBots", &got(app.get("/v1/chat/bots")).await.json());
    fits("Status", &got(app.get("/-/health")).await.json());
    app.stop().await;
}
