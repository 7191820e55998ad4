//! What can happen to a SQLite file while it is in use.

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use diesel::{Connection, SqliteConnection, connection::SimpleConnection};
use flowgate::store::{Committed, OpenError, Options, Store, StoreError};
use futures_util::future::join_all;

use super::{key, turn};
use crate::{
    lives::process::until,
    support::database::{fresh_sqlite, options},
};

async fn store_and_neighbour() -> (crate::support::database::Fresh, Store, SqliteConnection) {
    let sqlite = fresh_sqlite();
    let store = Store::open(&sqlite.url, options()).await.unwrap();
    let neighbour = SqliteConnection::establish(sqlite.url.strip_prefix("sqlite://").unwrap()).unwrap();
    (sqlite, store, neighbour)
}

#[tokio::test(flavor = "multi_thread")]
async fn while_another_process_writes_commits_wait_and_win() {
    let (_file, store, mut neighbour) = store_and_neighbour().await;
    store.commit(turn(&key("ada"), None)).await.unwrap();
    neighbour.batch_execute("BEGIN IMMEDIATE; UPDATE conversations SET wake_at = 7").unwrap();
    let commit = {
        let store = store.clone();
        tokio::spawn(async move { store.commit(turn(&key("bob"), None)).await })
    };
    assert_eq!(store.load(&key("ada")).await.unwrap().unwrap().wake_at, None, "reading goes on meanwhile");
    assert!(!commit.is_finished());
    neighbour.batch_execute("COMMIT").unwrap();
    assert_eq!(commit.await.unwrap(), Ok(Committed::Won { version: 1 }));
    assert_eq!(store.load(&key("ada")).await.unwrap().unwrap().wake_at.map(|at| at.0), Some(7));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_statement_refuses_takes_only_its_own_turn_back() {
    let (_file, store, mut neighbour) = store_and_neighbour().await;
    let refuse = "CREATE TRIGGER refuse BEFORE INSERT ON turns WHEN new.\"user\" = 'user-5' BEGIN SELECT RAISE(ABORT, 'no'); END";
    neighbour.batch_execute(refuse).unwrap();
    let outcomes = join_all((0..20).map(|n| store.commit(turn(&key(&format!("user-{n}")), None)))).await;
    for (n, outcome) in outcomes.iter().enumerate() {
        match n {
            5 => assert_eq!(*outcome, Err(StoreError::Unavailable("no".to_owned()))),
            _ => assert_eq!(*outcome, Ok(Committed::Won { version: 1 }), "user-{n}"),
        }
    }
    assert_eq!(store.load(&key("user-5")).await, Ok(None), "what it wrote before is gone too");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_broken_for_a_while_needs_no_restart() {
    let (_file, store, mut neighbour) = store_and_neighbour().await;
    store.commit(turn(&key("ada"), None)).await.unwrap();
    neighbour.batch_execute("ALTER TABLE turns RENAME TO away").unwrap();
    let outcomes = join_all(["ada", "bob"].map(|user| store.commit(turn(&key(user), (user == "ada").then_some(1))))).await;
    assert!(outcomes.iter().all(|outcome| matches!(outcome, Err(StoreError::Unavailable(_)))), "{outcomes:?}");
    neighbour.batch_execute("ALTER TABLE away RENAME TO turns").unwrap();
    assert_eq!(store.commit(turn(&key("ada"), Some(1))).await, Ok(Committed::Won { version: 2 }));
    assert_eq!(store.last_messages(&key("ada"), 9).await.unwrap().len(), 2);
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

/// Every file of the folder with its mode.
fn modes(folder: &Path) -> Vec<(String, u32)> {
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap());
    let mut all: Vec<_> = files.map(|file| (file.file_name().into_string().unwrap(), mode(&file.path()))).collect();
    all.sort();
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_others_could_read_are_taken_from_them_and_the_folder_of_somebody_else_is_left_alone() {
    let (folder, serving) = (tempfile::tempdir().unwrap(), Options { exclusive: true, ..options() });
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o2775)).unwrap();
    let url = format!("sqlite://{}/flowgate.db", folder.path().display());
    let store = Store::open(&url, serving.clone()).await.unwrap();
    store.commit(turn(&key("ada"), None)).await.unwrap();
    let names = ["flowgate.db", "flowgate.db-shm", "flowgate.db-wal", "flowgate.db.lock"];
    let private = names.map(|name| (name.to_owned(), 0o600));
    assert_eq!(modes(folder.path()), private);
    for name in names {
        fs::set_permissions(folder.path().join(name), fs::Permissions::from_mode(0o664)).unwrap();
    }
    let command = Store::open(&url, options()).await.unwrap();
    assert_eq!(modes(folder.path()), private, "whoever opens it next takes them back");
    assert_eq!(mode(folder.path()), 0o2775);
    assert_eq!(command.load(&key("ada")).await.unwrap().unwrap().version, 1);
    assert_eq!(store.commit(turn(&key("ada"), Some(1))).await, Ok(Committed::Won { version: 2 }), "and the first goes on");
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_a_link_the_files_are_private_too() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("real")).unwrap();
    std::os::unix::fs::symlink(folder.path().join("real/file.db"), folder.path().join("link.db")).unwrap();
    let store = Store::open(&format!("sqlite://{}/link.db", folder.path().display()), options()).await.unwrap();
    store.commit(turn(&key("ada"), None)).await.unwrap();
    let private = ["file.db", "file.db-shm", "file.db-wal"].map(|name| (name.to_owned(), 0o600));
    assert_eq!(modes(&folder.path().join("real")), private);
}

