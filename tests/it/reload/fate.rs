//! What becomes of bots that are broken, gone, new or not admitted.

use super::*;
use crate::support::long::measures;

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_bot_keeps_its_last_good_version_until_it_is_fixed() {
    let bots = Bots::open(Watch::Auto, |dir| write_bot(dir, "shop", "one")).await;
    let good = bots.catalog.snapshot().bots["shop"].clone();
    break_it(bots.path(), "shop");
    let is_refused = |s: &Snapshot| s.bots["shop"].diagnostics.first().is_some_and(|d| d.code == "unknown-target");
    bots.until("it is refused", is_refused).await; // half a file is refused for another reason
    let refused = bots.catalog.snapshot().bots["shop"].clone();
    assert_eq!(refused.state, State::Quarantined);
    assert!(Arc::ptr_eq(good.live.as_ref().unwrap(), refused.live.as_ref().unwrap()));
    assert!(refused.sources[&refused.diagnostics[0].place.file].contains("nowhere"));
    say(bots.path(), "shop", "one");
    bots.until("it is live as before", |s| state(s, "shop") == Some(State::Live)).await;
    let again = bots.catalog.snapshot().bots["shop"].clone();
    assert!(Arc::ptr_eq(good.live.as_ref().unwrap(), again.live.as_ref().unwrap()), "the same version is not compiled into another bot");
    assert!(again.diagnostics.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn one_broken_bot_at_start_does_not_stop_the_others() {
    let bots = Bots::open(Watch::Auto, |dir| {
        ["clinic", "desk", "shop"].iter().for_each(|key| write_bot(dir, key, "one"));
        break_it(dir, "desk");
    })
    .await;
    let live: BTreeSet<String> =
        bots.catalog.snapshot().bots.iter().filter(|(_, e)| e.live.is_some()).map(|(key, _)| key.to_string()).collect();
    assert_eq!(live, BTreeSet::from(["clinic".to_owned(), "shop".to_owned()]));
    say(bots.path(), "clinic", "two");
    bots.until_says("clinic", "two").await;
    say(bots.path(), "desk", "fixed");
    bots.until_says("desk", "fixed").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bot_stops_when_its_folder_is_gone_and_not_while_it_is_replaced() {
    let bots = Bots::open(Watch::Auto, |dir| ["clinic", "shop"].iter().for_each(|key| write_bot(dir, key, "one"))).await;
    let mut snapshots = bots.catalog.subscribe();
    let seen = Arc::new(Mutex::new(true));
    let always = seen.clone();
    let watcher = tokio::spawn(async move {
        while snapshots.changed().await.is_ok() {
            *always.lock().unwrap() &= snapshots.borrow_and_update().bots.contains_key("clinic");
        }
    });
    // Away and back with another content, as a slow checkout does it.
    let begun = Instant::now();
    fs::rename(bots.path().join("clinic"), bots.path().join(".clinic")).unwrap();
    fs::remove_dir_all(bots.path().join("shop")).unwrap();
    tokio::time::sleep(Duration::from_millis(700)).await; // long enough to be looked for, shorter than the grace
    say(bots.path(), ".clinic", "two");
    fs::rename(bots.path().join(".clinic"), bots.path().join("clinic")).unwrap();
    bots.until("the shop stops", |s| !s.bots.contains_key("shop")).await;
    assert!(begun.elapsed() >= Duration::from_secs(2));
    bots.until_says("clinic", "two").await;
    watcher.abort();
    assert!(*seen.lock().unwrap() || !measures(), "the clinic was never away");
}

/// The same by a clock that stands until everybody waits for it.
#[tokio::test(start_paused = true)]
async fn a_bot_that_is_away_for_less_than_the_grace_is_never_missed() {
    let bots = Bots::open(Watch::Off, |dir| ["clinic", "shop"].iter().for_each(|key| write_bot(dir, key, "one"))).await;
    let (begun, catalog) = (tokio::time::Instant::now(), bots.catalog.clone());
    fs::rename(bots.path().join("clinic"), bots.path().join(".clinic")).unwrap();
    fs::remove_dir_all(bots.path().join("shop")).unwrap();
    let reload = tokio::spawn(async move { catalog.reload().await });
    tokio::time::sleep(Duration::from_millis(1_900)).await;
    let keys = || bots.catalog.snapshot().bots.keys().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(keys(), ["clinic", "shop"]);
    say(bots.path(), ".clinic", "two");
    fs::rename(bots.path().join(".clinic"), bots.path().join("clinic")).unwrap();
    assert_eq!(reload.await.unwrap().removed, ["shop".into()]);
    assert!((Duration::from_secs(2)..Duration::from_secs(3)).contains(&begun.elapsed()), "{:?}", begun.elapsed());
    assert_eq!((keys(), says(&bots.catalog.snapshot(), "clinic").as_deref()), (vec!["clinic".to_owned()], Some("two")));
}

#[tokio::test]
async fn a_bots_folder_that_cannot_be_read_stops_nothing() {
    let bots = Bots::open(Watch::Off, |dir| write_bot(&dir.join("bots"), "shop", "one"));
    let bots = Bots::at(Watch::Off, "bots".into(), bots.await.dir).await;
    fs::rename(bots.path().join("bots"), bots.path().join("away")).unwrap();
    let report = bots.catalog.reload().await;
    assert_eq!(report.problems.len(), 1, "{report:?}");
    assert_eq!(says(&bots.catalog.snapshot(), "shop").as_deref(), Some("one"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bots_folder_that_comes_later_or_comes_back_is_seen() {
    let bots = Bots::at(Watch::Auto, "bots".into(), tempfile::tempdir().unwrap()).await;
    write_bot(&bots.path().join("new"), "shop", "one");
    fs::rename(bots.path().join("new"), bots.path().join("bots")).unwrap();
    bots.until_says("shop", "one").await;
    fs::rename(bots.path().join("bots"), bots.path().join("old")).unwrap();
    bots.catalog.reload().await;
    write_bot(&bots.path().join("new"), "shop", "two");
    fs::rename(bots.path().join("new"), bots.path().join("bots")).unwrap();
    bots.until_says("shop", "two").await;
}

#[tokio::test]
async fn the_report_says_what_became_of_every_bot() {
    let bots = Bots::open(Watch::Off, |dir| {
        ["clinic", "desk", "shop"].iter().for_each(|key| write_bot(dir, key, "one"));
        fs::create_dir(dir.join("no_bot")).unwrap();
        write_bot(dir, ".hidden", "one");
    })
    .await;
    say(bots.path(), "shop", "two");
    break_it(bots.path(), "desk");
    fs::remove_dir_all(bots.path().join("clinic")).unwrap();
    let report = serde_json::to_value(bots.catalog.reload().await).unwrap();
    assert_eq!(report["live"][0]["bot"], "shop");
    assert_eq!(report["refused"][0]["bot"], "desk");
    assert_eq!(report["refused"][0]["diagnostics"][0]["code"], "unknown-target");
    assert_eq!(report["removed"], serde_json::json!(["clinic"]));
    let again = bots.catalog.reload().await;
    assert!(again.live.is_empty() && !again.sound(), "what is refused stays refused: {again:?}");
    assert_eq!(again.unchanged, ["shop".into()]);
}

#[tokio::test]
async fn two_bots_whose_keys_differ_only_in_case_are_refused_and_what_was_live_stays() {
    let bots = Bots::open(Watch::Off, |dir| write_bot(dir, "shop", "one")).await;
    write_bot(bots.path(), "Shop", "two");
    let report = bots.catalog.reload().await;
    assert_eq!(report.refused.iter().map(|r| &*r.bot).collect::<Vec<_>>(), ["Shop", "shop"]);
    assert!(report.refused.iter().all(|r| r.diagnostics[0].code == "duplicate"));
    assert_eq!(says(&bots.catalog.snapshot(), "shop").as_deref(), Some("one"));
    assert!(bots.catalog.snapshot().bot("Shop").is_none());
}

#[tokio::test]
async fn a_link_that_leads_nowhere_and_one_that_leads_round_are_told() {
    let bots = Bots::open(Watch::Off, |dir| {
        ["nowhere", "round"].iter().for_each(|key| write_bot(dir, key, "one"));
        symlink("no.yaml", dir.join("nowhere/sequences/more.yaml")).unwrap();
        symlink("..", dir.join("round/sequences/round")).unwrap();
    })
    .await;
    let snapshot = bots.catalog.snapshot();
    assert_eq!(snapshot.bots["nowhere"].diagnostics[0].code, "unreadable-file");
    assert_eq!(snapshot.bots["round"].diagnostics[0].message, "the link leads back to a folder that it stands in");
    assert!(snapshot.bots.values().all(|entry| entry.live.is_none()));
}

#[tokio::test]
async fn a_reload_waits_for_git_to_finish() {
    let bots = Bots::open(Watch::Off, |dir| {
        write_bot(&dir.join("bots"), "shop", "one");
        fs::create_dir_all(dir.join(".git")).unwrap();
        fs::write(dir.join(".git/HEAD"), "0123456789abcdef0123456789abcdef01234567\n").unwrap();
    });
    let bots = Bots::at(Watch::Off, "bots".into(), bots.await.dir).await;
    assert_eq!(bots.catalog.snapshot().bots["shop"].git_commit.as_deref(), Some("0123456789abcdef0123456789abcdef01234567"));
    let lock = bots.path().join(".git/index.lock");
    fs::write(&lock, "").unwrap();
    say(&bots.path().join("bots"), "shop", "two");
    let catalog = bots.catalog.clone();
    let mut reload = tokio::spawn(async move { catalog.reload().await });
    assert!(tokio::time::timeout(Duration::from_millis(400), &mut reload).await.is_err(), "it waits while git has its lock");
    say(&bots.path().join("bots"), "shop", "three");
    fs::remove_file(lock).unwrap();
    assert!(reload.await.unwrap().problems.is_empty());
    assert_eq!(says(&bots.catalog.snapshot(), "shop").as_deref(), Some("three"));
}

/// Refuses bots as long as it is told to.
struct Closed(Mutex<bool>);

impl Admit for Closed {
    fn admit<'a>(&'a self, bot: &'a Arc<Bot>, files: &'a Arc<Files>) -> BoxFuture<'a, Result<(), Vec<Diagnostic>>> {
        let why = || Diagnostic {
            severity: flowgate::diagnostic::Severity::Error,
            code: "secret-missing",
            message: format!("bot \"{}\" lacks a secret", bot.key()),
            place: flowgate::diagnostic::Place::start_of(&files.shown("bot.yaml")),
            related: Vec::new(),
            help: None,
        };
        let answer = if *self.0.lock().unwrap() { Err(vec![why()]) } else { Ok(()) };
        Box::pin(std::future::ready(answer))
    }
}

#[tokio::test]
async fn a_bot_that_is_not_admitted_is_asked_about_again() {
    let dir = tempfile::tempdir().unwrap();
    write_bot(dir.path(), "shop", "one");
    let gate = Arc::new(Closed(Mutex::new(true)));
    let catalog = Catalog::open(dir.path(), gate.clone());
    assert_eq!(catalog.reload().await.refused[0].diagnostics[0].code, "secret-missing");
    let mut snapshots = catalog.subscribe();
    snapshots.mark_unchanged();
    catalog.reload().await;
    assert!(!snapshots.has_changed().unwrap(), "the same refusal is no news");
    *gate.0.lock().unwrap() = false;
    assert_eq!(catalog.reload().await.live.len(), 1, "nothing in the folder has changed, but now it is admitted");
    assert!(catalog.snapshot().bot("shop").is_some());
}
