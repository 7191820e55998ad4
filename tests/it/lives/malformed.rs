//! What is no HTTP is answered, counted, and told of where somebody looks for it.

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

use super::served::Served;
use crate::support::{command::Folder, database::fresh_sqlite};

/// Sends bytes, and gives the first line of the answer.
fn send(address: &str, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let _refused_before_all_of_it_was_read = stream.write_all(bytes);
    let mut answer = [0; 64];
    let n = stream.read(&mut answer).unwrap();
    String::from_utf8_lossy(&answer[..n]).lines().next().unwrap_or_default().to_owned()
}

fn counted(metrics: &str, status: u16) -> u64 {
    let line = format!("flowgate_http_requests_total{{route=\"malformed\",method=\"none\",status=\"{status}\"}} ");
    metrics.lines().find_map(|text| text.strip_prefix(&line)).map_or(0, |n| n.parse().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn malformed_requests_are_counted_and_told_of() {
    let (folder, database) = (Folder::empty(), fresh_sqlite());
    std::fs::create_dir(folder.path("bots")).unwrap();
    let served = Served::start_in(folder.root(), &database.url, &[], &[("RUST_LOG", "flowgate=debug")]);
    let malformed: [&[u8]; 6] = [
        b"canary\r\n\r\n",
        b"GET /canary HTTP/7.3\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost canary\r\n\r\n",
        b"POST / HTTP/1.1\r\nhost: canary\r\ncontent-length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nhost: canary\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 canary\r\n\r\n",
    ];
    for bytes in malformed {
        assert_eq!(send(served.address(), bytes), "HTTP/1.1 400 Bad Request", "{}", String::from_utf8_lossy(bytes));
    }
    let huge = format!("GET / HTTP/1.1\r\nhost: localhost\r\nx-canary: {}", "x".repeat(130 * 1024));
    assert_eq!(send(served.address(), huge.as_bytes()), "HTTP/1.1 431 Request Header Fields Too Large");

    let log = served
        .log
        .until(0, "all are told of", |log| (log.matches("a malformed request was refused with").count() >= 7).then(|| log.to_owned()));
    assert!(log.contains("DEBUG") && log.contains("431 Request Header Fields Too Large: message head is too large"), "{log}");
    assert!(!log.contains("canary"), "{log}");
    let metrics = served.get("/metrics").await.body;
    assert_eq!((counted(&metrics, 400), counted(&metrics, 431)), (6, 1), "{metrics}");
}

#[tokio::test(flavor = "multi_thread")]
async fn malformed_requests_fill_no_log() {
    let (folder, database) = (Folder::empty(), fresh_sqlite());
    std::fs::create_dir(folder.path("bots")).unwrap();
    let served = Served::start(folder.root(), &database.url);
    assert_eq!(send(served.address(), b"canary\r\n\r\n"), "HTTP/1.1 400 Bad Request");
    assert_eq!(served.get("/nowhere").await.status, 404);
    let log = served.log.until(0, "the next one is told of", |log| log.contains("was refused with 404").then(|| log.to_owned()));
    assert!(!log.contains("ERROR") && !log.contains("400") && !log.contains("malformed"), "{log}");
}
