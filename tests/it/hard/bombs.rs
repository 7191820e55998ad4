//! What is small on the wire and large when it is unpacked: it costs the gateway no more than what is as small and plain.

use std::{
    io::{Read, Write},
    net::TcpStream,
    sync::LazyLock,
};

use futures_util::future::join_all;
use serde_json::json;

use super::{
    backend::{Backend, Play},
    bots::{bot, sequence},
};
use crate::{
    lives::served::Served,
    support::{app::got, command::Folder, database::fresh_sqlite},
};

/// What the peak of a process's memory may grow by in a test: each bomb alone is more than ten times as much.
const GROWTH_KIB_MAX: u64 = 24 * 1024;

/// A megabyte of blanks, packed in a thousand bytes that may stand one after the other.
static MEGABYTE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut packer = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(&vec![b' '; 1 << 20]).unwrap();
    packer.flush().unwrap();
    packer.get_ref().clone()
});

const GZIP: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3];

/// 243 KB of gzip.
fn bomb() -> Vec<u8> {
    let mut packed = GZIP.to_vec();
    while packed.len() < 243_000 {
        packed.extend_from_slice(&MEGABYTE);
    }
    packed
}

fn served(database: &str, backend: &str) -> (Folder, Served) {
    let folder = Folder::empty();
    folder.write("bots/shop/bot.yaml", &bot("shop", "on_error: {text: \"bot: {{error.kind}}\"}"));
    folder.write("bots/shop/sequences/welcome.yaml", &sequence("welcome", "  - text: \"It says <<status>>\""));
    let api = format!("version: 1\napi: status\nmethod: GET\nurl: {backend}/\nenvelope: false\noutput: text\n");
    folder.write("bots/shop/apis/status.yaml", &api);
    let served = Served::start(folder.root(), database);
    (folder, served)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_packed_request_is_refused_and_not_unpacked() {
    let (database, bomb) = (fresh_sqlite(), bomb());
    let (_folder, served) = served(&database.url, "http://127.0.0.1:1");
    assert_eq!(served.say("shop", "ann", "hi").await, ["bot: connect"]);
    let before = served.process.peak_kib();
    for coding in ["gzip", "x-gzip", "GZIP", "deflate", "br", "zstd", "gzip, gzip", "identity, gzip"] {
        for path in ["/v1/bots/shop/messages", "/v1/bots/shop/webchat/token"] {
            let send =
                || served.post(path).header("content-type", "application/json").header("content-encoding", coding).body(bomb.clone());
            for refused in join_all((0..6).map(|_| got(send()))).await {
                assert_eq!(refused.problem(415), "encoded", "{coding} {path}");
                assert_eq!(refused.header("accept-encoding"), "identity");
            }
        }
    }
    let grown = served.process.peak_kib() - before;
    assert!(grown < GROWTH_KIB_MAX, "{grown} KiB");
    let plain = served.message("shop", &json!({"user": "bob", "text": "hi"})).header("content-encoding", "identity");
    assert_eq!(got(plain).await.status, 200);
}

/// The answer comes though not a byte of the body was ever sent.
#[tokio::test(flavor = "multi_thread")]
async fn a_packed_request_is_refused_by_its_head() {
    let database = fresh_sqlite();
    let (_folder, served) = served(&database.url, "http://127.0.0.1:1");
    let mut stream = TcpStream::connect(served.address()).unwrap();
    let head = "POST /v1/bots/shop/messages HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-encoding: gzip\r\ncontent-length: 243000\r\n\r\n";
    stream.write_all(head.as_bytes()).unwrap();
    let mut begin = [0; 12];
    stream.read_exact(&mut begin).unwrap();
    assert_eq!(begin, *b"HTTP/1.1 415");
}

/// An answer that never ends: what counts is what it unpacks to, while it does.
#[tokio::test(flavor = "multi_thread")]
async fn a_packed_answer_is_cut_where_a_plain_one_is() {
    let database = fresh_sqlite();
    let head = |coding: &str| format!("HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n{coding}\r\n").into_bytes();
    let backend = Backend::start(move |request| {
        let packed = [head("content-encoding: gzip\r\n"), GZIP.to_vec()].concat();
        let twice = [head("content-encoding: gzip, gzip\r\n"), GZIP.to_vec()].concat();
        match request.split(' ').nth(1) {
            Some("/plain") => Play::Flood(head(""), &[b' '; 4096]),
            Some("/twice") => Play::Flood(twice, &MEGABYTE),
            Some("/br") => Play::Flood(head("content-encoding: br\r\n"), &MEGABYTE),
            _ => Play::Flood(packed, &MEGABYTE),
        }
    })
    .await;
    let (folder, served) = served(&database.url, &backend.url());
    assert_eq!(served.say("shop", "ann", "hi").await, ["bot: shape"], "more than a mebibyte");
    let before = served.process.peak_kib();
    for path in ["/plain", "/gzip", "/twice", "/br"] {
        let api = format!("version: 1\napi: status\nmethod: GET\nurl: {}{path}\nenvelope: false\noutput: text\n", backend.url());
        folder.write("bots/shop/apis/status.yaml", &api);
        assert_eq!(got(served.post("/-/reload?wait=true")).await.status, 200);
        let users = (0..4).map(|n| format!("{n}{path}"));
        for heard in join_all(users.map(|user| {
            let served = &served;
            async move { served.say("shop", &user, "hi").await }
        }))
        .await
        {
            assert_eq!(heard, ["bot: shape"], "{path}");
        }
    }
    let grown = served.process.peak_kib() - before;
    assert!(grown < GROWTH_KIB_MAX, "{grown} KiB");
}
