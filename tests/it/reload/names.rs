//! Names of files and folders that nobody should have, and those that are almost right.

use std::{ffi::OsStr, os::unix::ffi::OsStrExt};

use super::*;

#[tokio::test]
async fn names_are_shown_escaped_and_stay_apart() {
    let bots = Bots::open(Watch::Off, |dir| {
        write_bot(dir, "shop", "one");
        for name in [&b"a\nb.yaml"[..], b"a\x1b[31m.yaml", b"a\xff.yaml", b"a\xfe.yaml"] {
            fs::write(dir.join("shop/sequences").join(OsStr::from_bytes(name)), "version: 1\n").unwrap();
        }
        fs::create_dir(dir.join("odd\nname")).unwrap();
        fs::write(dir.join("odd\nname/bot.yaml"), "version: 1\nbot: odd\nstart: welcome\n").unwrap();
    })
    .await;
    let snapshot = bots.catalog.snapshot();
    let files: BTreeSet<&str> = snapshot.bots["shop"].diagnostics.iter().filter_map(|d| d.place.file.split("sequences/").nth(1)).collect();
    assert_eq!(files, BTreeSet::from(["a\\nb.yaml", "a\\u{1b}[31m.yaml", "a\\xfe.yaml", "a\\xff.yaml"]));
    assert_eq!(snapshot.bots.keys().map(|key| key.as_str()).collect::<Vec<_>>(), ["odd\\nname", "shop"]);
    assert!(snapshot.bots["odd\\nname"].diagnostics.iter().any(|d| d.code == "folder-mismatch"));
}

#[tokio::test]
async fn a_file_that_is_almost_one_of_a_bot_is_told_with_its_right_name() {
    let bots = Bots::open(Watch::Off, |dir| {
        write_bot(dir, "shop", "one");
        fs::create_dir(dir.join("shop/Sequences")).unwrap();
        for file in ["sequences/Order.YAML", "sequences/a.yMl", "Sequences/more.yaml", "Bot.YML"] {
            fs::write(dir.join("shop").join(file), "version: 1\n").unwrap();
        }
        for (key, file) in [("clinic", "bot.YAML"), ("desk", "Bot.yml")] {
            fs::create_dir(dir.join(key)).unwrap();
            fs::write(dir.join(key).join(file), "version: 1\n").unwrap();
        }
    })
    .await;
    let snapshot = bots.catalog.snapshot();
    assert_eq!(state(&snapshot, "shop"), Some(State::Live));
    let told = |key: &str| -> BTreeSet<(String, String)> {
        let stray = snapshot.bots[key].diagnostics.iter().filter(|d| d.code == "stray-file");
        let name = |d: &Diagnostic| d.help.as_ref().unwrap().split(':').next().unwrap().replace("call it ", "");
        stray.map(|d| (d.place.file.split(&format!("/{key}/")).nth(1).unwrap().to_owned(), name(d))).collect()
    };
    let pairs = |pairs: &[(&str, &str)]| pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect::<BTreeSet<_>>();
    let expected = pairs(&[
        ("sequences/Order.YAML", "sequences/Order.yaml"),
        ("sequences/a.yMl", "sequences/a.yaml"),
        ("Sequences/more.yaml", "sequences/more.yaml"),
        ("Bot.YML", "bot.yaml"),
    ]);
    assert_eq!(told("shop"), expected);
    assert_eq!((told("clinic"), told("desk")), (pairs(&[("bot.YAML", "bot.yaml")]), pairs(&[("Bot.yml", "bot.yaml")])));
    assert!(["clinic", "desk"].iter().all(|key| snapshot.bots[*key].diagnostics.iter().any(|d| d.code == "no-bot-file")));
}
