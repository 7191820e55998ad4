//! `flowgate check`: every format, what fails it, what it cannot do.

use quick_junit::{NonSuccessKind, Report, TestCaseStatus};
use serde_json::{Value, json};

use super::{BOT, Folder, Ran, WELCOME, fine};

const BROKEN: &str = "version: 1\nsequence: welcome\nblocks:\n  - text: \"Hello!\"\n  - goto: hlep\n";
const FACT: &str = "this `goto` goes to \"hlep\", which does not exist";
const CURE: &str = "a sequence or block with a similar name exists: \"help\"";
const HELP: &str = "version: 1\nsequence: help\nblocks:\n  - text: \"I listen.\"\n";
const WORRYING: &str = "version: 1\nlocale: it\ntexts: {\"Hello!\": \"Ciao!\", \"Goodbye!\": \"Addio!\"}\n";

/// One bot with an error, one that is fine.
fn broken() -> Folder {
    let folder = fine();
    folder.write("bots/echo/sequences/welcome.yaml", BROKEN);
    folder.write("bots/echo/sequences/help.yaml", HELP);
    folder.write("bots/other/bot.yaml", &BOT.replace("echo", "other"));
    folder.write("bots/other/sequences/welcome.yaml", WELCOME);
    folder
}

/// A bot with a warning.
fn worrying() -> Folder {
    let folder = fine();
    folder.write("bots/echo/locales/it.yaml", WORRYING);
    folder
}

fn parsed(ran: &Ran) -> Value {
    serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {}", ran.out))
}

#[test]
fn bots_without_faults_are_counted() {
    let expected = "1 bot, 1 sequence, 1 block, 0 APIs, 1 test: no problems\n";
    assert_eq!(fine().run(&["check"]), Ran::new(0, expected, ""));
}

#[test]
fn an_error_is_shown_with_its_line() {
    let expected = format!(
        "error[unknown-target]: {FACT}\n --> bots/echo/sequences/welcome.yaml:5:11\n  |\n5 |   - goto: hlep\n  |           ^^^^\n  |\n\
        help: {CURE}\n\n1 error in 1 file\n"
    );
    assert_eq!(broken().run(&["check"]), Ran::new(1, &expected, ""));
}

#[test]
fn colours_change_nothing_else() {
    let coloured = broken().run_with(&[("CLICOLOR_FORCE", "1")], &["check"]).out;
    assert!(coloured.contains("\u{1b}["), "{coloured}");
    assert_eq!(anstream::adapter::strip_str(&coloured).to_string(), broken().run(&["check"]).out);
}

#[test]
fn a_path_is_the_folder_one_bot_or_a_file_of_one() {
    let folder = broken();
    let code = |path: &str| folder.run(&["check", path]).code;
    assert_eq!((code("bots"), code("bots/echo"), code("bots/other")), (1, 1, 0));
    assert_eq!((code("bots/echo/bot.yaml"), code("bots/other/sequences/welcome.yaml")), (1, 0));
    assert_eq!(folder.run(&["check", "bots/other", "bots/echo"]).code, 1);
    assert_eq!(folder.run_with(&[("FLOWGATE_BOTS", "bots/other")], &["check"]).code, 0);
}

#[test]
fn warnings_fail_only_where_they_are_denied() {
    let folder = worrying();
    let ran = folder.run(&["check"]);
    assert!(ran.code == 0 && ran.out.starts_with("warning[locale-unused]"), "{}", ran.out);
    assert!(ran.out.ends_with("\n1 warning in 1 file\n1 bot, 1 sequence, 1 block, 0 APIs, 1 test: no errors\n"), "{}", ran.out);
    let denied = folder.run(&["check", "--deny", "warnings"]);
    assert!(denied.code == 1 && denied.out.ends_with("\n1 warning in 1 file\nwarnings are denied\n"), "{}", denied.out);
    assert_eq!(folder.run_with(&[("FLOWGATE_DENY", "warnings")], &["check"]).code, 1);
    assert_eq!(fine().run(&["check", "--deny", "warnings"]).code, 0);
}

#[test]
fn json_is_a_list() {
    let ran = broken().run(&["check", "--format", "json"]);
    let expected = json!([{
        "severity": "error", "code": "unknown-target", "message": FACT,
        "file": "bots/echo/sequences/welcome.yaml", "line": 5, "column": 11,
        "help": CURE,
    }]);
    assert_eq!((ran.code, parsed(&ran), ran.err.as_str()), (1, expected, ""));
    assert_eq!(fine().run(&["check", "--format", "json"]), Ran::new(0, "[]\n", ""));
}