/// Whatever is taken away, nothing that would be lost with it is acknowledged, and nobody is told that all is well.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_removed_is_missed_at_once_by_commits_and_soon_by_all_else() {
    for end in ["", "-wal", "-shm"] {
        let (sqlite, store, neighbour) = store_and_neighbour().await;
        drop(neighbour);
        store.commit(turn(&key("ada"), None)).await.unwrap();
        let file = format!("{}{end}", sqlite.url.strip_prefix("sqlite://").unwrap());
        let aside = format!("{file}.aside");
        fs::rename(&file, &aside).unwrap();
        let gone = store.commit(turn(&key("ada"), Some(1))).await.unwrap_err();
        assert!(matches!(&gone, StoreError::Uncertain(why) if why.contains(&format!("{file} was removed"))), "{gone}");
        assert!(matches!(store.load(&key("ada")).await, Err(StoreError::Unavailable(_))));
        assert!(store.ping().await.is_err());
        fs::rename(&aside, &file).unwrap();
        store.ping().await.unwrap();
        assert_eq!(store.commit(turn(&key("ada"), Some(1))).await, Ok(Committed::Lost), "it was written, though nobody could know");
        assert_eq!(store.commit(turn(&key("ada"), Some(2))).await, Ok(Committed::Won { version: 3 }));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_file_in_its_place_is_not_taken_for_it() {
    let (sqlite, store, neighbour) = store_and_neighbour().await;
    drop(neighbour);
    store.commit(turn(&key("ada"), None)).await.unwrap();
    let file = sqlite.url.strip_prefix("sqlite://").unwrap();
    fs::copy(file, format!("{file}.copy")).unwrap();
    fs::rename(format!("{file}.copy"), file).unwrap();
    let error = until("nobody writes, and it is noticed all the same", async || store.ping().await.err()).await;
    assert!(error.to_string().contains(&format!("{file} was replaced by another file")), "{error}");
    assert!(store.commit(turn(&key("ada"), Some(1))).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_way_leads_to_a_file_one_server_has_it() {
    let (ways, serving) = (["real/flowgate.db", "link.db", "other.db", "folder/flowgate.db"], Options { exclusive: true, ..options() });
    for first in ways {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("real")).unwrap();
        std::os::unix::fs::symlink("real/flowgate.db", at("link.db")).unwrap();
        std::os::unix::fs::symlink("link.db", at("other.db")).unwrap();
        std::os::unix::fs::symlink(at("real"), at("folder")).unwrap();
        let open = async |way: &str, options: &Options| Store::open(&format!("sqlite://{}", at(way).display()), options.clone()).await;
        let _store = open(first, &serving).await.unwrap();
        for second in ways {
            let refused = open(second, &serving).await.err();
            assert!(matches!(refused, Some(OpenError::InUse { .. })), "{first}, then {second}: {refused:?}");
            open(second, &options()).await.unwrap();
        }
    }
}

/// Whoever comes then gets a lock of its own: the first one must not go on.
#[tokio::test(flavor = "multi_thread")]
async fn a_lock_that_is_removed_is_missed() {
    for replaced in [false, true] {
        let (sqlite, serving) = (fresh_sqlite(), Options { exclusive: true, ..options() });
        let store = Store::open(&sqlite.url, serving.clone()).await.unwrap();
        store.commit(turn(&key("ada"), None)).await.unwrap();
        let lock = format!("{}.lock", sqlite.url.strip_prefix("sqlite://").unwrap());
        fs::rename(&lock, format!("{lock}.aside")).unwrap();
        let second = if replaced { Some(Store::open(&sqlite.url, serving).await.unwrap()) } else { None };
        let gone = store.commit(turn(&key("ada"), Some(1))).await.unwrap_err();
        let fate = if replaced { "was replaced by another file" } else { "was removed" };
        assert!(gone.to_string().contains(&format!("{lock} {fate}")), "{gone}");
        assert!(store.ping().await.is_err());
        if let Some(second) = second {
            second.ping().await.unwrap();
        }
    }
}

/// As in a folder that may no longer be entered; this holds for root, too.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_out_of_reach_is_not_called_removed() {
    let (sqlite, store, neighbour) = store_and_neighbour().await;
    drop(neighbour);
    store.commit(turn(&key("ada"), None)).await.unwrap();
    let file = sqlite.url.strip_prefix("sqlite://").unwrap();
    let aside = format!("{file}.aside");
    fs::rename(file, &aside).unwrap();
    std::os::unix::fs::symlink(file, file).unwrap();
    let error = store.commit(turn(&key("ada"), Some(1))).await.unwrap_err().to_string();
    assert!(error.contains(&format!("{file} is out of reach: ")) && !error.contains("removed"), "{error}");
    fs::rename(&aside, file).unwrap();
    store.ping().await.unwrap();
}
