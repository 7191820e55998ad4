//! What happens when a user says nothing: the timer rings in the process itself.

use futures_util::future::join_all;

use super::{
    backend::Backend,
    process::until,
    served::{Served, write_bot},
};
use crate::support::{
    command::Folder,
    database::{drop_database, fresh_postgres, fresh_sqlite},
    patience::attempts,
};

const BOT: &str = "\
bot: shop
start: welcome
session: {timeout: 3s, on_timeout: {run: goodbye}}
attributes: {name: {type: string}, size: {type: string, keep: session, default: none}}
";
const WELCOME: &str = "\
sequence: welcome
blocks:
  - text: \"Name {{name}}, size {{size}}.\"
  - ask: {text: \"Your name?\", into: name}
  - set: {size: large}
  - ask: {text: \"And now?\"}
";
const GOODBYE: &str = "sequence: goodbye\nblocks:\n  - text: \"Goodbye {{name}}, {{size}}.\"\n";

async fn rings(database: &str) {
    let folder = Folder::empty();
    let files = [("bot.yaml", BOT), ("sequences/welcome.yaml", WELCOME), ("sequences/goodbye.yaml", GOODBYE)];
    write_bot(folder.root(), "shop", &files);
    let served = Served::start(folder.root(), database);
    let user = &attempts("a name is told in time", async |number| {
        let user = format!("ann{number}");
        assert_eq!(served.say("shop", &user, "hi").await, ["Name , size none.", "Your name?"]);
        (served.say("shop", &user, "Ann").await == ["And now?"]).then_some(user)
    })
    .await;
    let said = served.until_said("shop", user, "bot: Goodbye Ann, large.").await;
    assert_eq!(said.len(), 6, "{said:?}");
    until("the session is over", async || served.bot("shop").await["sessions"].as_object().unwrap().is_empty().then_some(())).await;
    assert_eq!(
        served.say("shop", user, "hi").await,
        ["Name Ann, size none.", "Your name?"],
        "a new session; what is kept for one is reset"
    );
    drop(served);
    // the time is over while nobody runs
    let served = Served::start(folder.root(), database);
    let said = served.until_said("shop", user, "bot: Goodbye Ann, none.").await;
    assert_eq!(said.iter().filter(|line| line.contains("Goodbye")).count(), 2, "each time-out once: {said:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_is_over_says_goodbye_by_itself() {
    rings(&fresh_sqlite().url).await;
    let database = fresh_postgres().await;
    rings(&database.url).await;
    drop_database(&database.url).await;
}

/// A goodbye that calls somebody slow does not keep the others waiting.
#[tokio::test(flavor = "multi_thread")]
async fn timers_do_not_wait_for_each_other() {
    let (folder, database, backend) = (Folder::empty(), fresh_sqlite(), Backend::start());
    let api = format!("api: stock\nmethod: POST\nurl: {}/stock\noutput: text\nsample: {{data: done, success: true}}\n", backend.url);
    let bot = |bot: &str| format!("bot: {bot}\nstart: welcome\nsession: {{timeout: 1s, on_timeout: {{run: goodbye}}}}\n");
    let welcome = ("sequences/welcome.yaml", "sequence: welcome\nblocks:\n  - text: \"Hello!\"\n");
    let slow = ("sequences/goodbye.yaml", "sequence: goodbye\nblocks:\n  - text: \"Slow <<stock>>.\"\n");
    let quick = ("sequences/goodbye.yaml", "sequence: goodbye\nblocks:\n  - text: \"Quick.\"\n");
    write_bot(folder.root(), "slow", &[("bot.yaml", &bot("slow")), welcome, slow, ("apis/stock.yaml", &api)]);
    write_bot(folder.root(), "quick", &[("bot.yaml", &bot("quick")), welcome, quick]);
    let served = Served::start(folder.root(), &database.url);
    // it may be out for five seconds
    let user = attempts("the quick one rings while the slow one is out", async |number| {
        let user = format!("u{number}");
        backend.hold();
        served.say("slow", &user, "hi").await;
        until("the slow one is called", async || (backend.called("/stock").len() > number).then_some(())).await;
        served.say("quick", &user, "hi").await;
        served.until_said("quick", &user, "bot: Quick.").await;
        let is_out = served.transcript("slow", &user).await.len() == 2;
        backend.release();
        is_out.then_some(user)
    });
    served.until_said("slow", &user.await, "bot: Slow done.").await;
}

/// More of them than are begun at once, and longer overdue.
#[tokio::test(flavor = "multi_thread")]
async fn sessions_of_a_bot_that_is_gone_keep_nobody_waiting() {
    let (folder, database) = (Folder::empty(), fresh_sqlite());
    for bot in ["gone", "shop"] {
        let head = format!("bot: {bot}\nstart: welcome\nsession: {{timeout: 1s, on_timeout: {{text: \"Goodbye.\"}}}}\n");
        write_bot(
            folder.root(),
            bot,
            &[("bot.yaml", &head), ("sequences/welcome.yaml", "sequence: welcome\nblocks:\n  - text: \"Hello!\"\n")],
        );
    }
    let mut served = Served::start(folder.root(), &database.url);
    let many: Vec<String> = (0..150).map(|n| format!("u{n}")).collect();
    join_all(many.iter().map(|user| served.say("gone", user, "hi"))).await;
    served.process.kill();
    std::fs::remove_dir_all(folder.path("bots/gone")).unwrap();
    let served = Served::start(folder.root(), &database.url);
    served.say("shop", "ann", "hi").await;
    served.until_said("shop", "ann", "bot: Goodbye.").await;
}
