//! The events stream.

use reqwest::{RequestBuilder, Response};
use serde_json::{Value, json};

use crate::support::{
    app::{PROXIED, TestApp, got},
    patience::in_time,
};

const ADA: &str = "/v1/bots/shop/users/ada/events";

/// A stream that is read event by event.
struct Stream {
    response: Response,
    read: String,
}

impl Stream {
    async fn open(request: RequestBuilder) -> Self {
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200);
        Self { response, read: String::new() }
    }

    /// The next frame as it was sent; none at the end of the stream.
    async fn frame(&mut self) -> Option<String> {
        loop {
            if let Some((frame, rest)) = self.read.split_once("\n\n") {
                let (frame, rest) = (frame.to_owned(), rest.to_owned());
                self.read = rest;
                return Some(frame);
            }
            let chunk = in_time("an event", self.response.chunk()).await.unwrap()?;
            self.read.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }

    /// The next message with its place.
    async fn message(&mut self) -> (i64, Value) {
        loop {
            let frame = self.frame().await.expect("the stream goes on");
            let field = |name: &str| frame.lines().find_map(|line| line.strip_prefix(name)).map(str::to_owned);
            if let (Some(id), Some(data)) = (field("id: "), field("data: ")) {
                return (id.parse().unwrap(), serde_json::from_str(&data).unwrap());
            }
        }
    }

    async fn messages(&mut self, n: usize) -> Vec<(i64, Value)> {
        let mut all = Vec::new();
        while all.len() < n {
            all.push(self.message().await);
        }
        all
    }
}

