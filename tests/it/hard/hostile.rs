//! Every way in which a backend misbehaves, in one table: what it does, and the kind of failure that a flow sees.

use std::{collections::BTreeMap, io::Write, sync::Arc};

use super::{
    backend::{Backend, Play, answer, redirect, says},
    dialled::{self, Dial},
};

/// What somebody gets who calls.
#[derive(Clone)]
enum Does {
    /// A request, and then this.
    Plays(Play),
    /// This instead of HTTP, at a port of its own.
    Meets(Dial),
    /// Nothing: this is where nobody may call.
    Is(&'static str),
}
use Does::{Is, Meets, Plays};

type Faults = Vec<(&'static str, Does)>;

/// What a flow sees of what is no failure after all.
pub(super) const FINE: &str = "fine";

fn bytes(text: impl AsRef<[u8]>) -> Does {
    Plays(Play::Bytes(text.as_ref().to_vec()))
}

fn json(body: &str) -> Does {
    bytes(answer("200 OK", "application/json", body))
}

fn to(location: &str) -> Does {
    bytes(redirect(location))
}

/// A whole answer with this head, in the words of a good one.
fn with(head: &str, body: impl AsRef<[u8]>) -> Does {
    let length = body.as_ref().len();
    bytes([format!("HTTP/1.1 200 OK\r\n{head}content-length: {length}\r\nconnection: close\r\n\r\n").as_bytes(), body.as_ref()].concat())
}

/// A chunk of a body, of 64 bytes.
const CHUNK: &[u8] = b"40\r\nxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n";

fn never_done() -> Faults {
    vec![
        ("hangs", Plays(Play::HANG)),
        ("trickles", Plays(Play::trickle())),
        ("slow-status", Plays(Play::Drip(b"HTTP/1.1 20".to_vec(), b"0"))),
        ("slow-headers", Plays(Play::Drip(b"HTTP/1.1 200 OK\r\n".to_vec(), b"x"))),
        ("too-few-bytes", Plays(Play::Stuck(b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"data\": ".to_vec()))),
        ("only-a-head", Plays(Play::Stuck(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".to_vec()))),
        ("slow-chunks", Plays(Play::Drip(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".to_vec(), b"1\r\nx\r\n"))),
        ("continues", Plays(Play::Drip(vec![], b"HTTP/1.1 100 Continue\r\n\r\n"))),
        ("silent-tls", Meets(Dial::Silent)),
    ]
}

fn broken() -> Faults {
    let huge_header = format!("HTTP/1.1 200 OK\r\nx-huge: {}\r\n\r\n", "x".repeat(1 << 20));
    vec![
        ("garbage", bytes(b"\x16\x03\x01 this is not HTTP\r\n\r\n")),
        ("cut", bytes("HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"data\": ")),
        ("closes", bytes("")),
        ("no-status-line", bytes("{\"data\": \"as in HTTP/0.9\", \"success\": true}")),
        ("bad-status", bytes("HTTP/1.1 abc OK\r\n\r\n")),
        ("other-version", bytes("HTTP/7.3 200 OK\r\n\r\n")),
        ("two-lengths", bytes("HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\n{}    ")),
        ("no-length", bytes("HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n{}")),
        ("huge-header", bytes(huge_header)),
        ("endless-headers", Plays(Play::Flood(b"HTTP/1.1 200 OK\r\n".to_vec(), b"x-more: and more\r\n"))),
        ("endless-header", Plays(Play::Flood(b"HTTP/1.1 200 OK\r\nx-more: ".to_vec(), &[b'x'; 4096]))),
        ("chunk-garbage", bytes("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nhello\r\n")),
        ("chunk-of-exabytes", bytes("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nffffffffffffffff0\r\nhello\r\n")),
        ("chunks-cut", bytes("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n")),
        ("no-gzip", with("content-encoding: gzip\r\n", "this is not packed")),
        ("reset-at-once", Meets(Dial::Reset)),
        ("reset-after-request", Plays(Play::Reset(vec![]))),
        ("reset-in-status", Plays(Play::Reset(b"HTTP/1.1 2".to_vec()))),
        ("reset-in-headers", Plays(Play::Reset(b"HTTP/1.1 200 OK\r\ncontent-".to_vec()))),
        ("reset-in-body", Plays(Play::Reset(b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"da".to_vec()))),
        ("tls-plain", Meets(Dial::Plain)),
        ("tls-reset", Meets(Dial::ResetInHandshake)),
        ("tls-self-signed", Meets(Dial::Tls("self_signed"))),
        ("tls-expired", Meets(Dial::Tls("expired"))),
        ("tls-other-name", Meets(Dial::Tls("other_name"))),
    ]
}

fn misshapen() -> Faults {
    let deep = format!("{{\"data\": {}1{}, \"success\": true}}", "[".repeat(100_000), "]".repeat(100_000));
    let digits = format!("{{\"data\": {}, \"success\": true}}", "9".repeat(10_000));
    vec![
        ("large", json(&format!("{{\"data\": \"{}\"}}", "x".repeat(2 << 20)))),
        ("endless-body", Plays(Play::Flood(b"HTTP/1.1 200 OK\r\n\r\n{\"data\": \"".to_vec(), &[b'x'; 4096]))),
        ("endless-chunks", Plays(Play::Flood(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".to_vec(), CHUNK))),
        ("bomb", with("content-encoding: gzip\r\n", gzipped(&vec![b' '; 64 << 20]))),
        ("html", bytes(answer("200 OK", "text/html", "<!doctype html><title>Maintenance</title>"))),
        ("nothing", bytes("HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n")),
        ("empty", json("")),
        ("part", bytes(answer("206 Partial Content", "application/json", "{\"data\": \"ha"))),
        ("nul", json("{\"data\": \"a\\u0000b\", \"success\": true}")),
        ("raw-nul", json("{\"data\": \"a\0b\", \"success\": true}")),
        ("no-utf-8", with("", b"{\"data\": \"\xff\xfe\", \"success\": true}")),
        ("other", json("{\"data\": {\"a\": 1}, \"success\": true}")),
        ("deep", json(&deep)),
        ("digits", json(&digits)),
        ("huge-number", json("{\"data\": 1e999999999, \"success\": true}")),
        ("trailing", json("{\"data\": \"fine\", \"success\": true} {\"more\": 1}")),
        ("half", json("{\"data\": \"fi")),
        ("short-length", bytes("HTTP/1.1 200 OK\r\ncontent-length: 9\r\nconnection: close\r\n\r\n{\"data\": \"fine\", \"success\": true}")),
        ("unknown-encoding", with("content-encoding: zstd\r\n", b"\x28\xb5\x2f\xfd\x04\x00")),
    ]
}

fn of_status() -> Faults {
    vec![
        ("error", bytes(answer("500 Oops", "text/html", "<h1>Traceback</h1>"))),
        ("error-flood", Plays(Play::Flood(b"HTTP/1.1 500 Oops\r\n\r\n".to_vec(), b"Traceback "))),
        ("not-modified", bytes("HTTP/1.1 304 Not Modified\r\nconnection: close\r\n\r\n")),
        ("switches", bytes("HTTP/1.1 101 Switching Protocols\r\nupgrade: chat\r\nconnection: upgrade\r\n\r\n")),
        ("unheard-of", bytes(answer("999 What", "application/json", "{}"))),
        ("nowhere", bytes("HTTP/1.1 302 Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")),
        ("loops", to("?again")),
    ]
}

fn blocked() -> Faults {
    vec![
        ("to-metadata", to("http://169.254.169.254/latest/meta-data/")),
        ("to-private", to("http://10.0.0.1/")),
        ("to-file", to("file:///etc/passwd")),
        ("to-ftp", to("ftp://127.0.0.1/")),
        ("with-credentials", to("http://user:word@127.0.0.1/")),
        ("metadata", Is("http://169.254.169.254/latest/meta-data/")),
        ("metadata-number", Is("http://2852039166/")),
        ("metadata-mapped", Is("http://[::ffff:169.254.169.254]/")),
        ("metadata-6", Is("http://[fd00:ec2::254]/")),
    ]
}

/// What looks odd and is an answer all the same.
fn fine() -> Faults {
    vec![
        ("bom", json("\u{feff}{\"data\": \"fine\", \"success\": true}")),
        ("twice", json("{\"data\": \"first\", \"data\": \"fine\", \"success\": true}")),
        ("padded", json(&format!("{}{{\"data\": \"fine\", \"success\": true}}", " ".repeat(100_000)))),
        ("packed", with("content-encoding: gzip\r\n", gzipped(b"{\"data\": \"fine\", \"success\": true}"))),
        ("hints", bytes([b"HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n".as_slice(), &says("fine")].concat())),
        ("tls-good", Meets(Dial::Tls("good"))),
    ]
}

fn gzipped(plain: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(vec![], flate2::Compression::fast());
    packed.write_all(plain).unwrap();
    packed.finish().unwrap()
}

/// One fault: its name, the kind of failure, and where it is met.
#[derive(Clone, Debug)]
pub(super) struct Fault {
    pub(super) name: &'static str,
    pub(super) kind: &'static str,
    pub(super) url: String,
}

/// Backends with all faults, and who hears of requests that nobody should make.
pub(super) struct Hostile {
    pub(super) faults: Vec<Fault>,
    pub(super) backend: Backend,
    pub(super) elsewhere: Backend,
}

impl Hostile {
    pub(super) async fn start() -> Self {
        let elsewhere = Backend::start(|_| Play::Bytes(says("stolen"))).await;
        let mut shut = blocked();
        shut.push(("elsewhere", to(&format!("{}/stolen", elsewhere.url()))));
        let refuses = vec![("refuses", json("{\"success\": false, \"message\": \"not today\"}"))];
        let groups = [
            ("timeout", never_done()),
            ("connect", broken()),
            ("shape", misshapen()),
            ("status", of_status()),
            ("refused", refuses),
            ("blocked", shut),
            (FINE, fine()),
        ];
        let all: Vec<_> = groups.into_iter().flat_map(|(kind, faults)| faults.into_iter().map(move |f| (kind, f))).collect();
        let plays: Arc<BTreeMap<&str, Play>> = Arc::new(
            all.iter().filter_map(|(_, (name, does))| if let Plays(play) = does { Some((*name, play.clone())) } else { None }).collect(),
        );
        let backend = Backend::start(move |request| plays[request.split('/').nth(1).unwrap_or_default()].clone()).await;
        let mut faults = Vec::new();
        for (kind, (name, does)) in all {
            let url = match does {
                Plays(_) => format!("{}/{name}", backend.url()),
                Meets(dial) => dialled::start(dial).await,
                Is(url) => url.trim_end_matches('/').to_owned(),
            };
            faults.push(Fault { name, kind, url });
        }
        Self { faults, backend, elsewhere }
    }
}
