//! `flowgate tokens`.

use super::{Folder, Ran};

#[test]
fn a_database_that_is_not_there_is_not_made() {
    let folder = Folder::empty();
    let ran = folder.run(&["tokens", "rotate"]);
    assert!(ran.code == 2 && ran.err.starts_with("error: cannot use the database file data/flowgate.db: No such file"), "{ran:?}");
    assert!(!folder.path("data").exists());
    let wrong = folder.run(&["tokens", "rotate", "--database", "flowgate.db"]);
    assert!(
        wrong.code == 2 && wrong.err.ends_with("help: the URL comes from --database, FLOWGATE_DATABASE or DATABASE_URL, in this order\n")
    );
    assert_eq!(folder.run(&["tokens"]).code, 2);
}

#[test]
fn a_bot_that_was_never_live_is_refused_and_all_tokens_need_no_bot() {
    let folder = Folder::empty();
    assert_eq!(folder.run(&["migrate"]).code, 0);
    let nobody = "error: no bot \"shopp\" was ever live with this database\n";
    assert_eq!(folder.run(&["tokens", "rotate", "--bot", "shopp"]), Ran::new(2, "", nobody));
    let all = "all webchat tokens are void; a gateway that serves from this database refuses them within a second\n";
    assert_eq!(folder.run(&["tokens", "rotate"]), Ran::new(0, all, ""));
}
