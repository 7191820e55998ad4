//! One bot does not wait for another: not for its admission, its size, or its rest.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use tokio::sync::Semaphore;

use super::*;

/// Admits all bots at once but one, which waits until it may.
struct Slow(Semaphore);

impl Admit for Slow {
    fn admit<'a>(&'a self, bot: &'a Arc<Bot>, _: &'a Arc<Files>) -> BoxFuture<'a, Result<(), Vec<Diagnostic>>> {
        Box::pin(async move {
            if bot.key().as_str() == "desk" {
                self.0.acquire().await.unwrap().forget();
            }
            Ok(())
        })
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bot_goes_live_while_another_is_being_admitted() {
    let dir = tempfile::tempdir().unwrap();
    ["desk", "shop"].iter().for_each(|key| write_bot(dir.path(), key, "one"));
    let gate = Arc::new(Slow(Semaphore::new(1)));
    let catalog = Arc::new(Catalog::open(dir.path(), gate.clone()));
    catalog.reload().await;
    let bots = Bots { _watch: catalog.watch(Watch::Auto), catalog, dir };
    ["desk", "shop"].iter().for_each(|key| say(bots.path(), key, "two"));
    bots.until_says("shop", "two").await;
    say(bots.path(), "shop", "three");
    bots.until_says("shop", "three").await;
    say(bots.path(), "desk", "three"); // while "two" is still on its way
    say(bots.path(), "shop", "four");
    bots.until_says("shop", "four").await;
    assert_eq!(says(&bots.catalog.snapshot(), "desk").as_deref(), Some("one"));
    let catalog = bots.catalog.clone();
    let reload = tokio::spawn(async move { catalog.reload().await });
    gate.0.add_permits(2);
    bots.until_says("desk", "three").await;
    assert!(reload.await.unwrap().sound(), "a reload ends when all bots are live");
}

/// A bot of some 90,000 blocks takes seconds where a small one takes milliseconds.
#[tokio::test(flavor = "multi_thread")]
async fn a_bot_goes_live_while_a_large_one_is_being_loaded() {
    let bots = Bots::open(Watch::Off, |dir| ["desk", "shop"].iter().for_each(|key| write_bot(dir, key, "one"))).await;
    for n in 0..16 {
        let blocks = "  - text: a\n".repeat(5_400);
        fs::write(bots.path().join(format!("desk/sequences/more{n}.yaml")), format!("version: 1\nsequence: more{n}\nblocks:\n{blocks}"))
            .unwrap();
    }
    ["desk", "shop"].iter().for_each(|key| say(bots.path(), key, "two"));
    let (catalog, mut snapshots) = (bots.catalog.clone(), bots.catalog.subscribe());
    let reload = tokio::spawn(async move { catalog.reload().await });
    let first = snapshots.wait_for(|s| ["desk", "shop"].iter().any(|key| says(s, key).as_deref() == Some("two"))).await.unwrap().clone();
    assert_eq!((says(&first, "desk").as_deref(), says(&first, "shop").as_deref()), (Some("one"), Some("two")));
    let report = reload.await.unwrap();
    assert_eq!(report.live.iter().map(|one| one.bot.as_str()).collect::<Vec<_>>(), ["desk", "shop"]);
}

/// What is written again and again is waited for, for ten seconds; nobody waits with it.
#[tokio::test(flavor = "multi_thread")]
async fn a_bot_goes_live_while_another_never_comes_to_rest() {
    let bots = Bots::open(Watch::Auto, |dir| ["desk", "shop"].iter().for_each(|key| write_bot(dir, key, "one"))).await;
    let (path, over) = (bots.path().to_owned(), Arc::new(AtomicBool::new(false)));
    let writer = std::thread::spawn({
        let over = over.clone();
        move || {
            for n in (0..).take_while(|_| !over.load(Relaxed)) {
                say(&path, "desk", &format!("draft {n}"));
                std::thread::sleep(Duration::from_millis(10)); // as a program that writes a file line by line
            }
            say(&path, "desk", "two");
        }
    });
    say(bots.path(), "shop", "two");
    let quick = tokio::time::timeout(Duration::from_secs(8), bots.until_says("shop", "two")).await;
    assert!(quick.is_ok(), "it waits until the other is at rest");
    over.store(true, Relaxed);
    writer.join().unwrap();
    bots.until_says("desk", "two").await;
}
