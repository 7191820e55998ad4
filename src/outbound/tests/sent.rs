//! What reaches the server.

use serde_json::json;
use tokio::io::AsyncWriteExt;

use super::{
    server::{Server, answer, read_request},
    *,
};

async fn echo() -> Server {
    Server::answering(|_, _| answer("200 OK", "text/plain", "fine")).await
}

fn secret(name: &str) -> Parts {
    Parts(vec![Part::Secret(SecretRef::Env(name.to_owned()))])
}

#[tokio::test]
async fn a_request_arrives_as_planned_with_its_secrets() {
    let server = echo().await;
    let secrets = Secrets::of([("TOKEN", "canary-1"), ("KEY", "canary 2"), ("BODY", "canary-3")]);
    let request = Request {
        headers: vec![("X-Name".to_owned(), "Zoë".into()), ("X-Secret-Token".to_owned(), secret("TOKEN"))],
        query: vec![("lang".to_owned(), "a&b=c é".into()), ("key".to_owned(), secret("KEY"))],
        body: Body::Json(Json::Map(vec![("n".to_owned(), json!(1).into()), ("s".to_owned(), Json::Text(secret("BODY")))])),
        auth: Auth::Bearer(secret("TOKEN")),
        ..Request::new(Method::Post, server.url("/orders/4%2F2?x=1").into())
    };
    assert_eq!(request.secrets().len(), 4);
    let response = client_with(Egress::Any, secrets)
        .send(&request, &[("Idempotency-Key", "c-1"), ("X-Name", "default")], in_ms(5_000), MIB, false)
        .await
        .unwrap();
    assert_eq!((response.status, &response.body[..], response.content_type.as_deref()), (200, &b"fine"[..], Some("text/plain")));
    let seen = &server.seen()[0];
    assert!(seen.starts_with("POST /orders/4%2F2?x=1&lang=a%26b%3Dc+%C3%A9&key=canary+2 HTTP/1.1\r\n"), "{seen}");
    for line in [
        "x-name: Zoë",
        "x-secret-token: canary-1",
        "authorization: Bearer canary-1",
        "content-type: application/json",
        "idempotency-key: c-1",
        "user-agent: flowgate/test",
        "accept: */*",
    ] {
        assert!(seen.contains(&format!("{line}\r\n")), "{line}: {seen}");
    }
    assert!(!seen.contains("default"), "{seen}");
    assert!(seen.ends_with(r#"{"n":1,"s":"canary-3"}"#), "{seen}");
}

#[tokio::test]
async fn a_form_is_encoded() {
    let server = echo().await;
    let form = Body::Form(vec![("a b".to_owned(), "1&2".into()), ("c".to_owned(), "ü".into())]);
    send(&Request { body: form, ..Request::new(Method::Put, server.url("/").into()) }).await.unwrap();
    let seen = &server.seen()[0];
    assert!(seen.starts_with("PUT / ") && seen.contains("content-type: application/x-www-form-urlencoded\r\n"), "{seen}");
    assert!(seen.ends_with("a+b=1%262&c=%C3%BC"), "{seen}");
}

#[tokio::test]
async fn a_header_cannot_add_another() {
    let server = echo().await;
    for value in ["a\r\nX-Evil: 1", "a\nb", "a\0b", "a\u{7f}"] {
        let request = Request { headers: vec![("X-Name".to_owned(), value.into())], ..get(server.url("/")) };
        let error = send(&request).await.unwrap_err();
        assert_eq!((error.kind, error.message.as_str()), (Kind::Invalid, "the value of the header \"X-Name\" holds a control character"));
    }
    for name in ["Host", "Content-Length", "transfer-encoding", "Proxy-Authorization", "X Y", "X:\r\n", ""] {
        let request = Request { headers: vec![(name.to_owned(), "x".into())], ..get(server.url("/")) };
        assert_eq!(send(&request).await.unwrap_err().kind, Kind::Invalid, "{name}");
    }
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn a_value_cannot_leave_its_place_in_the_path() {
    let server = echo().await;
    for path in ["/orders/..", "/orders/../admin", "/orders/%2e%2E/admin", "/orders/.%2e?x", "/./x", "/orders/..#f"] {
        assert_eq!(send(&get(server.url(path))).await.unwrap_err().kind, Kind::Blocked, "{path}");
    }
    send(&get(server.url("/orders/..x/a..?path=../.."))).await.unwrap();
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn a_missing_secret_is_named_and_nothing_is_sent() {
    let server = echo().await;
    let request = Request { auth: Auth::Bearer(secret("NONE")), ..get(server.url("/")) };
    let error = send(&request).await.unwrap_err();
    assert_eq!((error.kind, error.message.as_str()), (Kind::Secret, "${env:NONE} is not set"));
    assert!(server.seen().is_empty());
}

#[test]
fn a_request_is_stored_without_its_secrets() {
    let request = Request { auth: Auth::Bearer(secret("TOKEN")), ..get("https://shop.example/") };
    let row = serde_json::to_string(&request).unwrap();
    assert_eq!(serde_json::from_str::<Request>(&row).unwrap(), request);
    assert!(row.contains(r#"{"secret":{"env":"TOKEN"}}"#), "{row}");
}

#[tokio::test]
async fn connections_are_kept_and_used_again() {
    let server = Server::playing(|mut stream, _, _| async move {
        while stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nfine").await.is_ok()
            && !read_request(&mut stream).await.is_empty()
        {}
    })
    .await;
    let client = client(Egress::Any);
    for _ in 0..3 {
        client.send(&get(server.url("/")), &[], in_ms(5_000), MIB, false).await.unwrap();
    }
    assert_eq!(server.seen().len(), 1, "the server counts connections");
}
