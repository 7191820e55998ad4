//! Folders that hold too much, or lead round in circles: what a bot costs is bounded, and told.

use super::*;

/// The one error that a bot of this folder has.
async fn error(bots: &Bots) -> (&'static str, String) {
    let report = bots.catalog.reload().await;
    let [found] = &report.refused[0].diagnostics[..] else { panic!("{report:?}") };
    assert!(found.help.is_some(), "{found:?}");
    (found.code, found.message.clone())
}

/// 3 to the power of 13 ways lead to the last folder.
#[tokio::test]
async fn folders_with_many_ways_to_them_are_read_once() {
    let bots = Bots::open(Watch::Off, |dir| {
        write_bot(dir, "shop", "one");
        for deep in 0..14 {
            let folder = dir.join(format!("shop/sequences/d{deep}"));
            fs::create_dir(&folder).unwrap();
            fs::write(folder.join("more.yaml"), format!("version: 1\nsequence: more{deep}\nblocks: [text: more]\n")).unwrap();
            if deep < 13 {
                ["a", "b", "c"].iter().for_each(|link| symlink(format!("../d{}", deep + 1), folder.join(link)).unwrap());
            }
        }
    })
    .await;
    let snapshot = bots.catalog.snapshot();
    assert_eq!((state(&snapshot, "shop"), snapshot.bot("shop").unwrap().sequences().len()), (Some(State::Live), 15));
    assert_eq!(snapshot.bots["shop"].files.as_ref().unwrap().contents.len(), 16);
}

#[tokio::test]
async fn a_shared_folder_is_read_once_by_each_bot() {
    let bots = Bots::open(Watch::Off, |dir| {
        fs::create_dir_all(dir.join(".shared/common")).unwrap();
        fs::write(dir.join(".shared/common/more.yaml"), "version: 1\nsequence: more\nblocks: [text: more]\n").unwrap();
        symlink("common", dir.join(".shared/again")).unwrap();
        for key in ["desk", "shop"] {
            write_bot(dir, key, "one");
            symlink("../../.shared/common", dir.join(key).join("sequences/a")).unwrap();
            symlink("../../.shared/again", dir.join(key).join("sequences/b")).unwrap();
        }
    })
    .await;
    for key in ["desk", "shop"] {
        let files = bots.catalog.snapshot().bots[key].files.clone().unwrap_or_else(|| panic!("{:?}", bots.catalog.snapshot().bots[key]));
        assert_eq!(files.contents.keys().collect::<Vec<_>>(), ["bot.yaml", "sequences/a/more.yaml", "sequences/welcome.yaml"]);
    }
}

#[tokio::test]
async fn a_folder_of_too_much_is_refused_before_it_is_read() {
    let bots = Bots::open(Watch::Off, |dir| write_bot(dir, "shop", "one")).await;
    let folder = bots.path().join("shop/sequences/more");
    let fill = |files: usize, extension: &str, bytes: u64| {
        fs::create_dir(&folder).unwrap();
        for n in 0..files {
            fs::File::create(folder.join(format!("{n}.{extension}"))).unwrap().set_len(bytes).unwrap();
        }
    };
    fill(catalog::ENTRIES_MAX, "txt", 0);
    let many = "the bot's folder holds more than 10000 files and folders of any kind, links followed";
    assert_eq!(error(&bots).await, ("folder-limit", many.to_owned()));
    fs::remove_dir_all(&folder).unwrap();
    fill(catalog::FILES_MAX, "yaml", 0);
    assert_eq!(error(&bots).await, ("folder-limit", "the bot has more than 2000 files".to_owned()));
    fs::remove_dir_all(&folder).unwrap();
    fill(33, "yaml", 256 << 10);
    assert_eq!(error(&bots).await, ("folder-limit", "the files of the bot have more than 8 MiB together".to_owned()));
    fs::remove_dir_all(&folder).unwrap();
    assert!(bots.catalog.reload().await.sound());
    assert_eq!(says(&bots.catalog.snapshot(), "shop").as_deref(), Some("one"));
}

#[tokio::test]
async fn small_files_that_become_large_by_aliases_are_refused() {
    let bots = Bots::open(Watch::Off, |dir| write_bot(dir, "shop", "one")).await;
    for n in 0..6 {
        let (text, again) = ("x".repeat(4_000), "  - text: *a\n".repeat(800));
        let file = format!("version: 1\nsequence: more{n}\nblocks:\n  - text: &a \"{text}\"\n{again}");
        fs::write(bots.path().join(format!("shop/sequences/more{n}.yaml")), file).unwrap();
    }
    let message = "the files of the bot hold more than 250000 values or 16 MiB of texts, aliases followed";
    assert_eq!(error(&bots).await, ("bot-limit", message.to_owned()));
}

#[tokio::test]
async fn a_bot_of_too_many_locales_is_refused() {
    let bots = Bots::open(Watch::Off, |dir| write_bot(dir, "shop", "one")).await;
    fs::create_dir(bots.path().join("shop/locales")).unwrap();
    for (first, second) in ('a'..='z').flat_map(|first| ('a'..='d').map(move |second| (first, second))) {
        let file = bots.path().join(format!("shop/locales/{first}{second}.yaml"));
        fs::write(file, format!("version: 1\nlocale: {first}{second}\ntexts: {{one: two}}\n")).unwrap();
    }
    assert_eq!(error(&bots).await, ("bot-limit", "the bot has more than 100 locales".to_owned()));
}

/// 400 patterns that are large, in one place after the other: what they cost is counted, wherever they stand.
#[tokio::test]
async fn patterns_are_counted_wherever_they_stand() {
    let lines = |line: &dyn Fn(usize) -> String| (0..400).map(line).collect::<String>();
    let trigger = lines(&|n| format!("  - {{pattern: 'a{n} [^x]{{100}}', text: a}}\n"));
    let when = lines(&|n| format!("  - {{when: 'full_name.matches(\"a{n} [^x]{{100}}\")', text: a}}\n"));
    let calc = lines(&|n| format!("  - text: '{{{{calc \"full_name.matches(''a{n} [^x]{{100}}'')\"}}}}'\n"));
    let answer = lines(&|n| format!("      p{n}: {{type: string, pattern: 'a{n} [^x]{{100}}'}}\n"));
    let api = "version: 1\napi: more\nmethod: GET\nurl: \"https://shop.example/more\"\nresponse:\n  type: object\n  properties:\n";
    let more = "version: 1\nsequence: more\nblocks:\n";
    for (path, text) in [
        ("bot.yaml", format!("version: 1\nbot: shop\nstart: welcome\ntriggers:\n{trigger}")),
        ("sequences/more.yaml", format!("{more}{when}")),
        ("sequences/more.yaml", format!("{more}{calc}")),
        ("apis/more.yaml", format!("{api}{answer}")),
    ] {
        let bots = Bots::open(Watch::Off, |dir| write_bot(dir, "shop", "one")).await;
        fs::create_dir_all(bots.path().join("shop/apis")).unwrap();
        fs::write(bots.path().join("shop").join(path), text).unwrap();
        let message = "the patterns of the bot have more than 32 MiB together once they are compiled";
        assert_eq!(error(&bots).await, ("bot-limit", message.to_owned()), "{path}");
    }
}
