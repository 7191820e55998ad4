//! `flowgate test`: what passes, what fails, and how it is told.

use quick_junit::{NonSuccessKind, Report, TestCaseStatus};
use serde_json::{Value, json};

use super::{BOT, Folder, GREETING, Ran, WELCOME, fine};

const WRONG: &str = "version: 1\ntest: parting\nsteps:\n  - user: \"bye\"\n  - bot: {text: \"Goodbye!\"}\n";

/// A bot with a test that passes and one that fails, and a bot that does not compile.
fn faulty() -> Folder {
    let folder = fine();
    folder.write("bots/echo/tests/parting.yaml", WRONG);
    folder.write("bots/wrong/bot.yaml", &BOT.replace("echo", "wrong"));
    folder.write("bots/wrong/sequences/welcome.yaml", &format!("{WELCOME}  - goto: hlep\n"));
    folder
}

#[test]
fn tests_that_pass_are_counted_by_bot() {
    let folder = fine();
    folder.write("bots/still/bot.yaml", &BOT.replace("echo", "still"));
    folder.write("bots/still/sequences/welcome.yaml", WELCOME);
    assert_eq!(folder.run(&["test"]), Ran::new(0, "echo: 1 passed\nstill: no tests\n\n1 passed\n", ""));
    assert_eq!(folder.run(&["test", "bots/still"]), Ran::new(0, "still: no tests\n\n0 passed\n", ""));
}

#[test]
fn a_failure_shows_expected_and_actual_and_where() {
    let folder = fine();
    folder.write("bots/echo/tests/parting.yaml", WRONG);
    let expected = r#"echo: 1 passed, 1 failed

failed: echo: parting
bots/echo/tests/parting.yaml:5:5: the bot says something else
  expected                       | actual
  text: "Goodbye!"               | type: "text"
                                 | text: "Hello!"
  the block: bots/echo/sequences/welcome.yaml:4
  the conversation:
    user › bye
    bot › Hello!

1 passed, 1 failed
"#;
    assert_eq!(folder.run(&["test"]), Ran::new(1, expected, ""));
}

#[test]
fn a_bot_with_errors_is_a_failure_with_its_diagnostics() {
    let ran = faulty().run(&["test"]);
    assert!(ran.out.starts_with("echo: 1 passed, 1 failed\nwrong: not tested, 1 error in 1 file\n\n"), "{}", ran.out);
    assert!(
        ran.out.contains("\nerror[unknown-target]: ") && ran.out.contains("--> bots/wrong/sequences/welcome.yaml:5:11\n"),
        "{}",
        ran.out
    );
    assert!(ran.code == 1 && ran.out.ends_with("\n1 passed, 2 failed\n"), "{}", ran.out);
}

#[test]
fn a_test_that_names_what_does_not_exist_is_an_error_of_check_and_test() {
    let folder = fine();
    folder.write("bots/echo/tests/start.yaml", "version: 1\ntest: start\nsteps:\n  - start: {sequence: welcom}\n");
    for command in ["check", "test"] {
        let ran = folder.run(&[command]);
        assert!(ran.code == 1 && ran.out.contains("error[unknown-sequence]: "), "{}", ran.out);
        assert!(ran.out.contains("--> bots/echo/tests/start.yaml:4:"), "{}", ran.out);
    }
}

#[test]
fn a_filter_chooses_by_name_or_file() {
    let folder = fine();
    folder.write("bots/echo/tests/last.yaml", WRONG);
    let run = |text: &str| folder.run(&["test", "--filter", text]);
    assert_eq!(run("GREET"), Ran::new(0, "echo: 1 passed\n\n1 passed\n", ""));
    for text in ["parting", "last.yaml"] {
        assert!(run(text).out.ends_with("\n0 passed, 1 failed\n"), "{text}");
    }
    assert_eq!(run("Nothing"), Ran::new(2, "", "error: no test has \"Nothing\" in its name or file\n"));
}

