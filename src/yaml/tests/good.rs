//! Files that are fine: values, places, aliases, and a second opinion.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

#[test]
fn scalars_are_those_of_yaml_1_2() {
    let cases = [
        ("~", json!(null)),
        ("Null", json!(null)),
        ("nULL", json!("nULL")),
        ("TRUE", json!(true)),
        ("tRUE", json!("tRUE")),
        ("no", json!("no")),
        ("on", json!("on")),
        ("y", json!("y")),
        ("0", json!(0)),
        ("-0", json!(0)),
        ("007", json!("007")),
        ("-01", json!("-01")),
        ("+3906123", json!(3_906_123)),
        ("18446744073709551615", json!(u64::MAX)),
        ("-9223372036854775808", json!(i64::MIN)),
        ("1.10", json!(1.1)),
        ("1.", json!(1.0)),
        (".5", json!(0.5)),
        ("+.5e1", json!(5.0)),
        ("1e3", json!(1000.0)),
        ("0x1F", json!(31)),
        ("0o17", json!(15)),
        ("0x", json!("0x")),
        ("1_000", json!("1_000")),
        ("1-2", json!("1-2")),
        (".", json!(".")),
        ("e5", json!("e5")),
        ("2026-03-02", json!("2026-03-02")),
        ("18:30", json!("18:30")),
        ("1.2.3", json!("1.2.3")),
        ("infinity", json!("infinity")),
        ("1e400", json!("1e400")),
        ("'1'", json!("1")),
        ("é # c", json!("é")),
        ("Tom & Jerry's {x}", json!("Tom & Jerry's {x}")),
        ("hi {{name}}", json!("hi {{name}}")),
        ("<<api>>", json!("<<api>>")),
    ];
    for (written, value) in cases {
        assert_eq!(good(written).to_json(), value, "{written}");
    }
}

#[test]
fn block_texts_lose_one_newline() {
    let doc = good("a: |\n  x\n  y\n\nb: |+\n  x\n\nc: >-\n  x\n  y\nd: |2\n   x\n");
    assert_eq!(doc.to_json(), json!({"a": "x\ny", "b": "x\n", "c": "x y", "d": " x"}));
    assert_eq!(doc.root.get("a").unwrap().span.of(&doc.text), "x\n  y");
}

#[test]
fn keys_are_taken_as_they_are_written() {
    assert_eq!(good("1: a\ntrue: b\n'': c\n").to_json(), json!({"1": "a", "true": "b", "": "c"}));
}

#[test]
fn aliases_and_merge_keys() {
    let text = "base: &b {x: 1, y: [é]}\nmore: &m {y: 2, z: 3}\none:\n  <<: *b\n  x: own\ntwo: {<<: [*b, *m]}\nfar: *b\nk: &k name\n*k : v\n'<<': text\n";
    let doc = good(text);
    let expected = json!({
        "base": {"x": 1, "y": ["é"]}, "more": {"y": 2, "z": 3}, "one": {"x": "own", "y": ["é"]},
        "two": {"x": 1, "y": ["é"], "z": 3}, "far": {"x": 1, "y": ["é"]}, "k": "name", "name": "v", "<<": "text",
    });
    assert_eq!(doc.to_json(), expected);
    assert_eq!(doc.locate("/far").value.of(text), "*b", "an alias stands where it is used");
    assert_eq!(doc.locate("/far/y/0").value.of(text), "é", "what is in it stands at its anchor");
}

#[test]
fn places_count_characters_and_bytes() {
    for text in ["\u{FEFF}é: [ü, x]\r\nb:\r\n  - c: 'd'\r\n    e: f\r\n", "é: [ü, x]\nb:\n  - c: 'd'\n    e: f\n"] {
        let doc = good(text);
        let at = |pointer: &str| {
            let at = doc.locate(pointer);
            (at.key.map(|key| key.of(text)), at.value.of(text), at.value.line, at.value.column)
        };
        assert_eq!(at("/é"), (Some("é"), "[ü, x]", 1, 4));
        assert_eq!(at("/é/1"), (None, "x", 1, 8));
        assert_eq!(at("/b/0/c"), (Some("c"), "'d'", 3, 8));
        assert_eq!(at("/b/0/gone/x").2, 3, "as far as it goes");
        let block = doc.locate("/b/0").value.of(text);
        assert!(block.starts_with("c: 'd'") && block.ends_with("e: f"), "{block:?}");
        assert_eq!(doc.place(doc.locate("/é/0").value).column, 5);
    }
}

#[test]
fn pointers_are_unescaped() {
    let doc = good("a/b: {c~d: 1}\n");
    assert_eq!(doc.locate("/a~1b/c~0d").key.map(|key| key.of(&doc.text)), Some("c~d"));
}

