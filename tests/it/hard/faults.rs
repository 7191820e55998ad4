//! A backend that misbehaves in every way there is: the user is told by the words of the block, the API, the bot or the
//! gateway, in time; a POST arrives once; the conversation goes on as the language says.

use std::time::{Duration, Instant};

use flowgate::outbound::Secrets;
use futures_util::{StreamExt, stream};
use serde_json::json;
use tempfile::TempDir;

use super::{
    backend::{Backend, Play, answer, redirect, says},
    bots::{bot, folder, sequence, texts},
};
use crate::support::{
    app::{TestApp, WELCOME},
    database::on_both_databases,
};

/// Each fault, and the kind of failure that a flow sees.
const FAULTS: [(&str, &str); 13] = [
    ("hangs", "timeout"),
    ("trickles", "timeout"),
    ("garbage", "connect"),
    ("cut", "connect"),
    ("closes", "connect"),
    ("large", "shape"),
    ("html", "shape"),
    ("nothing", "shape"),
    ("nul", "shape"),
    ("other", "shape"),
    ("error", "status"),
    ("refuses", "refused"),
    ("elsewhere", "blocked"),
];
const METHODS: [&str; 2] = ["GET", "POST"];
/// Who has the words: the first bot has an `on_error`, the second has none.
const LEVELS: [(&str, &str); 4] = [("shop", "block"), ("shop", "api"), ("shop", "bot"), ("plain", "gateway")];

const BUILT_IN: &str = "Sorry, something went wrong. Please try again.";