fn texts(messages: &[(i64, Value)]) -> Vec<&str> {
    messages.iter().map(|(_, message)| message["text"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_said_comes_first_then_what_is_said() {
    let app = TestApp::start().await;
    app.say("shop", json!({"user": "ada", "text": "hi", "id": "m1"})).await;
    let mut stream = Stream::open(app.get(ADA)).await;
    for (name, value) in [("content-type", "text/event-stream"), ("cache-control", "no-store"), ("x-accel-buffering", "no")] {
        assert_eq!(stream.response.headers()[name], value);
    }
    assert!(stream.frame().await.unwrap().starts_with("retry: "));
    let first = stream.messages(3).await;
    assert_eq!(texts(&first), ["hi", "Hello", "Which size?"]);
    assert_eq!((&first[0].1["from"], &first[1].1["from"], &first[0].1["id"]), (&json!("user"), &json!("bot"), &json!("m1")));

    let mut other = Stream::open(app.get("/v1/bots/shop/users/bob/events")).await;
    app.say("shop", json!({"user": "ada", "text": "large"})).await;
    assert_eq!(texts(&stream.messages(2).await), ["large", "You chose Large."]);
    app.say("shop", json!({"user": "bob", "text": "whoami"})).await;
    assert_eq!(texts(&other.messages(2).await), ["whoami", "Your tier is ."], "only bob's");
    drop((stream, other));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_goes_on_after_the_last_event() {
    let app = TestApp::start().await;
    app.say("shop", json!({"user": "ada", "text": "hi"})).await;
    let (place, _) = Stream::open(app.get(ADA)).await.message().await;
    let by_header = app.get(ADA).header("last-event-id", place);
    let by_query = app.get(&format!("{ADA}?last_event_id={place}"));
    for request in [by_header, by_query] {
        assert_eq!(texts(&Stream::open(request).await.messages(2).await), ["Hello", "Which size?"]);
    }
    assert_eq!(got(app.get(ADA).header("last-event-id", "nonsense")).await.problem(400), "invalid");
    assert_eq!(got(app.get(&format!("{ADA}?last_event_id=x"))).await.problem(400), "invalid");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_comes_back_is_told_what_has_closed() {
    let app = TestApp::start().await;
    app.say("shop", json!({"user": "ada", "text": "hi"})).await;
    let (place, _) = Stream::open(app.get(ADA)).await.messages(3).await.pop().unwrap();
    let mut again = Stream::open(app.get(ADA).header("last-event-id", place)).await;
    assert!(again.frame().await.unwrap().starts_with("retry: "));
    assert_eq!(again.frame().await.unwrap(), "event: open_items\ndata: []");
    drop(again);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_transcript_is_caught_up_with_and_begins_with_the_last_fifty() {
    let app = TestApp::start().await;
    for n in 0..130 {
        app.say("shop", json!({"user": "ada", "text": "whoami", "id": format!("m{n}")})).await;
    }
    let recent = Stream::open(app.get(ADA)).await.messages(50).await;
    assert_eq!(recent[48].1["id"], "m129");
    let all = Stream::open(app.get(&format!("{ADA}?last_event_id=-1"))).await.messages(260).await;
    assert_eq!((&all[0].1["id"], &all[258].1["id"]), (&json!("m0"), &json!("m129")));
    assert!(all.is_sorted_by(|a, b| a.0 < b.0));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visitor_follows_themselves_only() {
    let app = TestApp::start().await;
    let (user, token) = app.visitor("shop").await;
    let path = |user: &str| format!("/v1/bots/shop/users/{user}/events");
    let message = json!({"user": user, "text": "whoami"});
    got(app.post("/v1/bots/shop/messages").header(PROXIED.0, PROXIED.1).bearer_auth(&token).json(&message)).await;
    assert_eq!(texts(&Stream::open(app.get(&path(&user)).bearer_auth(&token)).await.messages(1).await), ["whoami"]);
    assert_eq!(got(app.get(&path("ada")).bearer_auth(&token)).await.problem(403), "forbidden");
    assert_eq!(got(app.get(&path(&user)).bearer_auth("nonsense")).await.problem(401), "unauthorized");
    assert_eq!(got(app.get(&path(&user)).header(PROXIED.0, PROXIED.1)).await.problem(401), "unauthorized");
    assert_eq!(got(app.get(&format!("{}?channel=whatsapp", path(&user))).bearer_auth(&token)).await.problem(403), "forbidden");
    assert_eq!(got(app.get("/v1/bots/nobody/users/ada/events")).await.problem(404), "unknown-bot");
    assert_eq!(got(app.get("/v1/bots/shop/users/a%00b/events")).await.problem(400), "invalid");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_stream_too_many_ends_the_oldest_of_its_user() {
    let app = TestApp::start().await;
    let mut bob = Stream::open(app.get("/v1/bots/shop/users/bob/events")).await;
    let mut open = Vec::new();
    for _ in 0..8 {
        open.push(Stream::open(app.get(ADA)).await);
    }
    for _ in 0..3 {
        let mut oldest = open.remove(0);
        assert!(oldest.frame().await.unwrap().starts_with("retry: "));
        open.push(Stream::open(app.get(ADA)).await);
        assert_eq!(oldest.frame().await, None, "it ends, as it does when the server goes");
    }
    app.say("shop", json!({"user": "ada", "text": "whoami"})).await;
    app.say("shop", json!({"user": "bob", "text": "whoami"})).await;
    for stream in open.iter_mut().chain([&mut bob]) {
        assert_eq!(texts(&stream.messages(1).await), ["whoami"]);
    }
    drop((open, bob));
    app.stop().await;
}

/// A page that is loaded again and again leaves streams behind, which are noticed late.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_locked_out_by_streams_that_were_left() {
    let app = TestApp::start().await;
    let mut left = Vec::new();
    for _ in 0..20 {
        left.push(Stream::open(app.get(ADA)).await);
    }
    app.say("shop", json!({"user": "ada", "text": "whoami"})).await;
    assert_eq!(texts(&left.last_mut().unwrap().messages(1).await), ["whoami"]);
    drop(left);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_head_of_a_stream_ends_and_takes_nobodys_place() {
    let app = TestApp::start().await;
    let mut stream = Stream::open(app.get(ADA)).await;
    for _ in 0..9 {
        let head = got(app.request("HEAD", ADA)).await;
        assert_eq!((head.status, head.body.as_str(), head.header("content-type")), (200, "", "text/event-stream"));
    }
    assert_eq!(got(app.request("HEAD", ADA).header(PROXIED.0, PROXIED.1)).await.status, 401);
    assert!(stream.frame().await.unwrap().starts_with("retry: "));
    app.say("shop", json!({"user": "ada", "text": "whoami"})).await;
    assert_eq!(texts(&stream.messages(1).await), ["whoami"]);
    drop(stream);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn streams_end_with_the_server() {
    let app = TestApp::start().await;
    let mut stream = Stream::open(app.get(ADA)).await;
    assert!(stream.frame().await.is_some());
    let (ended, ()) = tokio::join!(stream.frame(), app.stop());
    assert_eq!(ended, None);
}
