//! Wrong use, help, version, variables: what all commands have in common.

use std::{
    fs,
    process::{Command, Stdio},
};

use super::{Folder, Ran};

#[test]
fn the_version_is_that_of_the_package() {
    let expected = format!("flowgate {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(Folder::empty().run(&["--version"]), Ran::new(0, &expected, ""));
}

#[test]
fn help_is_a_result_and_wrong_use_is_not() {
    let folder = Folder::empty();
    let (help, nothing) = (folder.run(&["help"]), folder.run(&[]));
    assert_eq!((help.code, help.err.as_str(), nothing.code, nothing.out.as_str()), (0, "", 2, ""));
    assert_eq!(help.out, nothing.err);
    assert!(help.out.contains("Exit codes: 0 "), "{}", help.out);
}

#[test]
fn a_slip_gets_a_proposal() {
    let expected = "error: unrecognized subcommand 'migrat'\n\n  tip: a similar subcommand exists: 'migrate'\n\n\
        Usage: flowgate <COMMAND>\n\nFor more information, try '--help'.\n";
    assert_eq!(Folder::empty().run(&["migrat"]), Ran::new(2, "", expected));
}

#[test]
fn help_never_shows_the_value_of_a_variable() {
    let variables = [("DATABASE_URL", "postgres://bots:sesame@db/bots")];
    let ran = Folder::empty().run_with(&variables, &["migrate", "--help"]);
    assert!(ran.code == 0 && ran.out.contains("DATABASE_URL") && !ran.out.contains("sesame"), "{}", ran.out);
}

#[test]
fn colours_come_only_when_they_are_wanted() {
    let said = |variables: &[(&str, &str)]| Folder::empty().run_with(variables, &["migrate", "--database", "mysql://x"]).err;
    assert!(!said(&[]).contains('\u{1b}'));
    assert!(said(&[("CLICOLOR_FORCE", "1")]).contains("\u{1b}["));
    assert!(!said(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]).contains('\u{1b}'));
}

#[test]
fn a_reader_that_leaves_early_is_no_trouble() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_flowgate"));
    let mut child = command.args(["schema", "sequence"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), String::from_utf8(output.stderr).unwrap()), (Some(0), String::new()));
}

#[test]
fn a_result_that_cannot_be_written_is_trouble() {
    let full = fs::File::options().write(true).open("/dev/full").unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_flowgate")).arg("schema").stdout(full).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), said.as_str()), (Some(2), "error: cannot write the result: No space left on device (os error 28)\n"));
}