/// What the backend does with a request to `/<fault>/…`.
fn misbehave(request: &str, elsewhere: &str) -> Play {
    let json = |body: &str| Play::Bytes(answer("200 OK", "application/json", body));
    match request.split('/').nth(1).unwrap_or_default() {
        "hangs" => Play::Hang,
        "trickles" => Play::Trickle,
        "garbage" => Play::Bytes(b"\x16\x03\x01 this is not HTTP\r\n\r\n".to_vec()),
        "cut" => Play::Bytes(b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"data\": ".to_vec()),
        "closes" => Play::Bytes(Vec::new()),
        "large" => json(&format!("{{\"data\": \"{}\"}}", "x".repeat(2 << 20))),
        "html" => Play::Bytes(answer("200 OK", "text/html", "<!doctype html><title>Maintenance</title>")),
        "nothing" => Play::Bytes(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n".to_vec()),
        "nul" => json("{\"data\": \"a\\u0000b\", \"success\": true}"),
        "other" => json("{\"data\": {\"a\": 1}, \"success\": true}"),
        "error" => Play::Bytes(answer("500 Oops", "text/html", "<h1>Traceback</h1>")),
        "refuses" => json("{\"success\": false, \"message\": \"not today\"}"),
        "elsewhere" => Play::Bytes(redirect(&format!("{elsewhere}/stolen"))),
        path => panic!("no fault {path}"),
    }
}

fn key(level: &str, method: &str, fault: &str) -> String {
    format!("{level}_{method}_{fault}").to_lowercase()
}

/// One API and one sequence for each level, method and fault; a keyword runs the sequence on top of an open question.
fn bots(backend: &str) -> TempDir {
    let mut files = Vec::new();
    for name in ["shop", "plain"] {
        let mut lines = "attributes: {size: {type: string}}\n".to_owned();
        if name == "shop" {
            lines += "on_error: {text: \"bot: {{error.kind}}\"}\n";
        }
        lines += "triggers:\n";
        for (_, level) in LEVELS.iter().filter(|(of, _)| *of == name) {
            for (method, (fault, _)) in METHODS.iter().flat_map(|m| FAULTS.map(|f| (m, f))) {
                let key = key(level, method, fault);
                lines += &format!("  - {{keywords: [{key}], run: {key}}}\n");
                let timeout = if ["hangs", "trickles"].contains(&fault) { "1s" } else { "5s" };
                let own = if *level == "api" { "on_error: {text: \"api: {{error.kind}}\"}\n" } else { "" };
                let api = format!(
                    "version: 1\napi: {key}\nmethod: {method}\nurl: {backend}/{fault}/{key}\ntimeout: {timeout}\noutput: text\n{own}"
                );
                files.push((format!("{name}/apis/{key}.yaml"), api));
                let own = if *level == "block" { "\n    on_error: {text: \"block: {{error.kind}}\"}" } else { "" };
                let blocks = format!("  - text: \"It says <<{key}>>\"{own}\n  - text: \"Thank you\"");
                files.push((format!("{name}/sequences/{key}.yaml"), sequence(&key, &blocks)));
            }
        }
        files.push((format!("{name}/bot.yaml"), bot(name, &lines)));
        files.push((format!("{name}/sequences/welcome.yaml"), WELCOME.to_owned()));
    }
    folder(&files.iter().map(|(path, text)| (path.as_str(), text.clone())).collect::<Vec<_>>())
}

/// What the user reads instead of an answer.
fn told(level: &str, kind: &str) -> Vec<String> {
    match level {
        "gateway" => vec![BUILT_IN.to_owned()],
        // handled by the block itself: the flow goes on, and asks the open question again
        "block" => vec![format!("block: {kind}"), "Thank you".to_owned(), "Which size?".to_owned()],
        level => vec![format!("{level}: {kind}")],
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_a_backend_does_the_user_is_told_in_time_and_goes_on() {
    let elsewhere = Backend::start(|_| Play::Bytes(says("stolen"))).await;
    let other = elsewhere.url();
    let backend = Backend::start(move |request| misbehave(request, &other)).await;
    let rounds = std::cell::Cell::new(0);
    on_both_databases(async |database| {
        rounds.set(rounds.get() + 1);
        let app = TestApp::start_on(bots(&backend.url()), &database, Secrets::default()).await;
        let cases = LEVELS.iter().flat_map(|l| METHODS.iter().flat_map(move |m| FAULTS.map(|f| (*l, *m, f))));
        let users = cases.map(|(level, method, fault)| suffers(&app, level, method, fault));
        stream::iter(users).buffer_unordered(16).collect::<()>().await;
        for (level, method, (fault, kind)) in LEVELS.iter().flat_map(|(_, l)| METHODS.iter().flat_map(move |m| FAULTS.map(|f| (l, m, f)))) {
            let key = key(level, method, fault);
            let seen = backend.seen_at(&format!("/{fault}/{key}")).len();
            let most = if *method == "GET" && kind == "connect" { 2 } else { 1 };
            assert!((1..=most * rounds.get()).contains(&seen), "{key} was called {seen} times");
        }
        app.stop().await;
    })
    .await;
    assert!(elsewhere.seen().is_empty(), "{:?}", elsewhere.seen());
}

/// One user, one fault: the words that fit, and the open question is still open.
async fn suffers(app: &TestApp, (bot, level): (&str, &str), method: &str, (fault, kind): (&str, &str)) {
    let key = key(level, method, fault);
    let say = async |text: &str| {
        let got = app.say(bot, json!({"user": key, "text": text})).await;
        assert_eq!(got.status, 200, "{key}: {got:?}");
        let answer = got.json();
        assert_eq!(answer.get("pending"), None, "{key}: {answer}");
        texts(&answer)
    };
    assert_eq!(say("hi").await, ["Hello", "Which size?"]);
    let begun = Instant::now();
    assert_eq!(say(&key).await, told(level, kind), "{key}");
    assert!(begun.elapsed() < Duration::from_secs(10), "{key}: told after {:?}", begun.elapsed());
    assert_eq!(say("large").await, ["You chose Large."], "{key}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_at_the_port_and_a_backend_that_came_back() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    let api = format!("version: 1\napi: status\nmethod: POST\nurl: http://127.0.0.1:{port}/\noutput: text\n");
    let app = single(api, "on_error: {text: \"bot: {{error.kind}}\"}", "  - text: \"It says <<status>>\"").await;
    assert_eq!(texts(&app.say("shop", json!({"user": "ann", "text": "hi"})).await.json()), ["bot: connect"]);
    let backend = Backend::start(|_| Play::Bytes(says("open"))).await;
    let moved = format!("version: 1\napi: status\nmethod: POST\nurl: {}/\noutput: text\n", backend.url());
    super::bots::write(app.bots.path(), "shop/apis/status.yaml", &moved);
    assert_eq!(crate::support::app::got(app.post("/-/reload?wait=true")).await.status, 200);
    assert_eq!(texts(&app.say("shop", json!({"user": "bob", "text": "hi"})).await.json()), ["It says open"]);
    app.stop().await;
}

/// Five seconds are the default and the most; the words come then, and not after the fifteen that a caller is held.
#[tokio::test(flavor = "multi_thread")]
async fn without_a_timeout_of_its_own_a_call_ends_after_five_seconds() {
    let backend = Backend::start(|_| Play::Trickle).await;
    let api = format!("version: 1\napi: status\nmethod: POST\nurl: {}/\noutput: text\n", backend.url());
    let app = single(api, "", "  - text: \"It says <<status>>\"\n  - text: \"Thank you\"").await;
    let begun = Instant::now();
    let answer = app.say("shop", json!({"user": "ann", "text": "hi"})).await.json();
    assert_eq!(texts(&answer), [BUILT_IN]);
    let took = begun.elapsed();
    assert!(Duration::from_secs(5) <= took && took < Duration::from_secs(9), "{took:?}");
    assert_eq!(backend.seen().len(), 1);
    app.stop().await;
}

/// An `on_error` that fails itself, by a call or by a value, ends in the gateway's own words.
#[tokio::test(flavor = "multi_thread")]
async fn an_on_error_that_fails_too_still_ends_in_words() {
    let backend = Backend::start(|_| Play::Bytes(answer("503 No", "text/plain", "down"))).await;
    let api = format!("version: 1\napi: status\nmethod: GET\nurl: {}/\noutput: text\n", backend.url());
    let app = single(api, "on_error: {text: \"Maybe <<status>>\"}", "  - text: \"It says <<status>>\"").await;
    for user in ["ann", "bob"] {
        assert_eq!(texts(&app.say("shop", json!({"user": user, "text": "hi"})).await.json()), [BUILT_IN]);
    }
    app.stop().await;
}

/// Plain HTTP APIs: whatever is 2xx is an answer, so a 204 is nothing and HTML is a text.
#[tokio::test(flavor = "multi_thread")]
async fn without_the_envelope_only_the_status_decides() {
    let backend = Backend::start(|request| misbehave(request, "http://127.0.0.1:1")).await;
    for (fault, expected) in [
        ("nothing", "It says ."),
        ("html", "It says <!doctype html><title>Maintenance</title>."),
        ("error", "bot: status"),
        ("large", "bot: shape"),
    ] {
        let api = format!("version: 1\napi: status\nmethod: POST\nurl: {}/{fault}/x\nenvelope: false\noutput: json\n", backend.url());
        let app = single(api, "on_error: {text: \"bot: {{error.kind}}\"}", "  - text: \"It says <<status>>.\"").await;
        assert_eq!(texts(&app.say("shop", json!({"user": "ann", "text": "hi"})).await.json()), [expected], "{fault}");
        app.stop().await;
    }
    assert_eq!(backend.seen().len(), 4);
}

/// A server with one bot, `shop`, of one API and one sequence, on a database that goes with the bots.
async fn single(api: String, lines: &str, blocks: &str) -> TestApp {
    let bots = folder(&[
        ("shop/bot.yaml", bot("shop", lines)),
        ("shop/apis/status.yaml", api),
        ("shop/sequences/welcome.yaml", sequence("welcome", blocks)),
    ]);
    let database = format!("sqlite://{}/.data/flowgate.db", bots.path().display());
    TestApp::start_on(bots, &database, Secrets::default()).await
}
