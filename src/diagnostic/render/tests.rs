//! Renderers, each on the same few diagnostics.

use std::sync::Arc;

use super::*;
use crate::diagnostic::{Place, Sources};

const ORDER: &str = "\u{FEFF}version: 1\nblocks:\n\t- goto: chek_stock # 注文\r\n  - 注文: {a: 1, a: 2}\n";

fn place(file: &str, text: &str, part: &str, nth: usize) -> Place {
    let (start, _) = text.match_indices(part).nth(nth).unwrap();
    let before = &text[..start];
    let line = u32::try_from(before.matches('\n').count()).unwrap() + 1;
    let column = u32::try_from(before.rsplit('\n').next().unwrap().trim_start_matches('\u{FEFF}').chars().count()).unwrap() + 1;
    Place { file: file.into(), line, column, start, end: start + part.len() }
}

fn found() -> (Vec<Diagnostic>, Sources) {
    let file = "bots/my shop/order.yaml";
    let at = |part, nth| place(file, ORDER, part, nth);
    let diagnostic =
        |severity, code, message: &str, place| Diagnostic { severity, code, message: message.into(), place, related: vec![], help: None };
    let all = vec![
        Diagnostic {
            related: vec![(at("a", 0), "first used here".into())],
            ..diagnostic(Severity::Error, "yaml-duplicate-key", "the key \"a\" stands twice in one mapping", at("a", 1))
        },
        Diagnostic {
            help: Some("a block with a similar name exists: \"check_stock\"".into()),
            ..diagnostic(Severity::Error, "unknown-target", "100% of: \"chek_stock\",\u{1b}[31m does not exist", at("chek_stock", 0))
        },
        diagnostic(Severity::Warning, "empty-value", "nothing <here>", at("version", 0)),
        diagnostic(
            Severity::Hint,
            "yaml-encoding",
            "unreadable",
            Place { line: 3, column: 7, ..Place::start_of(&"bots/gone.yaml".into()) },
        ),
    ];
    (all, Sources::from([(Arc::from(file), Arc::from(ORDER)), ("bots/fine.yaml".into(), "a: 1".into())]))
}

