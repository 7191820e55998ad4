//! The clock of the real binary jumps, an hour and a day, both ways.

use serde_json::json;

use super::{scene::Scene, shim::Shim};
use crate::{
    lives::{
        backend::Backend,
        process::until,
        served::{Served, write_bot},
    },
    support::{
        app::got,
        command::Folder,
        database::{drop_database, fresh_postgres, fresh_sqlite},
        patience::attempts,
    },
};

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

/// Runs a test on SQLite, then on PostgreSQL.
async fn on_both(test: impl AsyncFn(&str)) {
    test(&fresh_sqlite().url).await;
    let database = fresh_postgres().await;
    test(&database.url).await;
    drop_database(&database.url).await;
}

fn serve(folder: &Folder, database: &str, shim: &Shim) -> Served {
    let variables = shim.variables();
    let variables = variables.each_ref().map(|(name, value)| (*name, value.as_str()));
    Served::start_in(folder.root(), database, &[], &variables)
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_notices_a_jump() {
    on_both(async |database| {
        let shim = Shim::build();
        let variables = shim.variables();
        let scene = Scene::open_with(database, &variables.each_ref().map(|(name, value)| (*name, value.as_str())));
        for seconds in [HOUR, 0, DAY, 0, -HOUR, 0, -DAY, 0] {
            scene.crowd.goes_on(12).await;
            shim.set_clock(seconds);
        }
        scene.crowd.goes_on(12).await;
        let refused = scene.crowd.refused();
        let (verdict, log) = scene.close().await;
        assert_eq!((refused, verdict.interrupted), (0, 0), "{log}");
    })
    .await;
}

/// A shop that buys, and two whose sessions end after a short time.
fn write_bots(folder: &Folder, backend: &Backend) {
    let buy = format!("api: buy\nmethod: POST\nurl: {}/buy\noutput: text\nsample: {{data: done, success: true}}\n", backend.url);
    let shop = "bot: shop\nstart: buy\n";
    write_bot(
        folder.root(),
        "shop",
        &[
            ("bot.yaml", shop),
            ("sequences/buy.yaml", "sequence: buy\nblocks:\n  - text: \"Bought: <<buy>>\"\n    on_error: {text: \"{{error.kind}}\"}\n"),
            ("apis/buy.yaml", &buy),
        ],
    );
    for (bot, timeout) in [("short", "2s"), ("brief", "1s")] {
        let head = format!("bot: {bot}\nstart: hello\nsession: {{timeout: {timeout}, on_timeout: {{text: \"Goodbye.\"}}}}\n");
        write_bot(folder.root(), bot, &[("bot.yaml", &head), ("sequences/hello.yaml", "sequence: hello\nblocks:\n  - text: \"Hello!\"\n")]);
    }
}

/// How many jumps a log tells of.
fn jumps_in(log: &str) -> usize {
    log.matches("the clock was set by").count()
}

fn until_jumps(served: &Served, number: usize) {
    served.log.until(0, "it tells of jumps", |log| (jumps_in(log) >= number).then_some(()));
}

/// It told of so many jumps, and of no error.
fn jumps(mut served: Served, number: usize) {
    until_jumps(&served, number);
    served.process.kill();
    let log = served.log.all();
    assert_eq!(jumps_in(&log), number, "{log}");
    assert!(!log.contains("ERROR"), "{log}");
}

/// A session lasts as long as it was to last, from the jump on; it ends once.
#[tokio::test(flavor = "multi_thread")]
async fn timers_ring_after_a_clock_was_set_back() {
    on_both(async |database| {
        let (folder, backend, shim) = (Folder::empty(), Backend::start(), Shim::build());
        write_bots(&folder, &backend);
        let served = serve(&folder, database, &shim);
        let times = [("ann", -HOUR), ("bob", -DAY - HOUR), ("cat", -DAY), ("dan", 0), ("eve", DAY)];
        for (number, (user, seconds)) in times.into_iter().enumerate() {
            assert_eq!(served.say("short", user, "hi").await, ["Hello!"]);
            shim.set_clock(seconds);
            until_jumps(&served, number + 1);
            let said = served.until_said("short", user, "bot: Goodbye.").await;
            assert_eq!(said, ["user: hi", "bot: Hello!", "bot: Goodbye."]);
        }
        for user in ["ann", "bob", "cat", "dan", "eve"] {
            assert_eq!(served.transcript("short", user).await.len(), 3, "the session of {user} ends once");
        }
        jumps(served, 5);
    })
    .await;
}

/// A clock that creeps forward, each step too small to be noticed, and then jumps back to a time that the database has seen.
#[tokio::test(flavor = "multi_thread")]
async fn timers_ring_after_a_clock_was_set_back_to_what_is_later_than_what_was_kept() {
    on_both(async |database| {
        let (folder, backend, shim) = (Folder::empty(), Backend::start(), Shim::build());
        write_bots(&folder, &backend);
        let served = serve(&folder, database, &shim);
        for (user, seconds) in [("ann", 50), ("bob", 100)] {
            shim.set_clock(seconds);
            // a timer of two seconds, by the same clock: it has been looked at meanwhile
            served.say("short", user, "hi").await;
            served.until_said("short", user, "bot: Goodbye.").await;
        }
        assert_eq!(served.say("short", "cat", "hi").await, ["Hello!"]);
        shim.set_clock(25);
        served.until_said("short", "cat", "bot: Goodbye.").await;
        jumps(served, 1);
    })
    .await;
}

/// The lease of a call that is out is over by the new clock; the process that waits for it knows better.
#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_is_out_is_not_given_up_by_who_made_it() {
    on_both(async |database| {
        let (folder, backend, shim) = (Folder::empty(), Backend::start(), Shim::build());
        write_bots(&folder, &backend);
        let served = serve(&folder, database, &shim);
        for seconds in [DAY, -DAY] {
            let out_over_a_jump = async |number| {
                let user = &format!("ann{seconds}-{number}");
                backend.hold();
                let before = backend.called("/buy").len();
                let bought = tokio::spawn(got(served.message("shop", &json!({"user": user, "text": "hi"}))));
                until("the call is out", async || (backend.called("/buy").len() > before).then_some(())).await;
                shim.set_clock(seconds);
                // a timer of one second, by the same clock as recovery: it has looked meanwhile
                served.say("brief", user, "hi").await;
                served.until_said("brief", user, "bot: Goodbye.").await;
                backend.release();
                let bought = bought.await.unwrap().json()["messages"][0]["text"].clone();
                assert!(bought == "Bought: done" || bought == "timeout", "{user}: {bought}");
                assert_eq!(backend.called("/buy").len(), before + 1);
                shim.set_clock(0);
                (bought != "timeout").then_some(()) // of its own: it may be out for five seconds
            };
            attempts("a call that was out over a jump is answered", out_over_a_jump).await;
        }
    })
    .await;
}

