//! The gateway of today on what one of an earlier version left when it was killed: open sessions, calls under way, messages that wait.
//! `tests/upgrade/dump` has made the dumps.

use std::{fs, path::Path};

use flowgate::time::Timestamp;
use regex::{Captures, Regex};

use super::{backend::Backend, process::until, served::Served};
use crate::support::{
    beside::{ATTRIBUTES, CONVERSATIONS},
    database::{change, drop_database, fresh_postgres, fresh_sqlite, lines},
};

/// Leases of calls are over by then, sessions are not.
const AGO_MS: i64 = 60_000;
/// What lies further from the moment of a dump is none of its moments.
const NEAR_MS: i64 = 40 * 86_400_000;

/// Users, what they called, what comes of it, and how often the backend is asked by the new gateway.
const CALLS: [(&str, &str, &str, usize); 3] = [("ann", "buy", "interrupted", 0), ("bob", "pay", "done", 1), ("cat", "look", "done", 1)];

/// All that was said, and how much of it counts.
const COUNTED: &str = "SELECT CAST(count(*) AS TEXT) AS line FROM messages WHERE kind <> 'start' AND created_at >= ";
const USED: &str = "SELECT CAST(CAST(sum(messages) AS BIGINT) AS TEXT) AS line FROM usage";
const USERS: &str = "SELECT CAST(CAST(sum(users) AS BIGINT) AS TEXT) AS line FROM usage";

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/upgrade"))
}

/// A dump, with its moments moved as if it had been made just now.
fn dump(name: &str) -> String {
    let dump = fs::read_to_string(folder().join(name)).unwrap();
    let (made, dump) = dump.split_once('\n').unwrap();
    let made: i64 = made.strip_prefix("-- ").unwrap().parse().unwrap();
    let later = Timestamp::now().0 - AGO_MS - made;
    let moved = |found: &Captures<'_>| {
        let at: i64 = found[0].parse().unwrap();
        if (at - made).abs() < NEAR_MS { (at + later).to_string() } else { found[0].to_owned() }
    };
    Regex::new(r"\b\d{13}\b").unwrap().replace_all(dump, moved).into_owned()
}

fn said(word: &str, answer: &str) -> Vec<String> {
    [
        &format!("user: {word}"),
        &format!("bot: One moment, {word}."),
        "user: hello",
        &format!("bot: {word}: {answer}"),
        &format!("bot: {word} is over."),
        "bot: I am here.",
    ]
    .map(str::to_owned)
    .to_vec()
}

async fn is_taken_over(url: &str) {
    let backend = Backend::start();
    let served = Served::start_in(folder(), url, &[], &[("SHOP_URL", &backend.url)]);
    for (user, word, answer, calls) in CALLS {
        assert_eq!(served.until_said("shop", user, "bot: I am here.").await, said(word, answer));
        assert_eq!(backend.called(&format!("/{word}")).len(), calls, "{word}");
    }
    assert_eq!(served.say("shop", "dan", "Pizza").await, ["Rome: Pizza"]);
    let of_before = "SELECT CAST(count(*) AS TEXT) AS line FROM conversations WHERE indexed = 0 OR indexed_to <> version";
    until("all are indexed", async || (lines(url, of_before).await == ["0"]).then_some(())).await;
    assert_eq!(lines(url, ATTRIBUTES).await, ["dan city=Rome"]);
    let rows = lines(url, CONVERSATIONS).await;
    assert!(rows.len() == 4 && rows.iter().all(|row| !row.contains(" day -1 ") && !row.contains(" input -1 ")), "{rows:?}");
    let month = Timestamp::of_day(Timestamp::now().month());
    assert_eq!(lines(url, USED).await, lines(url, &format!("{COUNTED}{}", month.0)).await);
    assert_eq!(lines(url, USERS).await, ["4"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_earlier_version_left_in_a_file_is_taken_over() {
    let sqlite = fresh_sqlite();
    fs::create_dir_all(Path::new(sqlite.url.strip_prefix("sqlite://").unwrap()).parent().unwrap()).unwrap();
    change(&sqlite.url, &dump("2026-11-22-000003.sqlite.sql")).await;
    is_taken_over(&sqlite.url).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_earlier_version_left_on_a_server_is_taken_over() {
    let postgres = fresh_postgres().await;
    change(&postgres.url, &dump("2026-11-22-000003.postgres.sql")).await;
    is_taken_over(&postgres.url).await;
    drop_database(&postgres.url).await;
}
