//! The process is killed while calls are out. Nothing that was acknowledged is lost, no turn comes twice, no POST is repeated.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use serde_json::json;

use super::{
    backend::Backend,
    process::until,
    served::{Served, write_bot},
};
use crate::support::{
    app::got,
    command::Folder,
    database::{drop_database, fresh_postgres, fresh_sqlite},
    long::took,
};

const SHOP: &str = "\
bot: shop
start: hello
on_error: {text: \"The bot has failed.\"}
session: {timeout: 1d}
triggers:
  - {keywords: [buy], goto: buy}
  - {keywords: [pay], goto: pay}
  - {keywords: [look], goto: look}
  - {keywords: [hello], text: \"I am here.\"}
";

/// A bot whose users buy (POST), pay (POST, idempotent) and look (GET).
pub(super) fn write(folder: &Folder, backend: &Backend) {
    let api = |name: &str, more: &str| {
        format!("api: {name}\nurl: {}/{name}\noutput: text\ntimeout: 5s\nsample: {{data: done, success: true}}\n{more}", backend.url)
    };
    let sequence = |name: &str| {
        format!(
            "sequence: {name}\nblocks:\n  - text: \"One moment, {name}.\"\n  - text: \"{name}: <<{name}>>\"\n    on_error: {{text: \"{name}: {{{{error.kind}}}}\"}}\n  - text: \"{name} is over.\"\n"
        )
    };
    write_bot(
        folder.root(),
        "shop",
        &[
            ("bot.yaml", SHOP),
            ("sequences/hello.yaml", "sequence: hello\nblocks:\n  - text: \"Hello!\"\n"),
            ("sequences/buy.yaml", &sequence("buy")),
            ("sequences/pay.yaml", &sequence("pay")),
            ("sequences/look.yaml", &sequence("look")),
            ("apis/buy.yaml", &api("buy", "method: POST\n")),
            ("apis/pay.yaml", &api("pay", "method: POST\nidempotent: true\n")),
            ("apis/look.yaml", &api("look", "method: GET\n")),
        ],
    );
    let short = "bot: short\nstart: hello\nsession: {timeout: 1s, on_timeout: {text: \"Goodbye.\"}}\n";
    write_bot(folder.root(), "short", &[("bot.yaml", short), ("sequences/hello.yaml", "sequence: hello\nblocks:\n  - text: \"Hello!\"\n")]);
}

const USERS: [(&str, &str); 3] = [("ann", "buy"), ("bob", "pay"), ("cat", "look")];

/// What the transcript shows in the end, with this in place of what the API was to say.
fn whole(word: &str, answer: &str) -> Vec<String> {
    [
        "user: hi",
        "bot: Hello!",
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

/// Three users with a call out and a message in the inbox; then a kill.
async fn killed_while_calling(folder: &Folder, database: &str, backend: &Backend) {
    let mut served = Served::start(folder.root(), database);
    backend.hold();
    join_all(USERS.map(|(user, word)| calls(&served, backend, user, word))).await;
    served.process.kill();
    backend.release();
}

/// A user with a call out, and a message in the inbox.
async fn calls(served: &Served, backend: &Backend, user: &str, word: &str) {
    assert_eq!(served.say("shop", user, "hi").await, ["Hello!"]);
    let asked = served.message("shop", &json!({"user": user, "text": word, "id": "m1"}));
    let cut_off = tokio::spawn(async move { asked.send().await.is_err() });
    until("the call is out", async || (!backend.called(&format!("/{word}")).is_empty()).then_some(())).await;
    served.until_said("shop", user, &format!("bot: One moment, {word}.")).await;
    let waits = served.message("shop", &json!({"user": user, "text": "hello"}));
    let cut_off_too = tokio::spawn(async move { waits.send().await.is_err() });
    served.until_said("shop", user, "user: hello").await;
    assert!(!cut_off.is_finished() && !cut_off_too.is_finished(), "both wait for their answers");
}

async fn recovers(database: &str, within: Duration) {
    let (folder, backend) = (Folder::empty(), Backend::start());
    write(&folder, &backend);
    killed_while_calling(&folder, database, &backend).await;
    let begun = Instant::now();
    let served = Served::start(folder.root(), database);
    for (user, word) in USERS {
        let answer = if word == "buy" { "interrupted" } else { "done" };
        served.until_said("shop", user, "bot: I am here.").await;
        assert_eq!(served.transcript("shop", user).await, whole(word, answer));
    }
    took("everybody is answered", begun.elapsed(), within);
    assert_eq!(backend.called("/buy").len(), 1, "a POST is made once");
    for path in ["/pay", "/look"] {
        let called = backend.called(path);
        assert_eq!(called.len(), 2, "{called:?}");
        let has_key = called[0].method == "POST";
        assert!(
            called[0].key.is_empty() != has_key && called[0].key == called[1].key && called[0].method == called[1].method,
            "{called:?}"
        );
    }
    let again = got(served.message("shop", &json!({"user": "ann", "text": "buy", "id": "m1"}))).await.json();
    assert_eq!(again["messages"][1]["text"], "buy: interrupted", "a repeat of the id gets what is stored");
    assert_eq!(served.transcript("shop", "ann").await, whole("buy", "interrupted"));
}

#[tokio::test(flavor = "multi_thread")]
async fn on_sqlite_everybody_is_answered_at_once() {
    let database = fresh_sqlite();
    recovers(&database.url, Duration::from_secs(5)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_postgresql_everybody_is_answered_when_the_lease_is_over() {
    let database = fresh_postgres().await;
    recovers(&database.url, Duration::from_secs(20)).await;
    drop_database(&database.url).await;
}

/// A process that goes on takes over from one that was killed.
#[tokio::test(flavor = "multi_thread")]
async fn another_process_takes_over() {
    let (folder, backend, database) = (Folder::empty(), Backend::start(), fresh_postgres().await);
    write(&folder, &backend);
    let others = [Served::start(folder.root(), &database.url), Served::start(folder.root(), &database.url)];
    killed_while_calling(&folder, &database.url, &backend).await;
    for (user, word) in USERS {
        let answer = if word == "buy" { "interrupted" } else { "done" };
        assert_eq!(others[0].until_said("shop", user, "bot: I am here.").await, whole(word, answer));
        assert_eq!(others[1].transcript("shop", user).await, whole(word, answer));
    }
    assert_eq!(["/buy", "/pay", "/look"].map(|path| backend.called(path).len()), [1, 2, 2], "only one of them takes over");
    drop(others);
    drop_database(&database.url).await;
}

/// The folder has changed while the process was down: what was called for is no longer part of the bot.
#[tokio::test(flavor = "multi_thread")]
async fn a_call_of_an_older_version_is_answered_in_that_version() {
    let (folder, backend, database) = (Folder::empty(), Backend::start(), fresh_sqlite());
    write(&folder, &backend);
    killed_while_calling(&folder, &database.url, &backend).await;
    let bot = "bot: shop\nstart: hello\ntriggers:\n  - {keywords: [hello], text: \"I am new.\"}\n";
    write_bot(folder.root(), "shop", &[("bot.yaml", bot)]);
    for name in ["buy", "pay", "look"] {
        std::fs::remove_file(folder.path(&format!("bots/shop/sequences/{name}.yaml"))).unwrap();
        std::fs::remove_file(folder.path(&format!("bots/shop/apis/{name}.yaml"))).unwrap();
    }
    let served = Served::start(folder.root(), &database.url);
    for (user, word) in USERS {
        let said = served.until_said("shop", user, "bot: I am new.").await;
        let answer = if word == "buy" { "interrupted" } else { "done" };
        assert_eq!(said[..7], whole(word, answer)[..7]);
    }
}

/// The answer to a repeated call takes longer than it takes to look for what a crash has left.
#[tokio::test(flavor = "multi_thread")]
async fn a_slow_call_is_repeated_once() {
    let (folder, backend, database) = (Folder::empty(), Backend::start(), fresh_sqlite());
    write(&folder, &backend);
    killed_while_calling(&folder, &database.url, &backend).await;
    backend.hold();
    let served = Served::start(folder.root(), &database.url);
    until("the call is repeated", async || (backend.called("/pay").len() > 1).then_some(())).await;
    served.say("short", "dan", "hi").await;
    served.until_said("short", "dan", "bot: Goodbye.").await; // one second, by the same clock as recovery
    let calls = ["/buy", "/pay", "/look"].map(|path| backend.called(path).len());
    backend.release();
    assert_eq!(calls, [1, 2, 2]);
    assert_eq!(served.until_said("shop", "bob", "bot: I am here.").await, whole("pay", "done"));
}

/// Many more than are begun at once.
#[tokio::test(flavor = "multi_thread")]
async fn everybody_is_answered_soon() {
    let (folder, backend, database) = (Folder::empty(), Backend::start(), fresh_sqlite());
    write(&folder, &backend);
    let mut served = Served::start(folder.root(), &database.url);
    backend.hold();
    let users: Vec<String> = (0..500).map(|n| format!("u{n}")).collect();
    let asked: Vec<_> = users
        .iter()
        .map(|user| {
            let message = served.message("shop", &json!({"user": user, "text": "buy"}));
            // who finds no place on a busy machine asks again
            tokio::spawn(async move { while message.try_clone().unwrap().send().await.is_ok_and(|answer| answer.status() == 503) {} })
        })
        .collect();
    until("all calls are out", async || (backend.called("/buy").len() == users.len()).then_some(())).await;
    served.process.kill();
    backend.release();
    drop(asked);
    let served = Served::start(folder.root(), &database.url);
    let started = Instant::now();
    join_all(users.iter().map(|user| served.until_said("shop", user, "bot: buy is over."))).await;
    took("everybody is answered", started.elapsed(), Duration::from_secs(3));
    assert_eq!(backend.called("/buy").len(), users.len(), "a POST is made once");
}