/// A process with a wrong clock dies; the next one, with the right clock, finds timers and leases of tomorrow.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_wrong_clock_has_written_does_not_wait_until_then() {
    on_both(async |database| {
        let (folder, backend, shim) = (Folder::empty(), Backend::start(), Shim::build());
        write_bots(&folder, &backend);
        shim.set_clock(DAY);
        let mut served = serve(&folder, database, &shim);
        served.say("short", "ann", "hi").await;
        backend.hold();
        let cut_off = tokio::spawn(served.message("shop", &json!({"user": "bob", "text": "hi"})).send());
        until("the call is out", async || (!backend.called("/buy").is_empty()).then_some(())).await;
        served.process.kill();
        assert!(cut_off.await.unwrap().is_err());
        backend.release();
        shim.set_clock(0);
        let served = serve(&folder, database, &shim);
        served.until_said("short", "ann", "bot: Goodbye.").await;
        assert_eq!(served.until_said("shop", "bob", "bot: interrupted").await, ["user: hi", "bot: interrupted"]);
        assert_eq!(backend.called("/buy").len(), 1);
    })
    .await;
}

/// Who has a token for a day has it by the clock of the gateway, and nobody for longer; a new one is always to be had.
#[tokio::test(flavor = "multi_thread")]
async fn tokens_follow_the_clock() {
    let (folder, backend, shim, database) = (Folder::empty(), Backend::start(), Shim::build(), fresh_sqlite());
    write_bots(&folder, &backend);
    let served = serve(&folder, &database.url, &shim);
    let visitor = async || got(served.post("/v1/bots/short/webchat/token").header("via", "1.1 test").json(&json!({}))).await.json();
    let says = async |visitor: &serde_json::Value| {
        let body = json!({"user": visitor["user"], "text": "hi"});
        got(served.message("short", &body).header("via", "1.1 test").bearer_auth(visitor["token"].as_str().unwrap())).await.status
    };
    let first = visitor().await;
    for (seconds, status) in [(HOUR, 200), (-DAY, 401), (DAY + HOUR, 401), (0, 200)] {
        shim.set_clock(seconds);
        assert_eq!(says(&first).await, status, "at {seconds} s");
        assert_eq!(says(&visitor().await).await, 200, "a new one at {seconds} s");
    }
}
