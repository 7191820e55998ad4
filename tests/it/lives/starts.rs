//! What a start says when something is in its way, and what is not in its way.

use std::{fs, net::TcpListener, path::Path};

use super::served::{Served, write_bot};
use crate::support::{
    command::{Folder, Ran},
    database::fresh_sqlite,
    port,
};

const HELLO: &str = "sequence: hello\nblocks:\n  - text: \"Hello!\"\n";

fn with_echo() -> Folder {
    let folder = Folder::empty();
    write_bot(folder.root(), "echo", &[("bot.yaml", "bot: echo\nstart: hello\n"), ("sequences/hello.yaml", HELLO)]);
    folder
}

fn refused(folder: &Folder, arguments: &[&str]) -> String {
    let ran = folder.run(&[&["serve", "--listen", "127.0.0.1:0"], arguments].concat());
    assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{ran:?}");
    ran.err
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_server_on_the_same_file_is_refused() {
    let (folder, database) = (with_echo(), fresh_sqlite());
    let first = Served::start(folder.root(), &database.url);
    let path = database.url.strip_prefix("sqlite://").unwrap();
    let expected =
        format!("error: another `flowgate serve` uses {path}; stop it, or give this one a database of its own with --database\n");
    assert_eq!(refused(&folder, &["--database", &database.url]), expected);
    assert_eq!(first.say("echo", "ann", "hi").await, ["Hello!"], "the first one has not noticed");
    drop(first);
    let second = Served::start(folder.root(), &database.url);
    assert_eq!(second.transcript("echo", "ann").await, ["user: hi", "bot: Hello!"], "a lock does not outlive its process");
}

#[test]
fn an_occupied_port_is_named() {
    let (folder, taken) = (with_echo(), TcpListener::bind("127.0.0.1:0").unwrap());
    let address = taken.local_addr().unwrap().to_string();
    let ran = folder.run(&["serve", "--listen", &address]);
    let expected = format!(
        "error: cannot listen on {address}: the address is in use\nhelp: choose another with --listen, or stop what listens there\n"
    );
    assert_eq!(ran, Ran::new(2, "", &expected));
    assert!(!folder.path("data").exists(), "no database is made for nothing");
}

#[test]
fn the_operator_is_heard_on_this_machine_alone() {
    let folder = with_echo();
    for address in ["0.0.0.0:8081", "[::]:8081", "10.0.0.7:8081", "8081"] {
        let told = refused(&folder, &["--operator-listen", address]);
        let expected = format!("error: invalid value '{address}' for '--operator-listen <ADDR>': write an address of this machine alone");
        assert!(told.starts_with(&expected), "{told}");
        let variable = [("FLOWGATE_OPERATOR_LISTEN", address)];
        assert_eq!(folder.run_with(&variable, &["serve", "--listen", "127.0.0.1:0"]).code, 2);
    }
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let expected = format!(
        "error: cannot listen on {address}: the address is in use\nhelp: choose another with --operator-listen, or stop what listens there\n"
    );
    assert_eq!(refused(&folder, &["--operator-listen", &address]), expected);
    assert!(!folder.path("data").exists(), "no database is made for nothing");
}

#[test]
fn a_database_that_cannot_be_used_is_named_without_its_password() {
    let folder = with_echo();
    fs::write(folder.path("file"), "not a database, but long enough to be looked at as one").unwrap();
    let port = port::free();
    let unreachable = format!("postgres://bots:sesame@127.0.0.1:{port}/bots");
    let mistakes = [
        ("mysql://bots:sesame@db/bots", "sqlite://"),
        ("nonsense", "sqlite://"),
        ("postgres://bots:sesame@", "error: "),
        (&unreachable, "127.0.0.1"),
        ("sqlite://file", "file"),
        ("sqlite://file/below/flowgate.db", "file"),
    ];
    for (url, says) in mistakes {
        let told = refused(&folder, &["--database", url]);
        assert!(told.starts_with("error: ") && told.contains(says) && !told.contains("sesame"), "{url}: {told}");
        assert!(told.lines().count() <= 3, "{told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_bots_keep_nobody_from_starting() {
    let (folder, database) = (with_echo(), fresh_sqlite());
    write_bot(folder.root(), "broken", &[("bot.yaml", "bot: broken\nstart: nowhere\n")]);
    write_bot(
        folder.root(),
        "secret",
        &[
            ("bot.yaml", "bot: secret\nstart: hello\n"),
            ("sequences/hello.yaml", "sequence: hello\nblocks:\n  - text: \"<<ask>>\"\n"),
            ("apis/ask.yaml", "api: ask\nmethod: GET\nurl: \"${env:NOT_THERE}/ask\"\noutput: text\nsample: {data: fine, success: true}\n"),
        ],
    );
    let served = Served::start(folder.root(), &database.url);
    assert_eq!(served.get("/-/ready").await.status, 200);
    assert_eq!(served.say("echo", "ann", "hi").await, ["Hello!"]);
    for (bot, code) in [("broken", "unknown-sequence"), ("secret", "missing-secret")] {
        let state = served.bot(bot).await;
        assert_eq!((&state["state"], &state["diagnostics"][0]["code"]), (&"quarantined".into(), &code.into()), "{state}");
    }
    assert!(served.bot("secret").await["diagnostics"][0]["message"].as_str().unwrap().contains("NOT_THERE"));
}

/// No secret, no network: every API answers with its sample.
#[tokio::test(flavor = "multi_thread")]
async fn the_sample_bots_run_offline() {
    let (folder, database) = (Folder::empty(), fresh_sqlite());
    let bots = Path::new(env!("CARGO_MANIFEST_DIR")).join("bots");
    let served = Served::start_with(folder.root(), &database.url, &["--offline", "--bots", bots.to_str().unwrap()]);
    let all = served.get("/v1/bots").await.json();
    for bot in all["bots"].as_array().unwrap() {
        assert_eq!((&bot["state"], &bot["diagnostics"]), (&"live".into(), &serde_json::json!([])), "{bot}");
        assert!(!served.say(bot["bot"].as_str().unwrap(), "ann", "hi").await.is_empty());
    }
    let status = served.say("shop", "bob", "order 42").await.join("\n");
    assert!(status.contains("on its way, 10 minutes to go"), "{status}");
}
