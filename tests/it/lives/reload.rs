//! Files change while users talk, and while the process is down. Nobody's conversation is hurt.

use std::{fs, os::unix::fs::symlink, path::Path};

use crate::support::{
    app::got,
    command::Folder,
    database::{drop_database, fresh_postgres, fresh_sqlite},
};

use super::served::{Served, write_bot};

const BOT: &str = "\
bot: shop
start: welcome
fallback: lost
attributes: {name: {type: string}, size: {type: string}}
triggers:
  - {keywords: [hours], text: \"Nine to five.\", interrupt: true}
";
const LOST: &str = "sequence: lost\nblocks:\n  - text: \"Pardon?\"\n";
const NAMED: &str = "sequence: named\nblocks:\n  - text: \"Named in version one.\"\n";

/// A bot that asks for a name, then for a size; both with what is given between the braces.
fn welcome(name: &str, size: &str, end: &str) -> String {
    format!("sequence: welcome\nblocks:\n  - {name}\n  - {size}\n  - text: \"{{{{name}}}}, {{{{size}}}}: {end}\"\n  - goto: named\n")
}

const NAME: &str = "ask: {text: \"Your name?\", into: name}";
const NAME_WITH_ID: &str = "id: name\n    ask: {text: \"Your name?\", into: name}";
const SIZE: &str = "buttons: {text: \"Which size?\", items: [{title: Small}, {title: Large}], into: size}";

fn write(root: &Path, welcome: &str) {
    write_bot(
        root,
        "shop",
        &[("bot.yaml", BOT), ("sequences/lost.yaml", LOST), ("sequences/named.yaml", NAMED), ("sequences/welcome.yaml", welcome)],
    );
}

fn edit(root: &Path, welcome: &str) {
    write_bot(root, "shop", &[("sequences/welcome.yaml", welcome)]);
}

/// How a change of the folder meets a running process: it sees it, or it is down meanwhile.
#[derive(Clone, Copy, PartialEq)]
enum When {
    Running,
    Down,
}

/// The same story with a process that sees the change, and with one that is killed before and started after it.
struct Story {
    folder: Folder,
    database: String,
    when: When,
    served: Option<Served>,
}

impl Story {
    fn begin(database: &str, when: When, welcome: &str) -> Self {
        let folder = Folder::empty();
        write(folder.root(), welcome);
        let served = Some(Served::start(folder.root(), database));
        Self { folder, database: database.to_owned(), when, served }
    }

    fn served(&self) -> &Served {
        self.served.as_ref().unwrap()
    }

    async fn say(&self, user: &str, text: &str) -> Vec<String> {
        self.served().say("shop", user, text).await
    }

    async fn change(&mut self, change: impl FnOnce(&Path)) {
        match self.when {
            When::Running => {
                self.served().change("shop", || change(self.folder.root())).await;
            }
            When::Down => {
                self.served.take(); // killed
                change(self.folder.root());
                self.served = Some(Served::start(self.folder.root(), &self.database));
            }
        }
    }

    /// Another start on the same files: what a session goes on with has to be in the database.
    fn restart(&mut self) {
        self.served.take();
        self.served = Some(Served::start(self.folder.root(), &self.database));
    }
}

/// Runs a story in all its forms.
async fn in_every_form(story: impl AsyncFn(&str, When)) {
    for when in [When::Running, When::Down] {
        story(&fresh_sqlite().url, when).await;
        let database = fresh_postgres().await;
        story(&database.url, when).await;
        drop_database(&database.url).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_elsewhere_is_in_the_next_answer_of_a_running_session() {
    in_every_form(async |database, when| {
        let mut story = Story::begin(database, when, &welcome(NAME, SIZE, "one"));
        assert_eq!(story.say("ann", "hi").await, ["Your name?"]);
        story.change(|root| edit(root, &welcome(NAME, &SIZE.replace("Which size", "What size"), "two"))).await;
        assert_eq!(story.say("ann", "Ann").await, ["What size?"]);
        assert_eq!(story.say("ann", "small").await, ["Ann, Small: two", "Named in version one."]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_of_the_open_question_leaves_the_session_on_its_own_version() {
    in_every_form(async |database, when| {
        let mut story = Story::begin(database, when, &welcome(NAME, SIZE, "one"));
        assert_eq!(story.say("ann", "hi").await, ["Your name?"]);
        let old = story.served().bot("shop").await["version"].as_str().unwrap().to_owned();
        let new_name = NAME.replace("Your name", "Who are you");
        story.change(|root| edit(root, &welcome(&new_name, &SIZE.replace("Which size", "What size"), "two"))).await;
        let sessions = story.served().bot("shop").await["sessions"].clone();
        assert_eq!(sessions, serde_json::json!({ (&*old): 1 }), "{sessions}");
        assert_eq!(story.say("bob", "hi").await, ["Who are you?"]);
        story.restart();
        assert_eq!(story.say("ann", "Ann").await, ["Which size?"], "the old question's own sequel");
        story.restart();
        assert_eq!(story.say("ann", "large").await, ["Ann, Large: one", "Named in version one."]);
        assert_eq!(story.say("bob", "Bob").await, ["What size?"]);
        assert_eq!(story.say("bob", "1").await, ["Bob, Small: two", "Named in version one."]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_with_an_id_may_be_worded_anew() {
    in_every_form(async |database, when| {
        let mut story = Story::begin(database, when, &welcome(NAME_WITH_ID, SIZE, "one"));
        assert_eq!(story.say("ann", "hi").await, ["Your name?"]);
        story.change(|root| edit(root, &welcome(&NAME_WITH_ID.replace("Your name", "Who are you"), SIZE, "two"))).await;
        assert_eq!(story.say("ann", "hours").await, ["Nine to five.", "Your name?"], "the open question is asked again as it was sent");
        assert_eq!(story.say("ann", "Ann").await, ["Which size?"]);
        assert_eq!(story.say("ann", "small").await, ["Ann, Small: two", "Named in version one."]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_question_and_a_deleted_target_are_still_there_for_who_needs_them() {
    in_every_form(async |database, when| {
        let leaving = "id: size\n    buttons: {text: \"Which size?\", items: [{title: Small, goto: named}, {title: Large}], into: size}";
        let mut story = Story::begin(database, when, &welcome(NAME, leaving, "one"));
        for user in ["ann", "bob"] {
            story.say(user, "hi").await;
            assert_eq!(story.say(user, "x").await, ["Which size?"]);
        }
        story
            .change(|root| {
                edit(root, "sequence: welcome\nblocks:\n  - text: \"No questions any more.\"\n");
                fs::remove_file(root.join("bots/shop/sequences/named.yaml")).unwrap();
            })
            .await;
        assert_eq!(story.say("ann", "small").await, ["Named in version one."]);
        assert_eq!(story.say("bob", "large").await, ["x, Large: one", "Named in version one."]);
        assert_eq!(story.say("cat", "hi").await, ["No questions any more."]);
        let sessions = story.served().bot("shop").await["sessions"].as_object().unwrap().clone();
        assert_eq!(sessions.values().filter_map(serde_json::Value::as_i64).sum::<i64>(), 3, "{sessions:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_edit_is_shown_and_hurts_nobody() {
    let (folder, database) = (Folder::empty(), fresh_sqlite());
    write(folder.root(), &welcome(NAME, SIZE, "one"));
    let served = Served::start(folder.root(), &database.url);
    assert_eq!(served.say("shop", "ann", "hi").await, ["Your name?"]);
    let good = served.bot("shop").await["version"].clone();
    let broken = served.change("shop", || edit(folder.root(), &welcome(NAME, "goto: nowhere", "two"))).await;
    assert_eq!((&broken["state"], &broken["version"]), (&"quarantined".into(), &good));
    let found = &broken["diagnostics"][0];
    assert_eq!((&found["code"], &found["severity"]), (&"unknown-target".into(), &"error".into()), "{broken}");
    assert!(found["file"].as_str().unwrap().ends_with("shop/sequences/welcome.yaml") && found["line"] == 5, "{found}");
    let report = got(served.post("/-/reload?wait=true")).await;
    assert_eq!((report.status, &report.json()["refused"][0]["bot"]), (422, &"shop".into()));
    assert_eq!(served.get("/-/ready").await.status, 200, "a quarantined bot does not make it red");
    served.log.until(0, "the log says why", |text| text.contains("\"nowhere\", which does not exist").then_some(()));
    assert_eq!(served.say("shop", "ann", "Ann").await, ["Which size?"]);
    assert_eq!(served.say("shop", "bob", "hi").await, ["Your name?"], "also a new user has the last good version");
    let fixed = served.change("shop", || edit(folder.root(), &welcome(NAME, SIZE, "three"))).await;
    let errors = fixed["diagnostics"].as_array().unwrap().iter().filter(|found| found["severity"] == "error").count();
    assert_eq!((&fixed["state"], errors), (&"live".into(), 0), "{fixed}");
    assert_ne!(fixed["version"], good);
    assert_eq!(got(served.post("/-/reload?wait=true")).await.status, 200);
    assert_eq!(served.say("shop", "ann", "small").await, ["Ann, Small: three", "Named in version one."]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_to_another_checkout_is_swapped_between_two_messages() {
    let (folder, database) = (Folder::empty(), fresh_sqlite());
    for (revision, end) in [("rev1", "one"), ("rev2", "two")] {
        write(&folder.path(revision), &welcome(NAME, SIZE, end));
    }
    let point_to = |revision: &str| {
        symlink(format!("{revision}/bots"), folder.path("next")).unwrap();
        fs::rename(folder.path("next"), folder.path("bots")).unwrap();
    };
    point_to("rev1");
    let served = Served::start(folder.root(), &database.url);
    assert_eq!(served.say("shop", "ann", "hi").await, ["Your name?"]);
    served.change("shop", || point_to("rev2")).await;
    assert_eq!(served.say("shop", "ann", "Ann").await, ["Which size?"]);
    assert_eq!(served.say("shop", "ann", "small").await, ["Ann, Small: two", "Named in version one."]);
    let before = served.change("shop", || point_to("rev1")).await;
    assert_eq!(before["state"], "live");
    assert_eq!(served.say("shop", "bob", "hi").await, ["Your name?"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_watching_a_signal_reloads() {
    let (folder, database) = (Folder::empty(), fresh_sqlite());
    write(folder.root(), &welcome(NAME, SIZE, "one"));
    let served = Served::start_with(folder.root(), &database.url, &["--watch", "off"]);
    let new_name = NAME.replace("Your name", "Who are you");
    served
        .change("shop", || {
            edit(folder.root(), &welcome(&new_name, SIZE, "two"));
            served.process.signal("HUP");
        })
        .await;
    assert_eq!(served.say("shop", "ann", "hi").await, ["Who are you?"]);
}
