//! Redirects: followed on the same host, a few times, with the credentials.

use std::future::pending;

use tokio::io::AsyncWriteExt;

use super::{
    recorder::Recorder,
    server::{Server, answer, redirect},
    *,
};

/// `/` and `/again` redirect to `location`; anything else is the goal.
async fn redirecting(status: u16, location: &str) -> Server {
    let location = location.to_owned();
    Server::answering(move |request, _| match request.split(' ').nth(1) {
        Some("/" | "/again") => redirect(status, &location),
        _ => answer("200 OK", "text/plain", "goal"),
    })
    .await
}

#[tokio::test]
async fn a_get_follows_on_the_same_host_with_its_credentials() {
    for status in [301, 302, 303, 307, 308] {
        let server = redirecting(status, "goal?x=1").await;
        let request = Request { auth: Auth::Bearer("t".into()), ..get(server.url("/")) };
        assert_eq!(&send(&request).await.unwrap().body[..], b"goal", "{status}");
        let seen = server.seen();
        assert!(seen[1].starts_with("GET /goal?x=1 ") && seen[1].contains("authorization: Bearer t\r\n"), "{seen:?}");
    }
}

#[tokio::test]
async fn a_post_follows_only_where_it_stays_a_post() {
    for (status, requests) in [(301, 1), (302, 1), (303, 1), (307, 2), (308, 2)] {
        let server = redirecting(status, "/goal").await;
        let request =
            Request { body: Body::Form(vec![("a".to_owned(), "b".into())]), ..Request::new(Method::Post, server.url("/").into()) };
        let response = send(&request).await.unwrap();
        assert_eq!(response.status, if requests == 1 { status } else { 200 });
        let seen = server.seen();
        assert_eq!(seen.len(), requests, "{status}");
        assert!(seen.iter().all(|request| request.starts_with("POST ") && request.ends_with("a=b")), "{seen:?}");
    }
}

#[tokio::test]
async fn a_redirect_elsewhere_is_refused_and_does_not_name_the_host() {
    let (other, recorder) = (Server::answering(|_, _| answer("200 OK", "text/plain", "other")).await, Recorder::start().await);
    let send =
        async |request: Request| recorder.client(Egress::Any, Secrets::default()).send(&request, &[], in_ms(5_000), MIB, false).await;
    for location in [other.url("/canary"), "//evil.example/canary".to_owned(), "https://127.0.0.1/canary".to_owned()] {
        let error = send(get(redirecting(302, &location).await.url("/"))).await.unwrap_err();
        assert_eq!((error.kind, error.status), (Kind::Blocked, Some(302)), "{location}");
        assert_eq!(error.message, "a redirect to another scheme, host or port, which is not followed", "{location}");
    }
    for location in ["ftp://127.0.0.1/", "http://user@127.0.0.1/"] {
        assert_eq!(send(get(redirecting(302, location).await.url("/"))).await.unwrap_err().kind, Kind::Blocked, "{location}");
    }
    assert!(other.seen().is_empty() && recorder.dialled().is_empty());
}

#[tokio::test]
async fn a_loop_ends_after_three() {
    let server = redirecting(302, "/again").await;
    let error = send(&get(server.url("/"))).await.unwrap_err();
    assert_eq!((error.kind, server.seen().len()), (Kind::Status, 4));
}

#[tokio::test]
async fn a_redirect_that_says_nothing_is_the_answer() {
    for bytes in [&b"HTTP/1.1 302 Found\r\ncontent-length: 0\r\n\r\n"[..], b"HTTP/1.1 304 Not Modified\r\n\r\n"] {
        let server = Server::answering(move |_, _| bytes.to_vec()).await;
        assert!(matches!(send(&get(server.url("/"))).await.unwrap().status, 302 | 304));
    }
}

#[tokio::test]
async fn the_deadline_covers_what_a_redirect_leads_to() {
    let server = Server::playing(|mut stream, request, _| async move {
        if request.starts_with("GET / ") {
            let _ = stream.write_all(&redirect(302, "/silent")).await;
        } else {
            pending::<()>().await;
        }
    })
    .await;
    let error = client(Egress::Any).send(&get(server.url("/")), &[], in_ms(1_000), MIB, false).await.unwrap_err();
    assert_eq!((error, server.seen().len()), (Error::timeout(), 2));
}
