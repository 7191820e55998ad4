//! Conversation tests beside a bot: what is wrong in them keeps no bot from going live.

use super::*;

#[tokio::test]
async fn an_edit_of_a_test_is_no_new_version() {
    let bots = Bots::open(Watch::Off, |dir| write_bot(dir, "shop", "one")).await;
    let before = bots.catalog.snapshot().bot("shop").unwrap();
    fs::create_dir(bots.path().join("shop/tests")).unwrap();
    fs::write(bots.path().join("shop/tests/hello.yaml"), "version: 1\ntest: hello\nsteps: [user: hi, bot: {text: one}]\n").unwrap();
    let report = bots.catalog.reload().await;
    assert!(report.live.is_empty() && report.sound(), "{report:?}");
    assert!(Arc::ptr_eq(&before, &bots.catalog.snapshot().bot("shop").unwrap()));
}

/// What `check` says of a test, the bot's users need not suffer from.
#[tokio::test]
async fn what_is_wrong_in_a_test_keeps_no_bot_from_going_live() {
    let bots = Bots::open(Watch::Off, |dir| write_bot(dir, "shop", "one")).await;
    let write = |path: &str, text: &[u8]| {
        let path = bots.path().join("shop").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("tests/cut.yaml", b"version: 1\ntest: [");
    write("tests/typo.yaml", b"version: 1\ntest: typo\nsteps: [{usre: hi}]\n");
    write("tests/latin.yaml", b"version: 1\ntest: \xe9\n");
    write(&format!("tests/{}deep.yaml", "deep/".repeat(16)), b"x");
    symlink("nowhere", bots.path().join("shop/tests/lost.yaml")).unwrap();
    let report = bots.catalog.reload().await;
    assert!(report.sound() && report.live.is_empty(), "tests are no part of a version: {report:?}");
    say(bots.path(), "shop", "two");
    let report = bots.catalog.reload().await;
    assert!(report.sound() && report.live.len() == 1, "{report:?}");
    let entry = bots.catalog.snapshot().bots["shop"].clone();
    let wrong: BTreeSet<&str> = entry.diagnostics.iter().filter_map(|d| d.place.file.rsplit("shop/tests/").next()).collect();
    assert_eq!(wrong.len(), 5, "the author is told all the same: {:?}", entry.diagnostics);
    break_it(bots.path(), "shop");
    let report = bots.catalog.reload().await;
    assert_eq!(report.refused[0].diagnostics[0].code, "unknown-target", "what keeps the bot back comes first");
}

/// Nor do those that hold more than a bot may.
#[tokio::test]
async fn large_tests_keep_no_bot_from_going_live() {
    let bots = Bots::open(Watch::Off, |dir| write_bot(dir, "shop", "one")).await;
    fs::create_dir(bots.path().join("shop/tests")).unwrap();
    let list = "1,".repeat(60_000);
    (0..5).for_each(|n| {
        fs::write(
            bots.path().join(format!("shop/tests/{n}.yaml")),
            format!("version: 1\ntest: t{n}\nsteps: [{{expect: {{attributes: {{a: [{list}]}}}}}}]\n"),
        )
        .unwrap()
    });
    say(bots.path(), "shop", "two");
    let report = bots.catalog.reload().await;
    assert!(report.sound() && report.live.len() == 1, "{report:?}");
    let entry = bots.catalog.snapshot().bots["shop"].clone();
    assert!(entry.diagnostics.iter().any(|d| d.code == "bot-limit" && d.place.file.ends_with("shop/tests")), "{:?}", entry.diagnostics);
}

/// Nor do too many of them: those of the bot itself are read first.
#[tokio::test]
async fn a_bot_has_its_files_before_its_tests() {
    let bots = Bots::open(Watch::Off, |dir| {
        write_bot(dir, "shop", "one");
        fs::create_dir(dir.join("shop/tests")).unwrap();
        (0..FILES_MAX).for_each(|n| fs::write(dir.join(format!("shop/tests/{n}.yaml")), "").unwrap());
    })
    .await;
    let entry = bots.catalog.snapshot().bots["shop"].clone();
    assert_eq!(entry.state, State::Live);
    assert!(entry.diagnostics.iter().any(|d| d.code == "folder-limit"));
}