#[test]
fn json_tells_of_every_test() {
    let ran = faulty().run(&["test", "--format", "json"]);
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((ran.code, &report["passed"], &report["failed"]), (1, &json!(1), &json!(2)));
    let tests = report["bots"][0]["tests"].as_array().unwrap();
    assert_eq!(tests[0], json!({"name": "greeting", "file": "bots/echo/tests/greeting.yaml", "line": 2, "passed": true}));
    let failure = &tests[1]["failure"];
    assert_eq!((&failure["file"], &failure["line"]), (&json!("bots/echo/tests/parting.yaml"), &json!(5)));
    assert_eq!(failure["block"], json!({"file": "bots/echo/sequences/welcome.yaml", "line": 4}));
    assert!(failure["expected"].as_str().unwrap().contains("Goodbye!") && failure["actual"].as_str().unwrap().contains("Hello!"));
    assert_eq!((&report["bots"][1]["failed"], &report["bots"][1]["diagnostics"][0]["code"]), (&json!(1), &json!("unknown-target")));
}

/// A bot whose API fails, and a test that overlooks it.
fn failing() -> Folder {
    let folder = fine();
    folder.write(
        "bots/echo/sequences/welcome.yaml",
        &format!("{WELCOME}  - buttons: {{text: \"Now?\", items: [{{title: \"Yes\"}}]}}\n  - api: shop\n"),
    );
    folder.write(
        "bots/echo/apis/shop.yaml",
        "version: 1\napi: shop\nmethod: GET\nurl: https://shop.example\nsample: {data: x}\non_error: {text: \"Closed.\"}\n",
    );
    folder.write("bots/echo/tests/greeting.yaml", "version: 1\ntest: buying\napis: {shop: {fails: timeout}}\nsteps:\n  - user: hi\n  - bot: {}\n  - bot: {}\n  - user: {press: \"Yes\"}\n  - bot: none\n");
    folder
}

const WENT: &str = r#"  the conversation:
    user › hi
    bot › Hello!
    bot › Now? [Yes]
    user › [Yes]
        ↳ fails (timeout): the test answers with `fails: timeout`  bots/echo/sequences/welcome.yaml:6
    bot › Closed.
"#;

#[test]
fn a_failure_shows_the_conversation_and_the_block_that_failed() {
    let ran = failing().run(&["test"]);
    assert!(ran.code == 1 && ran.out.contains(WENT), "{}", ran.out);
    let ran = failing().run(&["test", "--format", "json"]);
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    let conversation = &report["bots"][0]["tests"][0]["conversation"];
    assert_eq!(conversation[0], json!({"user": "hi"}));
    let place = json!({"file": "bots/echo/sequences/welcome.yaml", "line": 5});
    assert_eq!(conversation[2], json!({"bot": {"type": "buttons", "text": "Now?", "items": [{"title": "Yes"}]}, "block": place}));
    assert!(conversation[4]["trace"].as_str().unwrap().contains("fails (timeout)"), "{conversation}");
    let ran = failing().run(&["test", "--format", "junit"]);
    let report = Report::deserialize_from_str(&ran.out).unwrap();
    let TestCaseStatus::NonSuccess { description, .. } = &report.test_suites[0].test_cases[0].status else { panic!("{}", ran.out) };
    assert!(description.as_ref().unwrap().as_str().contains(WENT.trim_end()), "{}", ran.out);
}

#[test]
fn a_trace_shows_of_every_test_what_decided() {
    let expected = r#"echo: 1 passed

passed: echo: greeting
  the conversation:
    user › hi
        ↳ a session begins
        ↳ text  bots/echo/sequences/welcome.yaml:4
    bot › Hello!

1 passed
"#;
    assert_eq!(fine().run(&["test", "--trace"]), Ran::new(0, expected, ""));
    let report: Value = serde_json::from_str(&fine().run(&["test", "--trace", "--format", "json"]).out).unwrap();
    assert_eq!(report["bots"][0]["tests"][0]["conversation"][1], json!({"trace": "↳ a session begins"}));
    let junit = fine().run(&["test", "--trace", "--format", "junit"]).out;
    let report = Report::deserialize_from_str(&junit).unwrap();
    assert!(report.test_suites[0].test_cases[0].system_out.as_ref().unwrap().as_str().contains("↳ text"), "{junit}");
}

