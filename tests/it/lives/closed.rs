//! Folders that the gateway may not enter, and none at all.

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path};

use serde_json::{Value, json};

use super::{
    process::{Lines, Running},
    served::{Served, write_bot},
};
use crate::support::{
    app::{Got, got},
    command::{Folder, Ran},
};

const WELCOME: &str = "sequence: welcome\nblocks:\n  - text: \"Hello!\"\n";

fn mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// Two bots, in a folder that others may read, with a place for the database that others may write.
fn two_bots() -> Folder {
    let folder = Folder::empty();
    for bot in ["desk", "shop"] {
        let own = format!("bot: {bot}\nstart: welcome\n");
        write_bot(folder.root(), bot, &[("bot.yaml", &own), ("sequences/welcome.yaml", WELCOME)]);
    }
    fs::create_dir(folder.path("data")).unwrap();
    [("", 0o755), ("data", 0o777), ("bots", 0o755)].iter().for_each(|(path, bits)| mode(&folder.path(path), *bits));
    folder
}

async fn reload(served: &Served) -> Got {
    got(served.post("/-/reload?wait=true")).await
}

fn refused(report: &Got) -> Vec<String> {
    let one = |refused: &Value| {
        let found = &refused["diagnostics"][0];
        assert!(refused["live"].is_string() && found["code"] == "unreadable-file", "{refused}");
        format!("{}: {}", refused["bot"].as_str().unwrap(), found["message"].as_str().unwrap())
    };
    report.json()["refused"].as_array().unwrap().iter().map(one).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_not_be_entered_stays_live_and_what_is_gone_stops() {
    let folder = two_bots();
    let database = format!("sqlite://{}", folder.path("data/flowgate.db").display());
    let arguments = ["serve", "--listen", "127.0.0.1:0", "--watch", "off", "--database", &database];
    let process = Running::start_as_nobody(folder.root(), &arguments, &[("NO_COLOR", "1")]);
    let served = Served::of(process).unwrap_or_else(|(_, log)| panic!("it never listens: {}", log.so_far()));
    let (bots, shop) = (folder.path("bots"), folder.path("bots/shop"));
    const DENIED: &str = "the folder cannot be read: permission is denied";

    for bits in [0o444, 0o000] {
        mode(&bots, bits);
        let report = reload(&served).await;
        assert_eq!((report.status, &report.json()["removed"]), (422, &json!([])), "{report:?}");
        if bits == 0o444 {
            assert_eq!(refused(&report), [format!("desk: {DENIED}"), format!("shop: {DENIED}")]);
        } else {
            let problems = report.json()["problems"].to_string();
            assert!(problems.contains("cannot be read, all bots stay as they are: permission is denied"), "{problems}");
        }
        for bot in ["desk", "shop"] {
            assert_eq!(served.say(bot, &format!("user {bits}"), "hi").await, ["Hello!"]);
        }
    }
    mode(&bots, 0o755);
    let report = reload(&served).await;
    assert_eq!((report.status, &report.json()["unchanged"]), (200, &json!(["desk", "shop"])), "{report:?}");

    mode(&shop, 0o000);
    let report = reload(&served).await;
    assert_eq!((report.status, refused(&report)), (422, vec![format!("shop: {DENIED}")]));
    assert_eq!(served.say("shop", "ann", "hi").await, ["Hello!"]);
    mode(&shop, 0o755);
    fs::remove_dir_all(&shop).unwrap();
    assert_eq!(reload(&served).await.json()["removed"], json!(["shop"]));

    let log = served.log.so_far();
    for line in [
        format!("bot \"shop\" is refused, its last good version stays live: bots/shop:1:1: {DENIED}"),
        "the bots folder bots cannot be read, all bots stay as they are: permission is denied".to_owned(),
    ] {
        assert!(log.contains(&line), "{line}\n{log}");
    }
}

#[test]
fn check_calls_what_it_may_not_enter_an_error() {
    let folder = two_bots();
    let ran = |path: &str| {
        let mut process = Running::start_as_nobody(folder.root(), &["check", path], &[("NO_COLOR", "1")]);
        let (out, err) = (Lines::of(process.0.stdout.take().unwrap()), Lines::of(process.0.stderr.take().unwrap()));
        Ran::new(process.0.wait().unwrap().code().unwrap(), &out.all(), &err.all())
    };
    mode(&folder.path("bots/desk"), 0o000);
    let told = "error[unreadable-file]: the folder cannot be read: permission is denied\n--> bots/desk:1:1\n\n1 error in 1 file\n";
    assert_eq!(ran("bots"), Ran::new(1, told, ""));
    assert_eq!(ran("bots/desk"), Ran::new(2, "", "error: bots/desk cannot be read: permission is denied\n"));
    for bits in [0o444, 0o000] {
        mode(&folder.path("bots"), bits);
        assert_eq!(ran("bots"), Ran::new(2, "", "error: bots cannot be read: permission is denied\n"));
    }
    mode(&folder.path("bots"), 0o755);
    mode(&folder.path("bots/desk"), 0o755);
    mode(&folder.path("bots/desk/sequences/welcome.yaml"), 0o000);
    let file = "error[unreadable-file]: the file cannot be read: permission is denied\n--> bots/desk/sequences/welcome.yaml:1:1\n";
    assert!(matches!(ran("bots"), Ran { code: 1, out, .. } if out.contains(file)));
}

#[test]
fn serve_without_a_bots_folder_ends_at_once_and_says_so() {
    let folder = Folder::empty();
    let help = "help: name the folder with the bots with --bots\n";
    let ran = folder.run(&["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(ran, Ran::new(2, "", &format!("error: there is no bots folder bots\n{help}")));
    assert!(!folder.path("data").exists(), "nothing was begun");
    folder.write("bots", "no folder");
    let ran = folder.run(&["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(ran, Ran::new(2, "", &format!("error: the bots folder bots cannot be read: Not a directory (os error 20)\n{help}")));
    let ran = folder.run(&["chat", "shop", "--bots", "else\nwhere"]);
    assert_eq!(ran, Ran::new(2, "", &format!("error: there is no bots folder else\\nwhere\n{help}")));
}
