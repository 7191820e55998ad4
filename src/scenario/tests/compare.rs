//! What a test names beside what is there: matchers, numbers, kinds.

use serde_json::{Value, json};

use super::super::compare::{Of, fits};
use crate::{diagnostic::Problems, yaml};

fn fit(expected: &str, actual: &Value, of: Of) -> bool {
    let doc = yaml::load_bytes(&"t.yaml".into(), format!("v: {expected}").as_bytes(), &mut Problems::default()).expect(expected);
    fits(doc.root.get("v").expect(expected), actual, of)
}

fn all_fit(cases: &[(&str, Value, bool)], of: Of) {
    for (expected, actual, fits) in cases {
        assert_eq!(fit(expected, actual, of), *fits, "{expected} and {actual}");
        assert_eq!(fit(&format!("{{not: {expected}}}"), actual, of), !fits, "not {expected} and {actual}");
    }
}

#[test]
fn numbers_are_compared_digit_for_digit() {
    all_fit(
        &[
            ("9007199254740992", json!(9_007_199_254_740_993_u64), false),
            ("9007199254740993", json!(9_007_199_254_740_993_u64), true),
            ("9007199254740993", json!(9_007_199_254_740_992.0), false),
            ("9007199254740992", json!(9_007_199_254_740_992.0), true),
            ("18446744073709551615", json!(u64::MAX), true),
            ("18446744073709551615", json!(18_446_744_073_709_551_616.0), false),
            ("1", json!(1.0), true),
            ("1.0", json!(1), true),
            ("-0.0", json!(0), true),
            ("1.5", json!(1), false),
            ("1.10", json!(1.1), true),
            ("1e400", json!(1), false),
        ],
        Of::Json,
    );
}

#[test]
fn a_mapping_of_one_key_is_a_matcher_at_any_depth() {
    all_fit(
        &[
            ("{contains: man}", json!("How many"), true),
            ("{contains: Man}", json!("How many"), false),
            ("{contains: 2}", json!(["1", 2]), true),
            ("{contains: {contains: o}}", json!(["one", "two"]), true),
            ("{contains: {qty: 2}}", json!([{"qty": 1, "name": "a"}, {"qty": 2, "name": "b"}]), true),
            ("{contains: {qty: 3}}", json!([{"qty": 1}]), false),
            ("{contains: x}", json!(null), false),
            ("{matches: '^[0-9]+$'}", json!("42"), true),
            ("{matches: '^[0-9]+$'}", json!(42), true),
            ("{matches: '^[0-9]+$'}", json!("42a"), false),
            ("{not: {contains: x}}", json!("abc"), true),
            ("{not: null}", json!("abc"), true),
            ("{not: null}", json!(""), false),
            ("{a: {contains: x}}", json!({"a": "axb", "b": 1}), true),
            ("{a: {not: 1}}", json!({"a": 1}), false),
            ("[{matches: '^a'}, {not: b}]", json!(["ab", "c"]), true),
            ("[{matches: '^a'}, {not: b}]", json!(["ab", "b"]), false),
            ("{equals: {contains: x}}", json!({"contains": "x"}), true),
            ("{equals: {contains: x}}", json!("axb"), false),
            ("{equals: {a: 1}}", json!({"a": 1, "b": 2}), false),
            ("{equals: [{a: {not: 2}}]}", json!([{"a": 1}]), false),
            ("{equals: [{a: {not: 2}}]}", json!([{"a": {"not": 2}}]), true),
            ("{contains: a, matches: a}", json!("a"), false),
            ("{contains: a, matches: b}", json!({"contains": "a", "matches": "b", "more": 1}), true),
        ],
        Of::Texts,
    );
}

#[test]
fn what_is_of_another_kind_does_not_fit() {
    all_fit(
        &[
            ("{}", json!(1), false),
            ("{}", json!(null), false),
            ("{}", json!({"a": 1}), true),
            ("{a: null}", json!(3), false),
            ("{a: null}", json!({}), true),
            ("[]", json!(null), false),
            ("[a]", json!("a"), false),
            ("5", json!("5"), true),
            ("007", json!("007"), true),
            ("'5'", json!(5), false),
            ("Alien", json!({"title": "Alien", "year": 1979}), false),
            ("''", json!(null), true),
        ],
        Of::Texts,
    );
    all_fit(&[("5", json!("5"), false), ("true", json!("true"), false), ("''", json!(null), false), ("null", json!(""), false)], Of::Json);
    all_fit(
        &[
            ("[One, {contains: w}, {title: Three}]", json!([{"title": "One"}, {"title": "Two"}, {"title": "Three"}]), true),
            ("{contains: Two}", json!([{"title": "One"}, {"title": "Two", "url": "https://x"}]), true),
            ("[{equals: One}]", json!([{"title": "One", "url": "https://x"}]), true),
            ("[{title: A, buttons: [Buy]}]", json!([{"title": "A", "buttons": [{"title": "Buy"}]}]), true),
        ],
        Of::Message,
    );
}
