//! Twenty secrets with values that nothing else has, used in every place where a bot may refer to one, by APIs whose
//! backend tells them back whenever it fails. None is found in what the program logs at its most talkative, in its
//! database, its metrics, its endpoints, its errors or the messages of users.

use std::io::Read;

use base64::{
    Engine,
    prelude::{BASE64_STANDARD, BASE64_STANDARD_NO_PAD},
};
use serde_json::{Value, json};

use super::{
    backend::Backend,
    bots::texts,
    served::Served,
    vault::{APIS, CASES, ENV, FILES, GRANTED, WRITTEN, prepare, tell_back, value},
};
use crate::support::{
    app::PROXIED,
    database::{client, fresh_postgres, fresh_sqlite},
    http,
    patience::in_time,
};

/// What the database is opened with.
const PASSWORD: &str = "canary-password-77aa";
/// What a visitor's reading of the transcript finds, so that the search is known to find things.
const SPOKEN: &str = "a-word-that-was-spoken";

/// Every value that must not be found.
fn canaries() -> Vec<String> {
    let basic = BASE64_STANDARD.encode(format!("{}:{}", value("CLIENT"), value("client-secret")));
    let named = ENV.iter().chain(&FILES).map(|name| value(name));
    named.chain([GRANTED.to_owned(), PASSWORD.to_owned(), basic]).collect()
}

/// What of a canary stands in the base64 of a text that holds it, wherever it begins.
fn in_base64(canary: &str) -> [String; 3] {
    [0, 1, 2].map(|before| {
        let text = BASE64_STANDARD_NO_PAD.encode([&[0; 2][..before], canary.as_bytes()].concat());
        text[(before * 8).div_ceil(6)..(before + canary.len()) * 8 / 6].to_owned()
    })
}

/// Plays every case with every API, reads every endpoint, and gives all that was seen of it.
async fn use_it(served: &Served) -> String {
    let http = http::client().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let mut seen = String::new();
    let say = async |text: &str, user: &str| {
        let message = http.post(served.url("/v1/bots/vault/messages")).json(&json!({"user": user, "text": text}));
        message.send().await.unwrap().text().await.unwrap()
    };
    for (name, _) in APIS {
        say("hi", name).await;
        for case in CASES {
            let answer = say(&format!("try {case} {name}"), name).await;
            assert!(!texts(&serde_json::from_str(&answer).unwrap()).is_empty(), "{case} {name}: {answer}");
            seen += &answer;
        }
    }
    for (name, _) in APIS {
        seen += &say("what was told", name).await;
    }
    assert!(seen.contains("GET /${env:BASE}/told/bearer") && seen.contains("${oauth2}"), "the backend's words do reach users: {seen}");
    seen += &say(SPOKEN, "ann").await;
    let granted = http.post(served.url("/v1/bots/vault/webchat/token")).header(PROXIED.0, PROXIED.1).json(&json!({}));
    let token: Value = granted.send().await.unwrap().json().await.unwrap();
    let as_visitor = http.get(served.url("/v1/bots")).bearer_auth(token["token"].as_str().unwrap()).send().await.unwrap();
    seen += &as_visitor.text().await.unwrap();
    for path in [
        "/",
        "/-/health",
        "/-/ready",
        "/metrics",
        "/openapi.json",
        "/docs/",
        "/v1/bots",
        "/v1/bots/vault",
        "/v1/bots/lacking",
        "/v1/bots/broken",
        "/v1/chat/bots",
        "/v1/bots/vault/openapi.json",
        "/nowhere",
    ] {
        seen += &http.get(served.url(path)).send().await.unwrap().text().await.unwrap();
    }
    let mut events = http.get(served.url("/v1/bots/vault/users/everywhere/events")).send().await.unwrap();
    let mut read = String::new();
    while read.matches("\ndata: ").count() < 1 + 2 * CASES.len() {
        let chunk = in_time("the whole transcript", events.chunk()).await.unwrap().unwrap();
        read += &String::from_utf8_lossy(&chunk);
    }
    seen += &read;
    let bad = http.post(served.url("/v1/bots/vault/messages")).json(&json!({"user": "ann", "text": 1}));
    seen += &bad.send().await.unwrap().text().await.unwrap();
    seen += &http.post(served.url("/-/reload?wait=true")).send().await.unwrap().text().await.unwrap();
    // the visitor's own token may be in no log: it is looked for with the others
    format!("{seen}\u{0}{}", token["token"].as_str().unwrap())
}

/// All bytes, and what is compressed among them in the clear.
fn unpacked(bytes: &[u8]) -> Vec<u8> {
    let mut all = bytes.to_vec();
    for at in 0..bytes.len().saturating_sub(2) {
        let rest = &bytes[at..];
        match rest {
            [0x1f, 0x8b, 8, ..] => drop(flate2::read::GzDecoder::new(rest).read_to_end(&mut all)),
            [0x78, 0x01 | 0x5e | 0x9c | 0xda, ..] => drop(flate2::read::ZlibDecoder::new(rest).read_to_end(&mut all)),
            _ => {}
        }
    }
    all
}

