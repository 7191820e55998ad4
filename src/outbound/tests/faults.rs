//! Backends that misbehave.

use std::io::Write;

use tokio::{io::AsyncWriteExt, net::TcpListener};

use super::{
    server::{Server, answer, read_request},
    *,
};

/// Writes `head`, then one byte each 10 ms, for ever.
async fn trickling(head: &'static str) -> Server {
    Server::playing(move |mut stream, _, _| async move {
        let mut tick = tokio::time::interval(Duration::from_millis(10));
        let mut alive = stream.write_all(head.as_bytes()).await;
        while alive.is_ok() {
            tick.tick().await;
            alive = stream.write_all(b"x").await;
        }
    })
    .await
}

async fn fails(server: &Server, ms: u64) -> Error {
    let client = client(Egress::Any);
    let begin = Instant::now();
    let error = client.send(&get(server.url("/")), &[], in_ms(ms), MIB, false).await.unwrap_err();
    crate::long::took("an error", begin.elapsed(), Duration::from_millis(ms + 1_000));
    error
}

#[tokio::test]
async fn the_deadline_covers_headers_and_the_whole_body() {
    let silent = Server::silent().await;
    assert_eq!(fails(&silent, 200).await, Error::timeout());
    assert_eq!(fails(&trickling("HTTP/1.1 200 OK\r\nx-slow: ").await, 200).await, Error::timeout());
    let body = trickling("HTTP/1.1 500 Oops\r\ncontent-length: 1000000\r\n\r\n").await;
    assert_eq!(fails(&body, 3_000).await, Error::timeout().with_status(500));
}

#[tokio::test]
async fn nobody_at_the_port_is_a_connection_error() {
    let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let error = send(&get(format!("http://127.0.0.1:{port}/canary"))).await.unwrap_err();
    assert_eq!(error, Error::new(Kind::Connect, "the connection failed: connection refused"));
}

#[tokio::test]
async fn names_that_do_not_resolve_and_broken_tls_are_connection_errors() {
    // A label of more than 63 letters fails without asking anybody.
    let error = send(&get(format!("http://canary-{}.invalid/", "x".repeat(64)))).await.unwrap_err();
    assert_eq!(error, Error::new(Kind::Connect, "the host name does not resolve"));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}/canary", listener.local_addr().unwrap());
    tokio::spawn(async move { while listener.accept().await.unwrap().0.write_all(b"no TLS is spoken here").await.is_ok() {} });
    let error = send(&get(url)).await.unwrap_err();
    assert_eq!(error, Error::new(Kind::Connect, "the TLS handshake failed"));
}

#[tokio::test]
async fn garbage_and_answers_cut_short_are_connection_errors() {
    for bytes in [
        &b"\x00\x01garbage\r\n\r\n"[..],
        b"",
        b"HTTP/1.1 200 OK\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 7\r\n\r\nno gzip",
    ] {
        let server = Server::answering(move |_, _| bytes.to_vec()).await;
        let error = fails(&server, 5_000).await;
        assert_eq!(error.kind, Kind::Connect, "{:?}: {error}", String::from_utf8_lossy(bytes));
    }
}

#[tokio::test]
async fn any_status_is_an_answer() {
    for (status, body) in [("500 Oops", "<html>broken</html>"), ("204 No Content", ""), ("404 Not Found", "{}"), ("200 OK", "")] {
        let server = Server::answering(move |_, _| answer(status, "text/html", body)).await;
        let response = send(&get(server.url("/"))).await.unwrap();
        assert_eq!((response.status.to_string().as_str(), &response.body[..]), (&status[..3], body.as_bytes()));
    }
}

#[tokio::test]
async fn a_body_is_cut_at_the_limit_however_it_comes() {
    let exact = Server::answering(|_, _| answer("200 OK", "text/plain", &"x".repeat(MIB))).await;
    assert_eq!(send(&get(exact.url("/"))).await.unwrap().body.len(), MIB);
    let large = Server::answering(|_, _| answer("200 OK", "text/plain", &"x".repeat(2 * MIB))).await;
    let error = fails(&large, 5_000).await;
    assert_eq!((error.kind, error.status), (Kind::TooLarge, Some(200)));
    let packed = gzipped(&vec![0; 64 * MIB]); // it takes a while
    let bomb = Server::answering(move |_, _| packed.clone()).await;
    assert_eq!(fails(&bomb, 5_000).await.kind, Kind::TooLarge);
    let small = Server::answering(|_, _| gzipped(b"hello")).await;
    assert_eq!(&send(&get(small.url("/"))).await.unwrap().body[..], b"hello");
}

fn gzipped(plain: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(vec![], flate2::Compression::fast());
    packed.write_all(plain).unwrap();
    let body = packed.finish().unwrap();
    let head = format!("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
    [head.into_bytes(), body].concat()
}

#[tokio::test]
async fn a_broken_connection_is_tried_once_more_if_that_is_allowed() {
    let flaky = || Server::answering(|_, n| if n == 0 { vec![] } else { answer("200 OK", "text/plain", "fine") });
    let (twice, once) = (flaky().await, flaky().await);
    let client = client(Egress::Any);
    assert_eq!(client.send(&get(twice.url("/")), &[], in_ms(5_000), MIB, true).await.unwrap().status, 200);
    assert_eq!(client.send(&get(once.url("/")), &[], in_ms(5_000), MIB, false).await.unwrap_err().kind, Kind::Connect);
    let dead = Server::answering(|_, _| vec![]).await;
    assert_eq!(client.send(&get(dead.url("/")), &[], in_ms(5_000), MIB, true).await.unwrap_err().kind, Kind::Connect);
    assert_eq!((twice.seen().len(), once.seen().len(), dead.seen().len()), (2, 1, 2));
}

#[tokio::test]
async fn a_refusal_of_the_backend_is_never_repeated() {
    let server = Server::answering(|_, _| answer("503 Busy", "text/plain", "")).await;
    let response = client(Egress::Any).send(&get(server.url("/")), &[], in_ms(5_000), MIB, true).await.unwrap();
    assert_eq!((response.status, server.seen().len()), (503, 1));
}

#[tokio::test]
async fn a_post_that_was_sent_is_never_repeated_even_on_a_kept_connection() {
    let server = Server::playing(|mut stream, _, _| async move {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nfine").await;
        assert!(read_request(&mut stream).await.starts_with("POST /"));
    })
    .await;
    let (client, post) = (client(Egress::Any), Request::new(Method::Post, server.url("/").into()));
    assert_eq!(client.send(&post, &[], in_ms(5_000), MIB, false).await.unwrap().status, 200);
    assert_eq!(client.send(&post, &[], in_ms(5_000), MIB, false).await.unwrap_err().kind, Kind::Connect);
    assert_eq!(server.seen().len(), 1, "the server counts connections");
}
