//! Addresses, schemes and URLs that are never called, through the whole client.

use super::{
    recorder::Recorder,
    server::{Server, answer},
    *,
};

async fn refused(url: &str, egress: Egress) -> Error {
    let recorder = Recorder::start().await;
    let answer = recorder.client(egress, Secrets::default()).send(&get(url), &[], in_ms(5_000), MIB, true).await;
    assert_eq!(recorder.dialled(), [""; 0], "{url}");
    answer.unwrap_err()
}

#[tokio::test]
async fn addresses_in_the_url_are_judged_in_every_spelling() {
    let server = Server::answering(|_, _| answer("200 OK", "text/plain", "inside")).await;
    let port = server.port();
    for host in [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "0177.0.0.1",
        "127.0.0.1.",
        "0",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::]",
        "localhost",
        "LOCALHOST",
        "１２７.0.0.1",
    ] {
        let error = refused(&format!("http://{host}:{port}/"), Egress::Public).await;
        assert_eq!(error.kind, Kind::Blocked, "{host}: {error}");
    }
    assert!(server.seen().is_empty());
    assert_eq!(send(&get(format!("http://localhost:{port}/"))).await.unwrap().status, 200);
    assert_eq!(send(&get(format!("http://2130706433:{port}/"))).await.unwrap().status, 200);
}

#[tokio::test]
async fn metadata_is_never_called() {
    for host in [
        "169.254.169.254",
        "2852039166",
        "0xa9fea9fe",
        "0251.0376.0251.0376",
        "[::ffff:a9fe:a9fe]",
        "[::169.254.169.254]",
        "[64:ff9b::169.254.169.254]",
        "[64:ff9b:1::169.254.169.254]",
        "[64:ff9b:1:a9fe:a9:fe00::]",
        "[2002:a9fe:a9fe::1]",
        "[2001:0:a9fe:a9fe::1]",
        "[fd00:ec2::254]",
        "[fe80::1]",
    ] {
        let error = refused(&format!("http://{host}/latest/meta-data"), Egress::Any).await;
        assert_eq!(error.kind, Kind::Blocked, "{host}: {error}");
    }
}

#[tokio::test]
async fn other_schemes_and_urls_with_credentials_are_not_called() {
    for url in ["ftp://127.0.0.1/", "file:///etc/passwd", "http://user:canary@127.0.0.1/", "http://canary@127.0.0.1/", "data:,x"] {
        let error = refused(url, Egress::Any).await;
        assert_eq!(error.kind, Kind::Blocked, "{url}");
        assert!(!error.to_string().contains("canary"), "{error}");
    }
    for url in ["", "/orders", "http://", "http://[::1", "not a url"] {
        assert_eq!(refused(url, Egress::Any).await.kind, Kind::Invalid, "{url}");
    }
}
