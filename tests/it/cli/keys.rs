//! `flowgate keys`.

use super::{Folder, Ran};

/// A folder with a database.
fn prepared() -> Folder {
    let folder = Folder::empty();
    assert_eq!(folder.run(&["migrate"]).code, 0);
    folder
}

/// The key alone, and what is said beside it.
fn created(folder: &Folder, arguments: &[&str]) -> (String, String) {
    let ran = folder.run(&[&["keys", "create"], arguments].concat());
    assert_eq!((ran.code, ran.out.lines().count()), (0, 1), "{ran:?}");
    (ran.out.trim_end().to_owned(), ran.err)
}

#[test]
fn a_key_stands_alone_on_stdout_and_nowhere_else() {
    let folder = prepared();
    let (key, said) = created(&folder, &["--account", "61179"]);
    assert_eq!(said, format!("the key {} is made, and shown this once; no gateway has to be restarted\n", &key[..13]));
    assert_eq!(key.len(), 44);
    let (admin, _) = created(&folder, &["--admin", "--note", "for the night shift"]);
    let (app, said) = created(&folder, &["--app", "--bot", "shop"]);
    assert!(said.starts_with("warning: no bot \"shop\" was ever live with this database\nthe app "), "{said}");
    let app: serde_json::Value = serde_json::from_str(&app).unwrap();
    let secret = app["appSecret"].as_str().unwrap();
    let listed = folder.run(&["keys", "list"]);
    assert_eq!((listed.code, listed.err.as_str(), listed.out.lines().count()), (0, "", 4));
    for name in [&key[..13], &admin[..13], app["appId"].as_str().unwrap(), "61179", "messages read send", "for the night shift"] {
        assert!(listed.out.contains(name), "{name}: {}", listed.out);
    }
    let database = std::fs::read(folder.path("data/flowgate.db")).unwrap();
    for hidden in [&key, &admin, secret] {
        assert!(!listed.out.contains(hidden) && !database.windows(hidden.len()).any(|window| window == hidden.as_bytes()));
    }
    assert!(database.windows(13).any(|window| window == &key.as_bytes()[..13]), "the search finds what is there");
}

#[test]
fn a_key_is_named_by_itself_or_by_its_beginning() {
    let folder = prepared();
    let (key, _) = created(&folder, &["--account", "1", "--scope", "read,send", "--expires", "90d"]);
    let rotated = folder.run(&["keys", "rotate", &key[..8], "--overlap", "24h"]);
    let new = rotated.out.trim_end();
    let said = format!("the key {} takes the place of {}, which ends in 24h, if not sooner\n", &new[..13], &key[..13]);
    assert_eq!((rotated.code, rotated.err), (0, said));
    let revoked = format!("the key {} is revoked: no gateway that serves from this database takes it any more\n", &key[..13]);
    assert_eq!(folder.run(&["keys", "revoke", &key]), Ran::new(0, "", &revoked));
    let again = format!("the key {} was revoked already\n", &key[..13]);
    assert_eq!(folder.run(&["keys", "revoke", &key[..13]]), Ran::new(0, "", &again));
    assert_eq!(folder.run(&["keys", "rotate", &key]), Ran::new(2, "", "error: the key has ended already\n"));
    let listed = folder.run(&["keys", "list"]).out;
    let states: Vec<&str> = listed.lines().skip(1).map(|line| line.split('\t').nth(5).unwrap()).collect();
    assert_eq!(states, ["revoked", "good"]);

    let missing = "error: no key begins like that\nhelp: `flowgate keys list` shows what there is\n";
    assert_eq!(folder.run(&["keys", "revoke", "zzzz"]), Ran::new(2, "", missing));
    assert_eq!(folder.run(&["keys", "revoke", "z"]), Ran::new(2, "", "error: a key is named by at least 4 characters of its beginning\n"));
}

#[test]
fn what_cannot_be_granted_is_refused() {
    let folder = prepared();
    let said = |arguments: &[&str]| {
        let ran = folder.run(&[&["keys", "create"], arguments].concat());
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{arguments:?}");
        ran.err
    };
    let nobodys = "error: a key belongs to an account, but for an admin key\nhelp: name the account with --account, or make an admin key with --admin\n";
    assert_eq!(said(&[]), nobodys);
    assert_eq!(said(&["--account", "shop"]), "error: an account is a number of at most 19 digits, for example \"61179\"\n");
    assert!(said(&["--account", "1", "--expires", "soon"]).starts_with("error: --expires is a time (90d)"));
    assert_eq!(said(&["--account", "1", "--expires", "2020-01-01"]), "error: a key ends in the future\n");
    for wrong in [
        &["--admin", "--account", "1"][..],
        &["--app"],
        &["--account", "1", "--scope", "admin"],
        &["--app", "--bot", "b", "--scope", "read"],
    ] {
        assert!(said(wrong).contains("For more information, try"), "{wrong:?}");
    }
}

#[test]
fn a_database_that_is_not_there_is_not_made() {
    let folder = Folder::empty();
    let ran = folder.run(&["keys", "create", "--admin"]);
    assert!(ran.code == 2 && ran.err.starts_with("error: cannot use the database file data/flowgate.db: No such file"), "{ran:?}");
    assert!(!folder.path("data").exists());
    assert_eq!(folder.run(&["keys"]).code, 2);
}
