//! Every way in which a file can change is seen.

use super::*;
use crate::support::long::limit;

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_goes_live() {
    let bots = Bots::open(Watch::Auto, |dir| write_bot(dir, "shop", "one")).await;
    assert_eq!(says(&bots.catalog.snapshot(), "shop").as_deref(), Some("one"));
    for text in ["two", "three"] {
        let begun = Instant::now();
        say(bots.path(), "shop", text);
        bots.until_says("shop", text).await;
        println!("edit to live: {:?}", begun.elapsed());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_is_seen_without_events() {
    let bots = Bots::open(Watch::Poll, |dir| write_bot(dir, "shop", "one")).await;
    say(bots.path(), "shop", "two");
    bots.until_says("shop", "two").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_editor_that_renames_over_the_file_is_seen() {
    let bots = Bots::open(Watch::Auto, |dir| write_bot(dir, "shop", "one")).await;
    let file = bots.path().join("shop/sequences/welcome.yaml");
    for text in ["two", "three"] {
        let temporary = file.with_extension("tmp");
        fs::write(&temporary, welcome(text)).unwrap();
        fs::rename(&temporary, &file).unwrap();
        bots.until_says("shop", text).await;
    }
}

/// The system stops watching what is moved away, and says so; nobody may take what comes back for what was watched.
#[tokio::test(flavor = "multi_thread")]
async fn edits_of_a_bot_that_was_moved_away_and_back_are_seen() {
    let bots = Bots::open(Watch::Auto, |dir| write_bot(dir, "shop", "one")).await;
    let edits = async |moved: &str| {
        for text in 0..5 {
            let text = format!("{moved} {text}"); // the first ones may be seen by a look that something else has asked for
            say(bots.path(), "shop", &text);
            bots.until_says("shop", &text).await;
        }
    };
    edits("before").await;
    fs::rename(bots.path().join("shop"), bots.path().join(".shop")).unwrap();
    fs::rename(bots.path().join(".shop"), bots.path().join("shop")).unwrap();
    let seen = tokio::time::timeout(limit(Duration::from_secs(15)), edits("after")).await;
    assert!(seen.is_ok(), "they wait for the look that comes every 30 s");
}

#[tokio::test(flavor = "multi_thread")]
async fn files_of_a_new_bot_and_of_a_new_folder_in_it_are_seen() {
    let bots = Bots::open(Watch::Auto, |_| ()).await;
    assert!(bots.catalog.snapshot().bots.is_empty());
    write_bot(bots.path(), "shop", "one");
    bots.until_says("shop", "one").await;
    fs::create_dir_all(bots.path().join("shop/sequences/deep/er")).unwrap();
    let more = |text: &str| format!("version: 1\nsequence: more\nblocks: [text: {text}]\n");
    fs::write(bots.path().join("shop/sequences/deep/er/more.yaml"), more("one")).unwrap();
    let has_sequences = |n: usize| move |s: &Snapshot| s.bot("shop").is_some_and(|bot| bot.sequences().len() == n);
    bots.until("the new sequence is live", has_sequences(2)).await;
    fs::remove_dir_all(bots.path().join("shop/sequences/deep")).unwrap();
    bots.until("the new sequence is gone", has_sequences(1)).await;
    say(bots.path(), "shop", "two");
    bots.until_says("shop", "two").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_to_a_bot_is_swapped_and_its_target_edited() {
    let bots = Bots::open(Watch::Auto, |dir| {
        write_bot(dir, "real/shop-1", "one");
        write_bot(dir, "real/shop-2", "two");
        for version in ["real/shop-1", "real/shop-2"] {
            fs::write(dir.join(version).join("bot.yaml"), "version: 1\nbot: shop\nstart: welcome\n").unwrap();
        }
        fs::create_dir(dir.join("bots")).unwrap();
        symlink("../real/shop-1", dir.join("bots/shop")).unwrap();
    });
    let bots = bots.await;
    let bots = Bots::at(Watch::Auto, "bots".into(), bots.dir).await;
    bots.until_says("shop", "one").await;
    let swap = |to: &str| {
        symlink(to, bots.path().join("bots/.next")).unwrap();
        fs::rename(bots.path().join("bots/.next"), bots.path().join("bots/shop")).unwrap();
    };
    swap("../real/shop-2");
    bots.until_says("shop", "two").await;
    say(bots.path(), "real/shop-2", "three");
    bots.until_says("shop", "three").await;
    swap("../real/shop-1");
    bots.until_says("shop", "one").await;
}

/// git-sync: the bots folder itself lies behind a link.
#[tokio::test(flavor = "multi_thread")]
async fn a_link_on_the_way_to_the_bots_folder_is_swapped() {
    let dir = tempfile::tempdir().unwrap();
    write_bot(&dir.path().join("rev1/bots"), "shop", "one");
    write_bot(&dir.path().join("rev2/bots"), "shop", "two");
    symlink("rev1", dir.path().join("current")).unwrap();
    let bots = Bots::at(Watch::Auto, "current/bots".into(), dir).await;
    bots.until_says("shop", "one").await;
    symlink("rev2", bots.path().join("next")).unwrap();
    fs::rename(bots.path().join("next"), bots.path().join("current")).unwrap();
    bots.until_says("shop", "two").await;
    say(&bots.path().join("rev2/bots"), "shop", "three");
    bots.until_says("shop", "three").await;
}

/// A ConfigMap in Kubernetes: every file is a link through `..data`, which is swapped.
#[tokio::test(flavor = "multi_thread")]
async fn a_config_map_is_updated() {
    let map = |bot: &Path, name: &str, text: &str| {
        write_bot(bot, name, text);
        fs::write(bot.join(name).join("bot.yaml"), "version: 1\nbot: shop\nstart: welcome\n").unwrap();
        symlink(name, bot.join("..next")).unwrap();
        fs::rename(bot.join("..next"), bot.join("..data")).unwrap();
    };
    let bots = Bots::open(Watch::Auto, |dir| {
        let bot = dir.join("shop");
        map(&bot, "..2026_01", "one");
        symlink("..data/bot.yaml", bot.join("bot.yaml")).unwrap();
        symlink("..data/sequences", bot.join("sequences")).unwrap();
    });
    let bots = bots.await;
    assert_eq!(says(&bots.catalog.snapshot(), "shop").as_deref(), Some("one"));
    let bot = bots.path().join("shop");
    map(&bot, "..2026_02", "two");
    fs::remove_dir_all(bot.join("..2026_01")).unwrap();
    bots.until_says("shop", "two").await;
    map(&bot, "..2026_03", "three");
    bots.until_says("shop", "three").await;
}
