//! A process dies while a timer rings: what the bot says then, it says once.

use std::os::unix::process::ExitStatusExt;

use flowgate::crash::Point;

use crate::{
    served::{Served, write_bot},
    support::{
        command::Folder,
        database::{drop_database, fresh_postgres, fresh_sqlite},
    },
};

const BOT: &str = "bot: short\nstart: hello\nsession: {timeout: 3s, on_timeout: {text: \"Goodbye.\"}}\n";
const HELLO: &str = "sequence: hello\nblocks:\n  - text: \"Hello!\"\n";

/// The turn of the message is the first one that comes to each of these points, that of the timer the second.
const POINTS: [Point; 4] = [Point::Advanced, Point::Writing, Point::Written, Point::Committed];

async fn rings_once(database: &str) {
    let folder = Folder::empty();
    write_bot(folder.root(), "short", &[("bot.yaml", BOT), ("sequences/hello.yaml", HELLO)]);
    for point in POINTS {
        let user = point.name();
        let mut dying = Served::start_in(folder.root(), database, &[], &[("FLOWGATE_CRASH", &format!("{user}:2"))]);
        assert_eq!(dying.say("short", user, "hi").await, ["Hello!"]);
        assert_eq!(dying.process.ended().await.signal(), Some(6), "it aborts itself");
        let served = Served::start(folder.root(), database);
        served.until_said("short", user, "bot: Goodbye.").await;
        assert_eq!(served.say("short", user, "hi").await, ["Hello!"], "that is a new session");
        let said = served.whole_transcript("short", user, 6).await;
        let expected = ["user: hi", "bot: Hello!", "bot: Goodbye.", "user: hi", "bot: Hello!", "bot: Goodbye."];
        assert_eq!(said, expected, "{user}: no timer is left for the next one");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn on_sqlite() {
    rings_once(&fresh_sqlite().url).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_postgresql() {
    let database = fresh_postgres().await;
    rings_once(&database.url).await;
    drop_database(&database.url).await;
}
