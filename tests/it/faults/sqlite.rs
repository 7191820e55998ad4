//! SQLite without room, and a file that may not be written.

use super::{
    disk::SmallDisk,
    scene::{Scene, told_at_most},
    shim::Shim,
};
use crate::{
    lives::process::until,
    support::{command::Folder, database::fresh_sqlite, long::long},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk() {
    let Some(disk) = SmallDisk::mount(24) else { return };
    let scene = Scene::open(&format!("sqlite://{}/flowgate.db", disk.path().display()));
    for _ in 0..2 * long() {
        scene.crowd.goes_on(20).await;
        disk.fill();
        scene.crowd.is_refused(40).await;
        assert_eq!(scene.served.get("/-/health").await.status, 200);
        disk.clear();
        scene.crowd.goes_on(20).await;
    }
    let (_, log) = scene.close().await;
    told_at_most(&log, 2 * 2 * long());
}

/// The file system goes read-only under a running gateway, as one does that has found an error; then it fails in other ways.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_can_no_longer_be_written() {
    const EIO: i64 = 5;
    const ENOSPC: i64 = 28;
    const EROFS: i64 = 30;
    let (shim, database) = (Shim::build(), fresh_sqlite());
    let variables = shim.variables();
    let scene = Scene::open_with(&database.url, &variables.each_ref().map(|(name, value)| (*name, value.as_str())));
    for (number, errno) in [EROFS, EIO, ENOSPC].iter().cycle().take(3 * long()).enumerate() {
        scene.crowd.goes_on(20).await;
        shim.refuse_writes(*errno);
        scene.crowd.is_refused(40).await;
        let before = scene.served.bot("till").await;
        scene.folder.write("bots/till/sequences/more.yaml", &format!("version: 1\nsequence: more\nblocks:\n  - text: \"{number}\"\n"));
        until("the change is seen, but cannot be stored", async || is(&scene, "quarantined").await).await;
        shim.refuse_writes(0);
        scene.crowd.goes_on(20).await;
        until("the change is live", async || is(&scene, "live").await).await;
        assert_ne!(scene.served.bot("till").await["version"], before["version"]);
    }
    let (_, log) = scene.close().await;
    told_at_most(&log, 3 * 3 * long());
}

/// An operator takes the file away and puts it back: what was acknowledged is in it, and nothing else was acknowledged meanwhile.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_taken_away_and_put_back() {
    let database = fresh_sqlite();
    let file = database.url.strip_prefix("sqlite://").unwrap();
    let scene = Scene::open(&database.url);
    for _ in 0..2 * long() {
        scene.crowd.goes_on(20).await;
        std::fs::rename(file, format!("{file}.aside")).unwrap();
        scene.crowd.is_refused(40).await;
        until("it is not ready", async || (scene.served.get("/-/ready").await.status == 503).then_some(())).await;
        assert_eq!(scene.served.get("/-/health").await.status, 200);
        std::fs::rename(format!("{file}.aside"), file).unwrap();
        scene.crowd.goes_on(20).await;
        until("it is ready again", async || (scene.served.get("/-/ready").await.status == 200).then_some(())).await;
    }
    let (_, log) = scene.close().await;
    assert!(log.contains(&format!("{file} was removed while it was in use")), "{log}");
    told_at_most(&log, 2 * 2 * long());
}

/// With nobody writing, too.
#[tokio::test(flavor = "multi_thread")]
async fn another_file_is_put_in_the_place_of_the_one_in_use() {
    let (database, backup) = (fresh_sqlite(), fresh_sqlite());
    let [file, other] = [&database, &backup].map(|fresh| fresh.url.strip_prefix("sqlite://").unwrap());
    assert_eq!(Folder::empty().run(&["migrate", "--database", &backup.url]).code, 0);
    let (folder, backend) = (Folder::empty(), crate::lives::backend::Backend::start());
    super::crowd::write_till(folder.root(), &backend);
    let served = crate::lives::served::Served::start_in(folder.root(), &database.url, &[], &[]);
    assert_eq!(served.get("/-/ready").await.status, 200);
    std::fs::rename(other, file).unwrap();
    until("it is not ready", async || (served.get("/-/ready").await.status == 503).then_some(())).await;
    let message = served.message("till", &serde_json::json!({"user": "ada", "text": "hi"}));
    assert_eq!(crate::support::app::got(message).await.status, 503);
    let told = format!("the database cannot be read, requests that need it get 503: the database is not available: {file} was replaced");
    served.log.until(0, "the log says so", |log| log.contains(&told).then_some(()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_may_only_be_read_is_named_at_the_start() {
    let Some(disk) = SmallDisk::mount(8) else { return };
    let (folder, database) = (Folder::empty(), format!("sqlite://{}/flowgate.db", disk.path().display()));
    std::fs::create_dir(folder.path("bots")).unwrap();
    let migrated = folder.run(&["migrate", "--database", &database]);
    assert_eq!(migrated.code, 0, "{migrated:?}");
    disk.make_read_only();
    let ran = folder.run(&["serve", "--listen", "127.0.0.1:0", "--database", &database]);
    let file = format!("cannot use the database file {}/flowgate.db: ", disk.path().display());
    assert!(ran.code == 2 && ran.err.contains(&file) && ran.err.to_lowercase().contains("read-only"), "{ran:?}");
}

/// Whether the bot is in this state.
async fn is(scene: &Scene, state: &str) -> Option<()> {
    (scene.served.bot("till").await["state"] == state).then_some(())
}