#[test]
fn of_a_long_conversation_the_end_is_shown() {
    let folder = fine();
    let steps = "  - user: hi\n  - bot: {text: \"Hello!\"}\n  - wait: 30d\n".repeat(20);
    folder.write("bots/echo/tests/greeting.yaml", &format!("version: 1\ntest: long\nsteps:\n{steps}  - user: \"the end\"\n"));
    let shown = |arguments: &[&str]| folder.run(arguments).out;
    let short = shown(&["test"]);
    assert!(short.contains("    … 32 lines before\n") && short.contains("    user › the end\n    bot › Hello!\n"), "{short}");
    let long = shown(&["test", "--trace"]);
    assert!(!long.contains("lines before") && long.matches("    user › hi\n").count() == 20, "{long}");
}

/// What check warns of in a test, and a file that is never run, are told where the tests are run.
#[test]
fn warnings_about_tests_are_shown() {
    let folder = fine();
    folder.write("bots/echo/tests/lost.yml", GREETING);
    folder.write("bots/echo/tests/same.yaml", GREETING);
    let ran = folder.run(&["test"]);
    assert!(ran.code == 0 && ran.out.starts_with("echo: 2 passed\n") && ran.out.ends_with("\n2 passed\n"), "{}", ran.out);
    assert!(ran.out.contains("warning[stray-file]") && ran.out.contains("warning[duplicate-test]"), "{}", ran.out);
}

/// Twice what was passed by, and should not have been.
#[test]
fn tests_that_are_wrong_do_not_pass() {
    let folder = fine();
    folder.write("bots/echo/bot.yaml", &format!("{BOT}attributes: {{id: {{type: integer}}}}\n"));
    folder
        .write("bots/echo/sequences/welcome.yaml", &format!("{WELCOME}  - api: ping\n  - api: ping\n  - set: {{id: 9007199254740993}}\n"));
    folder.write(
        "bots/echo/apis/ping.yaml",
        "version: 1\napi: ping\nmethod: POST\nurl: https://shop.example\noutput: json\nsample: {data: {}, success: true}\n",
    );
    let expect = |expected: &str| {
        folder.write("bots/echo/tests/greeting.yaml", &format!("{GREETING}  - expect: {expected}\n"));
        folder.run(&["test"])
    };
    for good in [
        "{called: {ping: [{method: POST}, {method: POST}]}}",
        "{attributes: {id: 9007199254740993}}",
        "{attributes: {id: {not: 9007199254740992}}}",
    ] {
        assert_eq!(expect(good).code, 0, "{good}");
    }
    for wrong in [
        "{called: {ping: [{method: POST}]}}",
        "{called: {ping: []}}",
        "{attributes: {id: 9007199254740992}}",
        "{attributes: {id: {not: 9007199254740993}}}",
    ] {
        assert!(expect(wrong).out.ends_with("0 passed, 1 failed\n"), "{wrong}");
    }
}

#[test]
fn junit_has_a_suite_per_bot() {
    let ran = faulty().run(&["test", "--format", "junit"]);
    let report = Report::deserialize_from_str(&ran.out).unwrap();
    assert_eq!((ran.code, report.tests, report.failures), (1, 3, 2));
    let suites: Vec<(&str, usize)> = report.test_suites.iter().map(|suite| (suite.name.as_str(), suite.failures)).collect();
    assert_eq!(suites, [("echo", 1), ("wrong", 1)]);
    let case = &report.test_suites[0].test_cases[1];
    assert_eq!((case.name.as_str(), case.classname.as_ref().map(|name| name.as_str())), ("parting", Some("echo")));
    let TestCaseStatus::NonSuccess { kind, description, .. } = &case.status else { panic!("{}", ran.out) };
    assert_eq!(*kind, NonSuccessKind::Failure);
    assert!(description.as_ref().unwrap().as_str().contains("bots/echo/tests/parting.yaml:5:"));
}