#[test]
fn text_shows_the_line_and_a_caret() {
    let (all, sources) = found();
    let expected = r#"hint[yaml-encoding]: unreadable
--> bots/gone.yaml:3:7

warning[empty-value]: nothing <here>
 --> bots/my shop/order.yaml:1:1
  |
1 | version: 1
  | ^^^^^^^

error[unknown-target]: 100% of: "chek_stock",␛[31m does not exist
 --> bots/my shop/order.yaml:3:10
  |
3 |     - goto: chek_stock # 注文
  |             ^^^^^^^^^^
  |
help: a block with a similar name exists: "check_stock"

error[yaml-duplicate-key]: the key "a" stands twice in one mapping
 --> bots/my shop/order.yaml:4:16
  |
4 |   - 注文: {a: 1, a: 2}
  |                  ^
  |
note: first used here
 --> bots/my shop/order.yaml:4:10
  |
4 |   - 注文: {a: 1, a: 2}
  |            ^

2 errors, 1 warning, 1 hint in 2 files
"#;
    assert_eq!(text(&all, &sources, false), expected);
    assert_eq!(text(&[], &sources, false), "");
}

#[test]
fn colour_is_only_added() {
    let (all, sources) = found();
    let coloured = text(&all, &sources, true);
    assert!(coloured.contains("\u{1b}[1m"));
    assert_eq!(anstream::adapter::strip_str(&coloured).to_string(), text(&all, &sources, false));
}

#[test]
fn a_place_that_does_not_fit_its_file_is_no_reason_to_fail() {
    let sources = Sources::from([(Arc::from("a.yaml"), Arc::from("é\nb"))]);
    for (start, end) in [(1, 2), (0, 1), (4, 99), (99, 100), (3, 1), (0, 4)] {
        let place = Place { file: "a.yaml".into(), line: 1, column: 1, start, end };
        let diagnostic =
            Diagnostic { severity: Severity::Error, code: "yaml-syntax", message: "x".into(), place, related: vec![], help: None };
        assert!(text(&[diagnostic], &sources, false).starts_with("error[yaml-syntax]: x\n"), "{start}..{end}");
    }
}

#[test]
fn summaries_count() {
    let (all, _) = found();
    assert_eq!(summary(&all), "2 errors, 1 warning, 1 hint in 2 files");
    assert_eq!(summary(&all[..1]), "1 error in 1 file");
    assert_eq!(summary(&[]), "no problems");
}

#[test]
fn json_is_a_list_of_flat_objects() {
    let (all, _) = found();
    let list: serde_json::Value = serde_json::from_str(&json(&all)).unwrap();
    let expected = serde_json::json!({
        "severity": "error", "code": "unknown-target", "message": "100% of: \"chek_stock\",\u{1b}[31m does not exist",
        "file": "bots/my shop/order.yaml", "line": 3, "column": 10, "help": "a block with a similar name exists: \"check_stock\"",
    });
    assert_eq!(list[2], expected);
    assert_eq!(list[0]["severity"], "hint");
    assert_eq!(list.as_array().unwrap().len(), 4);
    assert!(list[1].get("help").is_none());
}

#[test]
fn github_commands_are_escaped() {
    let (mut all, _) = found();
    all[1].place.file = "a,b:50%.yaml".into();
    let lines = github(&all);
    let lines: Vec<&str> = lines.lines().collect();
    assert_eq!(lines.len(), 4);
    let expected = "::error file=a%2Cb%3A50%25.yaml,line=3,col=10,title=unknown-target::100%25 of: \"chek_stock\",\u{1b}[31m does not exist\
                    %0Ahelp: a block with a similar name exists: \"check_stock\"";
    assert_eq!(lines[0], expected);
    assert_eq!(lines[1], "::notice file=bots/gone.yaml,line=3,col=7,title=yaml-encoding::unreadable");
    assert!(lines[2].starts_with("::warning file=bots/my shop/order.yaml,line=1,col=1,title=empty-value::"));
}

#[test]
fn sarif_has_rules_and_regions() {
    let (all, _) = found();
    let log: serde_json::Value = serde_json::from_str(&sarif(&all)).unwrap();
    assert_eq!((&log["version"], &log["runs"][0]["columnKind"]), (&"2.1.0".into(), &"unicodeCodePoints".into()));
    let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap();
    assert_eq!((rules.len(), results.len()), (4, 4));
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
    }
    let location = &results[3]["locations"][0]["physicalLocation"];
    assert_eq!(location["artifactLocation"]["uri"], "bots/my%20shop/order.yaml");
    assert_eq!(location["region"], serde_json::json!({"startLine": 4, "startColumn": 16}));
    assert_eq!(results[3]["relatedLocations"][0]["message"]["text"], "first used here");
    assert_eq!(results[0]["level"], "note");
}

#[test]
fn junit_has_a_case_for_every_file() {
    let (all, sources) = found();
    let expected = r#"<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="flowgate" tests="3" skipped="0" failures="1" errors="0">
    <testsuite name="check" tests="3" skipped="0" errors="0" failures="1">
        <testcase name="bots/fine.yaml" classname="flowgate.check"/>
        <testcase name="bots/gone.yaml" classname="flowgate.check">
            <system-out>bots/gone.yaml:3:7: hint[yaml-encoding]: unreadable</system-out>
        </testcase>
        <testcase name="bots/my shop/order.yaml" classname="flowgate.check">
            <failure message="2 errors, first: 100% of: &quot;chek_stock&quot;, does not exist" type="unknown-target">bots/my shop/order.yaml:3:10: error[unknown-target]: 100% of: &quot;chek_stock&quot;, does not exist
  help: a block with a similar name exists: &quot;check_stock&quot;
bots/my shop/order.yaml:4:16: error[yaml-duplicate-key]: the key &quot;a&quot; stands twice in one mapping</failure>
            <system-out>bots/my shop/order.yaml:1:1: warning[empty-value]: nothing &lt;here&gt;</system-out>
        </testcase>
    </testsuite>
</testsuites>
"#;
    assert_eq!(junit(&all, &sources), expected);
}