#[test]
fn a_template_and_a_bracket_may_stand_in_a_text() {
    let text = "a: hi {{name}}, [ok]\nb: \"{{name}}\"\nc: {d: '{{x}}'}\nt: Tom & Jerry * 2 ! 3\n";
    assert_eq!(good(text).to_json(), json!({"a": "hi {{name}}, [ok]", "b": "{{name}}", "c": {"d": "{{x}}"}, "t": "Tom & Jerry * 2 ! 3"}));
}

#[test]
fn the_deepest_file_can_be_read_and_checked() {
    let doc = good(&format!("{}x{}", "[".repeat(64), "]".repeat(64)));
    let copy: Spanned<Node> = doc.root.read().unwrap();
    assert_eq!(copy.value, doc.root);
    let schema = json!({"anyOf": [{"type": "string"}, {"type": "array", "items": {"$ref": "#"}}]});
    let mut problems = Problems::default();
    crate::yaml::shape::check(&doc, &crate::yaml::shape::Shape::new(schema).unwrap(), &mut problems);
    assert!(problems.is_empty());
}

/// A file as people write them, to be broken.
pub(super) const SEQUENCE: &str = "version: 1\nsequence: order_status # é\nneeds: [full_name]\nblocks:\n  - ask: &ask {text: \"Your number?\", into: id, \
expect: {type: integer, min: 1}}\n    id: which\n  - text: |\n      Hello {{name}}\n      <<order.status>>\n  - decide:\n      \
- {when: 'vip && id > 1000', goto: desk}\n      - {goto: \"menu\"}\n  - ask: *ask\n";

/// Told or read, never both silent; every place lies in the text.
fn survives(text: &str) -> Result<(), TestCaseError> {
    let (doc, problems) = try_load(text);
    prop_assert!(doc.is_some() || !problems.is_empty(), "nothing is dropped silently");
    for d in &problems {
        prop_assert!(text.get(d.place.start..d.place.end).is_some(), "{d:?}");
        prop_assert!(d.place.line >= 1 && d.place.column >= 1);
    }
    let Some(doc) = doc else { return Ok(()) };
    let mut problems = Problems::default();
    comments_in_text(&doc, &["a", "text"], &mut problems);
    empty_values(&doc, &["a", "goto"], &mut problems);
    let copy: Node = doc.root.read().unwrap();
    prop_assert_eq!(copy, doc.root);
    Ok(())
}

/// Any JSON, with texts that YAML could take for something else. No text ends with a newline: of block texts we drop one; none has
/// U+2028 or U+2029, which are line breaks only in YAML 1.1.
fn any_json() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        "[ -~]{0,12}",
        "\\PC{0,8}",
        "(0|[-+.0-9e]){1,5}",
        "(true|No|~|null|yes|on|[|>*&!%@`?-]) ?[a-z:#]{0,3}",
        "[a-z]\n[a-z \n]{0,6}[a-z]"
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-1e9..1e9f64).prop_map(Value::from),
        text.prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map("[a-z0-9 #:]{1,6}", inner, 0..5).prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn what_serde_yaml_writes_we_read_as_it_does(value in any_json()) {
        let text = serde_yaml::to_string(&[value]).unwrap();
        let theirs: Value = serde_yaml::from_str(&text).unwrap();
        prop_assert_eq!(good(&text).to_json(), theirs, "{}", text);
    }

    #[test]
    fn flow_style_and_json_are_yaml(value in any_json()) {
        let value = json!([value]);
        let text = serde_json::to_string_pretty(&value).unwrap();
        prop_assert_eq!(good(&text).to_json(), value);
    }

    #[test]
    fn no_text_breaks_the_loader(text in "\\PC{0,60}|([-a:#{}\\[\\],&*!|>'\"%@` \n\t?0.<é]|\\{\\{|\r\n|- |: |<<: |\\*a|&a ){0,60}") {
        survives(&text)?;
    }

    #[test]
    fn no_edit_breaks_the_loader(at in 0..SEQUENCE.chars().count(), gone in 0..12usize, new in "[-a:#{}\\[\\],&*!|>'\"%@` \n\t?]{0,4}") {
        let mut text: Vec<char> = SEQUENCE.chars().collect();
        text.splice(at..(at + gone).min(text.len()), new.chars());
        survives(&text.into_iter().collect::<String>())?;
    }

    #[test]
    fn plain_scalars_mean_what_they_mean_to_serde_yaml(written in "[-+.0-9exo_:naftruyl~]{1,8}") {
        let theirs: Result<Value, _> = serde_yaml::from_str(&format!("- {written}"));
        let (doc, problems) = try_load(&format!("- {written}"));
        let digits = written.trim_start_matches(['-', '+']);
        let is_ours = digits.len() > 1 && digits.starts_with('0');
        let (Ok(theirs), Some(doc), true) = (theirs, doc, problems.is_empty() && !is_ours) else { return Ok(()) };
        prop_assert_eq!(doc.to_json(), theirs);
    }
}
