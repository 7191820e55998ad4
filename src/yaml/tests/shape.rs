//! Schemas on files: the sentence that an author reads.

use serde_json::{Value, json};

use super::*;

fn told_by(schema: Value, text: &str) -> String {
    let doc = good(text);
    let mut problems = Problems::default();
    crate::yaml::shape::check(&doc, &crate::yaml::shape::Shape::new(schema).unwrap(), &mut problems);
    lines(problems.into_sorted())
}

/// A sequence in small: blocks are named by their key, expectations by `type`.
fn blocks() -> Value {
    let texts = json!({"type": ["string", "number", "boolean"]});
    let block = |key: &str, value: Value| json!({"type": "object", "properties": {key: value, "id": {"type": "string", "pattern": "^[a-z_]+$", "description": "ids are lower case"}}, "required": [key], "additionalProperties": false});
    json!({
        "$id": "https://example.com/blocks.json",
        "type": "object",
        "properties": {"version": {"const": 1}, "mode": {"enum": ["fast", "slow"]}, "blocks": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/block"}}},
        "required": ["version"],
        "additionalProperties": false,
        "$defs": {
            "block": {"oneOf": [
                block("text", json!({"anyOf": [texts, {"type": "object", "properties": {"any": {"type": "array", "items": texts}}, "required": ["any"], "additionalProperties": false}]})),
                block("ask", json!({"$ref": "#/$defs/ask"})),
                block("goto", json!({"type": "string"})),
            ]},
            "ask": {
                "type": "object",
                "properties": {"text": texts, "times": {"type": "integer", "minimum": 0, "maximum": 3}, "expect": {"$ref": "#/$defs/expect"}},
                "required": ["text"],
                "additionalProperties": false,
            },
            "expect": {"oneOf": [
                {"type": "object", "properties": {"type": {"const": "string"}, "max_length": {"type": "integer"}}, "required": ["type"], "additionalProperties": false},
                {"type": "object", "properties": {"type": {"const": "integer"}, "min": {"type": "integer"}}, "required": ["type"], "additionalProperties": false},
            ]},
        },
    })
}

fn check(table: &[(&str, &str)]) {
    for (text, expected) in table {
        let text = format!("version: 1\n{text}");
        assert_eq!(told_by(blocks(), &text), *expected, "{text}");
    }
}

#[test]
fn keys() {
    check(&[
        ("blokcs: []\n", "2:1 unknown-key: unknown key \"blokcs\" | a key with a similar name exists: \"blocks\""),
        ("zzz: 1\n", "2:1 unknown-key: unknown key \"zzz\" | possible here: \"version\", \"mode\", \"blocks\""),
        ("blocks:\n - ask: {txt: b}\n", "3:10 unknown-key: unknown key \"txt\" | a key with a similar name exists: \"text\""),
        ("blocks:\n - ask: {times: 1}\n", "3:9 missing-key: the key \"text\" is missing"),
        (
            "blocks:\n - ask: {expect: {typ: string}}\n",
            "3:9 missing-key: the key \"text\" is missing\n3:19 unknown-key: unknown key \"typ\" | a key with a similar name exists: \"type\"",
        ),
    ]);
    let root = told_by(blocks(), "mode: slow\nversions: 1\n");
    assert_eq!(root, "2:1 unknown-key: unknown key \"versions\" | a key with a similar name exists: \"version\"");
}

#[test]
fn types_and_values() {
    check(&[
        ("blocks: x\n", "2:9 wrong-type: expected a list, found the text \"x\""),
        ("blocks: []\n", "2:9 wrong-value: the list is empty"),
        ("blocks:\n", "2:1 wrong-type: expected a list, found nothing"),
        ("mode: fsat\n", "2:7 wrong-value: \"fsat\" is not possible here | a value with a similar name exists: \"fast\""),
        ("mode: 7\n", "2:7 wrong-value: 7 is not possible here | possible here: \"fast\", \"slow\""),
        ("blocks:\n - goto: x\n   id: Bad Id\n", "4:8 wrong-value: \"Bad Id\" is not possible here | ids are lower case"),
        ("blocks:\n - ask: {text: b, times: 9}\n", "3:26 wrong-value: 9 is more than 3"),
        ("blocks:\n - ask: {text: b, times: -1}\n", "3:26 wrong-value: -1 is less than 0"),
        ("blocks:\n - ask: {text: b, times: 1.5}\n", "3:26 wrong-type: expected a whole number, found 1.5"),
    ]);
    assert_eq!(told_by(blocks(), "version: 2\n"), "1:10 wrong-value: expected 1, found 2");
    assert_eq!(told_by(blocks(), "- a\n"), "1:1 wrong-type: expected a mapping, found a list");
}

#[test]
fn of_a_choice_the_branch_that_was_meant_is_told() {
    check(&[
        ("blocks:\n - txet: hi\n", "3:4 unknown-key: unknown key \"txet\" | a key with a similar name exists: \"text\""),
        ("blocks:\n - hello\n", "3:4 wrong-type: expected a mapping, found the text \"hello\""),
        ("blocks:\n - id: a\n", "3:4 missing-key: one of these keys is missing: \"text\", \"ask\", \"goto\""),
        ("blocks:\n - {}\n", "3:4 missing-key: one of these keys is missing: \"text\", \"ask\", \"goto\""),
        ("blocks:\n - text: a\n   ask: {text: b}\n", "4:4 conflicting-keys: these keys cannot stand together: \"text\", \"ask\""),
        ("blocks:\n - text: hi\n   foo: x\n", "4:4 unknown-key: unknown key \"foo\" | possible here: \"text\", \"id\""),
        ("blocks:\n - text: [a]\n", "3:10 wrong-type: expected a text or a mapping, found a list | if a text is meant, quote it: \"[a]\""),
        ("blocks:\n - text: \n", "3:4 wrong-type: expected a text or a mapping, found nothing"),
        ("blocks:\n - text: {any: x}\n", "3:16 wrong-type: expected a list, found the text \"x\""),
        ("blocks:\n - text: {any: [a, [b]]}\n", "3:20 wrong-type: expected a text, found a list | if a text is meant, quote it: \"[b]\""),
        ("blocks:\n - ask: hi\n", "3:9 wrong-type: expected a mapping, found the text \"hi\""),
        (
            "blocks:\n - ask: {text: b, times: 9}\n   idd: x\n",
            "3:26 wrong-value: 9 is more than 3\n4:4 unknown-key: unknown key \"idd\" | a key with a similar name exists: \"id\"",
        ),
    ]);
}

#[test]
fn of_a_choice_by_name_the_name_decides() {
    let expect = |expect: &str| told_by(blocks(), &format!("version: 1\nblocks:\n - ask: {{text: b, expect: {expect}}}\n"));
    assert_eq!(
        expect("{type: intger}"),
        "3:34 wrong-value: \"intger\" is not possible here | a value with a similar name exists: \"integer\""
    );
    assert_eq!(expect("{type: integer, min: x}"), "3:48 wrong-type: expected a whole number, found the text \"x\"");
    assert_eq!(expect("{type: integer, max_length: 4}"), "3:43 unknown-key: unknown key \"max_length\" | possible here: \"type\", \"min\"");
    assert_eq!(expect("{}"), "3:27 missing-key: the key \"type\" is missing");
    assert_eq!(expect("text"), "3:27 wrong-type: expected a mapping, found the text \"text\"");
}

#[test]
fn many_possible_keys_are_not_all_listed() {
    let branch = |i: usize| json!({"type": "object", "properties": {format!("key_{i}"): {}}, "required": [format!("key_{i}")], "additionalProperties": false});
    let schema = json!({"oneOf": (0..30).map(branch).collect::<Vec<_>>()});
    let none = told_by(schema.clone(), "{}\n");
    assert!(none.starts_with("1:1 missing-key: a key is missing that says what this is | for example: \"key_0\", \"key_1\""), "{none}");
    assert!(!none.contains("key_20"), "{none}");
    assert_eq!(told_by(schema, "something: 1\n"), "1:1 unknown-key: unknown key \"something\"");
}

#[test]
fn what_schemars_writes_is_told_well() {
    #[derive(schemars::JsonSchema)]
    #[serde(rename_all = "snake_case", deny_unknown_fields)]
    #[expect(dead_code, reason = "only its schema is looked at")]
    struct Settings {
        level: Option<Level>,
        act: Option<Act>,
        names: Option<Entries<Spanned<u8>>>,
    }
    #[derive(schemars::JsonSchema)]
    #[serde(rename_all = "snake_case")]
    #[expect(dead_code, reason = "only its schema is looked at")]
    enum Level {
        /// Low.
        Low,
        /// High.
        High,
    }
    #[derive(schemars::JsonSchema)]
    #[serde(rename_all = "snake_case")]
    #[expect(dead_code, reason = "only its schema is looked at")]
    enum Act {
        Stop,
        Goto(String),
    }
    let schema = || serde_json::to_value(schemars::schema_for!(Settings)).unwrap();
    let told = |text: &str| told_by(schema(), text);
    assert_eq!(told("level: hihg\n"), "1:8 wrong-value: \"hihg\" is not possible here | a value with a similar name exists: \"high\"");
    assert_eq!(told("level: [low]\n"), "1:8 wrong-type: expected a text, found a list | if a text is meant, quote it: \"[low]\"");
    assert_eq!(told("act: {goto: [x]}\n"), "1:13 wrong-type: expected a text, found a list | if a text is meant, quote it: \"[x]\"");
    assert_eq!(told("act: stopp\n"), "1:6 wrong-value: expected \"stop\", found the text \"stopp\"");
    assert_eq!(told("act: {gto: x}\n"), "1:7 unknown-key: unknown key \"gto\" | a key with a similar name exists: \"goto\"");
    assert_eq!(told("names: {a: 1, b: x}\n"), "1:18 wrong-type: expected a whole number, found the text \"x\"");
    assert_eq!(told("level: ~\nact: stop\nnames: {}\n"), "");
}

#[test]
fn a_value_is_blamed_once() {
    let (doc, mut problems) = (good("version: 1\nblocks:\n - text:\n"), Problems::default());
    empty_values(&doc, &["text"], &mut problems);
    crate::yaml::shape::check(&doc, &crate::yaml::shape::Shape::new(blocks()).unwrap(), &mut problems);
    assert_eq!(lines(problems.into_sorted()), "3:4 empty-value: \"text\" has no value");
}

#[test]
fn schemas_are_never_fetched() {
    let remote = crate::yaml::shape::Shape::new(json!({"$ref": "https://example.com/other.json"}));
    assert!(remote.is_err());
}

/// A long file is looked at in parts; where the mistakes stand, and what comes behind them, makes no difference.
#[test]
fn long_files() {
    let blocks_of = |bad: &dyn Fn(usize) -> bool| -> String {
        let block = |n| if bad(n) { " - txet: a\n" } else { " - text: a\n" };
        "version: 1\nblocks:\n".to_owned() + &(3..8_000).map(block).collect::<String>()
    };
    let lines_told = |text: &str| -> Vec<usize> {
        let told = told_by(blocks(), text);
        told.lines().map(|line| line.split(':').next().unwrap().parse().unwrap()).collect()
    };
    for bad in [&[3_usize][..], &[7_999], &[4, 1_500, 6_000, 7_998]] {
        assert_eq!(lines_told(&blocks_of(&|n| bad.contains(&n))), bad);
    }
    let first: Vec<usize> = (5_000..5_000 + Problems::OF_FILE_MAX).chain([5_000 + Problems::OF_FILE_MAX - 1]).collect();
    assert_eq!(lines_told(&blocks_of(&|n| n >= 5_000)), first, "the last of them says that there are more");
    let many: String = (0..8_000).map(|n| format!("zzz{n}: 1\n")).collect();
    assert!(
        !told_by(blocks(), &(many + "version: 1\n")).contains("missing-key"),
        "what stands in the part that was cut off is not missing"
    );
}