/// Every value of every table.
async fn dump(url: &str) -> Vec<u8> {
    let client = client(url).await;
    let columns = "SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = 'public'";
    let mut all = Vec::new();
    for column in client.query(columns, &[]).await.unwrap() {
        let (table, name, kind): (String, String, String) = (column.get(0), column.get(1), column.get(2));
        let as_bytes = if kind == "bytea" { format!("\"{name}\"") } else { format!("convert_to(\"{name}\"::text, 'UTF8')") };
        for row in client.query(&format!("SELECT {as_bytes} FROM \"{table}\""), &[]).await.unwrap() {
            all.extend(unpacked(row.get::<_, Option<&[u8]>>(0).unwrap_or_default()));
            all.push(b'\n');
        }
    }
    all
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

/// What stands around a canary, for the report of a failure.
fn search(wheres: &str, bytes: &[u8], also: &str) {
    let encoded = canaries().iter().flat_map(|canary| in_base64(canary)).collect::<Vec<_>>();
    for canary in canaries().iter().chain(&encoded).map(String::as_str).chain([also]).filter(|text| !text.is_empty()) {
        if let Some(at) = bytes.windows(canary.len()).position(|window| window == canary.as_bytes()) {
            let around = &bytes[at.saturating_sub(300)..bytes.len().min(at + 200)];
            panic!("{canary} is in {wheres}: …{}…", String::from_utf8_lossy(around));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_shows_up_anywhere_with_sqlite() {
    let backend = Backend::start(tell_back).await;
    let folder = tempfile::tempdir().unwrap();
    let variables = prepare(folder.path(), &backend);
    let database = fresh_sqlite();
    let mut served = Served::start(folder.path(), &variables, &["--database", &database.url, "--secrets-dir", "secrets", "--log", "text"]);
    let (seen, token) = split(use_it(&served).await);
    let path = std::path::PathBuf::from(database.url.strip_prefix("sqlite://").unwrap());
    let files = || std::fs::read_dir(path.parent().unwrap()).unwrap().map(|file| std::fs::read(file.unwrap().path()).unwrap());
    let open: Vec<u8> = files().flatten().collect();
    let log = served.stop();
    let stored: Vec<u8> = files().chain([open]).flat_map(|file| unpacked(&file)).collect();
    judge(&backend, &log, &seen, &stored, &token);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_shows_up_anywhere_with_postgres() {
    let backend = Backend::start(tell_back).await;
    let folder = tempfile::tempdir().unwrap();
    let mut variables = prepare(folder.path(), &backend);
    let database = fresh_postgres().await;
    // the tests' own server asks for no password, so it takes any
    variables.push(("RUST_LOG".to_owned(), "trace,tokio_postgres=trace,tokio_postgres::query=trace".to_owned()));
    variables.push(("DATABASE_URL".to_owned(), database.url.replace("//postgres@", &format!("//postgres:{PASSWORD}@"))));
    let mut served = Served::start(folder.path(), &variables, &["--secrets-dir", "secrets", "--log", "json"]);
    let (seen, token) = split(use_it(&served).await);
    let log = served.stop();
    judge(&backend, &log, &seen, &dump(&database.url).await, &token);
    crate::support::database::drop_database(&database.url).await;
}

fn split(seen: String) -> (String, String) {
    let (seen, token) = seen.split_once('\u{0}').unwrap();
    (seen.to_owned(), token.to_owned())
}

fn judge(backend: &Backend, log: &[u8], seen: &str, stored: &[u8], token: &str) {
    let sent = backend.seen().join("\n");
    for canary in canaries().iter().filter(|canary| *canary != PASSWORD) {
        assert!(sent.contains(canary), "{canary} was never used");
    }
    assert!(holds(stored, SPOKEN) && holds(stored, WRITTEN), "the search of the database finds what is there");
    assert!(holds(log, "API \\\"everywhere\\\" failed") || holds(log, "API \"everywhere\" failed"), "the log tells of failures");
    assert!(!holds(log, SPOKEN), "the log holds what was said");
    assert!(holds(log, "TRACE") && seen.contains("Failed: refused"), "{seen}");
    search("the log", log, token);
    search("an endpoint or a message", seen.as_bytes(), "");
    search("the database", stored, token);
}

/// A refusal's words are about a user.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_backend_says_of_a_refusal_is_told_at_debug_only() {
    for (level, told) in [("info", false), ("debug", true)] {
        let backend = Backend::start(tell_back).await;
        let (folder, database) = (tempfile::tempdir().unwrap(), fresh_sqlite());
        let mut variables = prepare(folder.path(), &backend);
        variables.push(("RUST_LOG".to_owned(), level.to_owned()));
        let mut served = Served::start(folder.path(), &variables, &["--database", &database.url, "--secrets-dir", "secrets"]);
        for text in ["hi", "try refuse bearer"] {
            let message = http::client().build().unwrap().post(served.url("/v1/bots/vault/messages"));
            assert_eq!(message.json(&json!({"user": "ann", "text": text})).send().await.unwrap().status(), 200);
        }
        let log = served.stop();
        assert!(holds(&log, "API \"bearer\" failed: it refused"), "{}", String::from_utf8_lossy(&log));
        assert_eq!(holds(&log, "API \"bearer\" says: GET /"), told);
        assert!(told || !holds(&log, "refuse/bearer"));
    }
}
