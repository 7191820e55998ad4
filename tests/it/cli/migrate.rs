//! `flowgate migrate`, and which database a command uses.

use std::{os::unix::fs::PermissionsExt, process::Command};

use super::{Folder, Ran};

const HELP: &str = "help: the URL comes from --database, FLOWGATE_DATABASE or DATABASE_URL, in this order\n";

#[test]
fn the_first_run_makes_the_tables_and_the_next_has_nothing_to_do() {
    let folder = Folder::empty();
    let first = folder.run(&["migrate"]);
    assert!(first.code == 0 && first.out.ends_with("; the database is up to date\n"), "{first:?}");
    assert!(folder.path("data/flowgate.db").is_file());
    assert_eq!(folder.run(&["migrate"]), Ran::new(0, "the database is up to date\n", ""));
}

#[test]
fn what_is_made_is_for_this_user_alone_whatever_the_umask() {
    for umask in ["000", "022", "077"] {
        let folder = Folder::empty();
        std::fs::create_dir(folder.path("volume")).unwrap();
        std::fs::set_permissions(folder.path("volume"), PermissionsExt::from_mode(0o770)).unwrap();
        let script = format!("umask {umask}; exec \"$0\" migrate --database sqlite://volume/a/b/flowgate.db");
        let ran = Command::new("sh").args(["-c", &script, env!("CARGO_BIN_EXE_flowgate")]).current_dir(folder.root()).status().unwrap();
        assert!(ran.success());
        let mode = |path: &str| std::fs::metadata(folder.path(path)).unwrap().permissions().mode() & 0o777;
        let modes = ["volume", "volume/a", "volume/a/b", "volume/a/b/flowgate.db"].map(mode);
        assert_eq!(modes, [0o770, 0o700, 0o700, 0o600], "umask {umask}");
    }
}

#[test]
fn the_argument_wins_over_our_variable_over_the_common_one() {
    let folder = Folder::empty();
    let both = [("DATABASE_URL", "sqlite://common.db"), ("FLOWGATE_DATABASE", "sqlite://ours.db")];
    let made = |file: &str| folder.path(file).exists();

    assert_eq!(folder.run_with(&both, &["migrate", "--database", "sqlite://argument.db"]).code, 0);
    assert!(made("argument.db") && !made("ours.db") && !made("common.db") && !made("data"));
    assert_eq!(folder.run_with(&both, &["migrate"]).code, 0);
    assert!(made("ours.db") && !made("common.db") && !made("data"));
    assert_eq!(folder.run_with(&both[..1], &["migrate"]).code, 0);
    assert!(made("common.db") && !made("data"));
}

#[test]
fn an_empty_variable_is_one_that_is_not_set() {
    let folder = Folder::empty();
    let variables = [("DATABASE_URL", "sqlite://common.db"), ("FLOWGATE_DATABASE", "")];
    assert_eq!(folder.run_with(&variables, &["migrate"]).code, 0);
    assert!(folder.path("common.db").exists());
    assert_eq!(folder.run_with(&[("DATABASE_URL", "")], &["migrate"]).code, 0);
    assert!(folder.path("data/flowgate.db").exists());
}

#[test]
fn a_wrong_url_is_explained_without_its_password() {
    let said = |url: &str| Folder::empty().run(&["migrate", "--database", url]);
    let expected = "error: \"mysql://…@db/bots\" is not a database: write sqlite://PATH or postgres://USER:PASSWORD@HOST/DATABASE\n";
    assert_eq!(said("mysql://bots:sesame@db/bots"), Ran::new(2, "", &format!("{expected}{HELP}")));

    for url in ["postgres://bots:sesame@127.0.0.1:1/bots", "postgres://bots:sesame@[::1/bots", "postgres://bots:sesame@127.0.0.1:x/bots"] {
        let ran = said(url);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{url}");
        assert!(ran.err.starts_with("error: ") && !ran.err.contains("sesame"), "{url}: {}", ran.err);
    }
}

#[test]
fn a_file_that_cannot_be_made_is_named() {
    let folder = Folder::with(&[("file", "")]);
    let ran = folder.run(&["migrate", "--database", "sqlite://file/flowgate.db"]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert!(ran.err.starts_with("error: cannot use the database file file/flowgate.db: "), "{}", ran.err);
}