#[test]
fn github_gets_a_command_for_each() {
    let expected = format!("::error file=bots/echo/sequences/welcome.yaml,line=5,col=11,title=unknown-target::{FACT}%0Ahelp: {CURE}\n");
    assert_eq!(broken().run(&["check", "--format", "github"]), Ran::new(1, &expected, ""));
    assert_eq!(fine().run(&["check", "--format", "github"]), Ran::new(0, "", ""));
}

#[test]
fn sarif_has_what_code_scanning_needs() {
    let ran = broken().run(&["check", "--format", "sarif"]);
    let log = parsed(&ran);
    assert_eq!((ran.code, &log["version"], log["runs"].as_array().map(Vec::len)), (1, &json!("2.1.0"), Some(1)));
    let (driver, result) = (&log["runs"][0]["tool"]["driver"], &log["runs"][0]["results"][0]);
    assert_eq!((&driver["name"], &driver["version"]), (&json!("flowgate"), &json!(env!("CARGO_PKG_VERSION"))));
    assert_eq!(
        (&result["ruleId"], &result["level"], &driver["rules"][0]["id"]),
        (&json!("unknown-target"), &json!("error"), &json!("unknown-target"))
    );
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "bots/echo/sequences/welcome.yaml");
    assert_eq!(place["region"], json!({"startLine": 5, "startColumn": 11}));
    assert_eq!(parsed(&fine().run(&["check", "--format", "sarif"]))["runs"][0]["results"], json!([]));
}

#[test]
fn junit_has_a_case_per_file() {
    let ran = broken().run(&["check", "--format", "junit"]);
    let report = Report::deserialize_from_str(&ran.out).unwrap();
    assert_eq!((ran.code, report.tests, report.failures, report.test_suites.len()), (1, 6, 1, 1));
    let of_file =
        |file: &str| report.test_suites[0].test_cases.iter().find(|case| case.name.as_str() == file).map(|case| case.status.clone());
    assert_eq!(of_file("bots/echo/bot.yaml"), Some(TestCaseStatus::success()));
    let Some(TestCaseStatus::NonSuccess { kind, ty, .. }) = of_file("bots/echo/sequences/welcome.yaml") else { panic!("{}", ran.out) };
    assert_eq!((kind, ty.as_ref().map(|ty| ty.as_str())), (NonSuccessKind::Failure, Some("unknown-target")));
}

#[test]
fn where_there_is_no_bot_it_says_what_one_is() {
    let help = "help: name the folder with the bots, one bot, or files of bots; without a path it is the folder bots\n";
    let said = |folder: Folder, arguments: &[&str]| folder.run(arguments);
    assert_eq!(said(Folder::empty(), &["check"]), Ran::new(2, "", &format!("error: there is no file or folder bots\n{help}")));
    let empty = Folder::with(&[("bots/readme.md", "")]);
    let expected = format!("error: there is no bot in bots: a bot is a folder with a bot.yaml\n{help}");
    assert_eq!(said(empty, &["check", "--format", "json"]), Ran::new(2, "", &expected));
}

#[test]
fn a_format_that_does_not_exist_is_wrong_use() {
    let expected = "error: invalid value 'xml' for '--format <FORM>'\n  [possible values: text, json, github, sarif, junit]\n\n\
        For more information, try '--help'.\n";
    assert_eq!(fine().run(&["check", "--format", "xml"]), Ran::new(2, "", expected));
}

/// Who names a file in a pull request writes neither lines nor commands of what CI shows of it.
#[test]
fn names_of_files_forge_nothing_in_any_format() {
    let folder = fine();
    folder.write("bots/echo/sequences/x\n::error::forged\u{1b}[2K.yaml", "version: 1\nsequence: [\n");
    folder.write("bots/odd\n\u{1b}[31mname/bot.yaml", "version: 1\n");
    let shown = ["x\\n::error::forged\\u{1b}[2K.yaml", "odd\\n\\u{1b}[31mname"];
    for format in ["text", "json", "github", "sarif", "junit"] {
        let ran = folder.run(&["check", "--format", format]);
        assert_eq!((ran.code, ran.err.as_str()), (1, ""), "{format}: {ran:?}");
        assert!(!ran.out.contains('\u{1b}') && !ran.out.contains("\n::error::forged"), "{format}: {}", ran.out);
        let unescaped = match format {
            "json" => ran.out.replace("\\\\", "\\"),
            "sarif" => percent_encoding::percent_decode_str(&ran.out).decode_utf8().unwrap().into_owned(),
            "github" => ran.out.replace("%3A", ":"),
            _ => ran.out,
        };
        assert!(shown.iter().all(|name| unescaped.contains(name)), "{format}: {unescaped}");
    }
    let lost = folder.run(&["check", "no\nsuch"]);
    assert!(lost.code == 2 && lost.err.starts_with("error: there is no file or folder no\\nsuch\n"), "{lost:?}");
}
