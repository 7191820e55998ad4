//! What cannot be entered is not gone: the last good version stays, and the reload says why.

use super::*;

/// What a bot's folder is replaced with, and why that cannot be entered. (Root may enter whatever there is; what a permission
/// does is tried with the program, in `lives::closed`.)
fn obstacles() -> Vec<(&'static str, PathBuf, &'static str)> {
    vec![
        ("a link to itself", "shop".into(), "(os error 40)"),
        ("a link through a file", "file/shop".into(), "(os error 20)"),
        ("a link to a name that cannot be", "x".repeat(300).into(), "(os error 36)"),
        ("a link to what was unmounted", "volume/shop".into(), "it is a link that leads nowhere"),
    ]
}

#[tokio::test]
async fn a_bot_that_cannot_be_entered_keeps_its_last_good_version() {
    for (what, target, reason) in obstacles() {
        let bots = Bots::open(Watch::Off, |dir| ["desk", "shop"].iter().for_each(|key| write_bot(dir, key, "one"))).await;
        let (folder, away) = (bots.path().join("shop"), bots.path().join(".shop"));
        fs::write(bots.path().join("file"), "").unwrap();
        fs::rename(&folder, &away).unwrap();
        symlink(target, &folder).unwrap();
        say(bots.path(), "desk", "two");
        let report = bots.catalog.reload().await;
        assert!(report.removed.is_empty() && !report.sound(), "{what}: {report:?}");
        let [refused] = &report.refused[..] else { panic!("{what}: {report:?}") };
        assert!(refused.live.is_some() && refused.diagnostics.len() == 1, "{what}: {report:?}");
        assert_eq!(refused.diagnostics[0].code, "unreadable-file");
        assert!(refused.diagnostics[0].message.starts_with("the folder cannot be read: "), "{what}: {report:?}");
        assert!(refused.diagnostics[0].message.ends_with(reason), "{what}: {report:?}");
        assert_eq!(says(&bots.catalog.snapshot(), "shop").as_deref(), Some("one"), "{what}");
        assert_eq!(says(&bots.catalog.snapshot(), "desk").as_deref(), Some("two"), "{what}");
        fs::remove_file(&folder).unwrap();
        fs::rename(&away, &folder).unwrap();
        let report = bots.catalog.reload().await;
        assert!(report.sound() && report.unchanged.len() == 2, "{what}: {report:?}");
        fs::remove_dir_all(&folder).unwrap();
        assert_eq!(bots.catalog.reload().await.removed, ["shop".into()], "{what}: what is really gone stops");
    }
}

#[tokio::test]
async fn a_bots_folder_that_is_none_any_more_stops_nothing() {
    let bots = Bots::open(Watch::Off, |dir| write_bot(&dir.join("bots"), "shop", "one"));
    let bots = Bots::at(Watch::Off, "bots".into(), bots.await.dir).await;
    let folder = bots.path().join("bots");
    fs::rename(&folder, bots.path().join("away")).unwrap();
    for (target, reason) in [("bots", "(os error 40)"), ("away/shop/bot.yaml", "(os error 20)"), ("nowhere", "leads nowhere")] {
        symlink(target, &folder).unwrap();
        let report = bots.catalog.reload().await;
        assert!(!report.sound() && report.removed.is_empty() && report.problems.len() == 1, "{report:?}");
        assert!(report.problems[0].ends_with(reason), "{report:?}");
        assert_eq!(report.unchanged, ["shop".into()]);
        fs::remove_file(&folder).unwrap();
    }
    fs::rename(bots.path().join("away"), &folder).unwrap();
    assert!(bots.catalog.reload().await.sound());
}

#[tokio::test]
async fn what_is_in_a_bot_and_cannot_be_entered_is_an_error_too() {
    let bots = Bots::open(Watch::Off, |dir| write_bot(dir, "shop", "one")).await;
    let (part, other) = (bots.path().join("shop/sequences/more"), bots.path().join("shop/pictures"));
    for (target, reason) in [("more", "(os error 40)"), ("nowhere", "it is a link that leads nowhere")] {
        symlink(target, &part).unwrap();
        symlink("nowhere", &other).unwrap(); // no part of a bot is looked for there
        let report = bots.catalog.reload().await;
        let found: Vec<_> = report.refused.iter().flat_map(|refused| &refused.diagnostics).collect();
        assert!(found.len() == 1 && found[0].code == "unreadable-file" && found[0].message.ends_with(reason), "{report:?}");
        assert!(found[0].place.file.ends_with("shop/sequences/more"), "{report:?}");
        assert_eq!(says(&bots.catalog.snapshot(), "shop").as_deref(), Some("one"));
        [&part, &other].iter().for_each(|link| fs::remove_file(link).unwrap());
    }
    assert!(bots.catalog.reload().await.sound());
}

/// A bot.yaml is meant to be one, whatever it is: a folder whose bot.yaml cannot be read has not stopped being a bot.
#[tokio::test]
async fn a_bot_whose_bot_yaml_leads_nowhere_keeps_its_last_good_version() {
    let bots = Bots::open(Watch::Off, |dir| write_bot(dir, "shop", "one")).await;
    let file = bots.path().join("shop/bot.yaml");
    fs::remove_file(&file).unwrap();
    symlink("nowhere.yaml", &file).unwrap();
    let report = bots.catalog.reload().await;
    let codes: Vec<&str> = report.refused.iter().flat_map(|refused| &refused.diagnostics).map(|found| found.code).collect();
    assert_eq!((codes, report.removed.len()), (vec!["unreadable-file"], 0));
    assert_eq!(says(&bots.catalog.snapshot(), "shop").as_deref(), Some("one"));
}
