//! Inputs that crash or hang naive implementations, and properties over random ones.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::template::FaultKind;

/// Runs on half of the stack that a worker thread has.
fn on_a_small_stack<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    std::thread::Builder::new().stack_size(1024 * 1024).spawn(work).unwrap().join().unwrap()
}

#[test]
fn deep_texts_are_refused_before_they_are_parsed() {
    on_a_small_stack(|| {
        for source in [
            "{{#if a}}".repeat(5_000) + &"{{/if}}".repeat(5_000),
            "{{#if a}}".repeat(1_000) + &"{{/if}}".repeat(1_000),
            "{{#if a}}".repeat(33) + &"{{/if}}".repeat(33),
            "{{#if a}}".to_owned() + &"{{else if b}}".repeat(1_000) + "{{/if}}",
            format!("{{{{upper {}a{}}}}}", "(upper ".repeat(900), ")".repeat(900)),
            "{{#if a}}{{/if}}".repeat(900),
            "x".repeat(16 * 1024 + 1),
        ] {
            assert_eq!(Text::compile(&source).unwrap_err()[0].kind, FaultKind::TooBig, "{}", &source[..40]);
        }
        let deepest = "{{#if vip}}".repeat(32) + "x" + &"{{/if}}".repeat(32);
        assert_eq!(world().text(&deepest), "x");
        let chain = format!("{{{{#if a}}}}1{}{{{{else if vip}}}}3{{{{/if}}}}", "{{else if b}}2".repeat(190));
        assert_eq!(world().text(&chain), "3");
        for source in [
            "{{#*inline \"r\"}}{{> r}}{{/inline}}{{> r}}",
            "{{upper [[[[[[[[[[[[[[[[[[[[[[[[",
            "{{((((((((((((((((((((((((((((((",
            "{{{{{{{{{{{{{{{{{{",
        ] {
            assert!(Text::compile(source).is_err(), "{source}");
        }
    });
}

#[test]
fn deep_expressions_are_refused_before_they_are_parsed() {
    on_a_small_stack(|| {
        let world = world();
        for source in [
            "(".repeat(5_000) + "1" + &")".repeat(5_000),
            "(".repeat(1_000) + "1" + &")".repeat(1_000),
            "[".repeat(1_000) + &"]".repeat(1_000),
            "!".repeat(2_000) + "a",
            "a".to_owned() + &".a".repeat(1_000),
            "1".to_owned() + &"+1".repeat(1_000),
            "-".repeat(2_000) + "1",
            "a?b:".repeat(400) + "c",
            "a".to_owned() + &"[0]".repeat(600),
        ] {
            assert_eq!(Expr::compile(&source).unwrap_err()[0].kind, FaultKind::TooBig, "{}", &source[..20]);
        }
        assert_eq!(world.expr(&("(".repeat(24) + "1" + &")".repeat(24))), json!(1));
        assert_eq!(world.expr(&("1".to_owned() + &"+1".repeat(190))), json!(191));
        assert_eq!(world.expr(&("a".to_owned() + &".a".repeat(190))), json!(null));
        assert!(!world.truth(&("a".to_owned() + &"||a".repeat(90))));
        let _ = Expr::compile(&("a?b:".repeat(60) + "c"));
        let _ = Expr::compile(&("!".repeat(190) + "a"));
    });
}

#[test]
fn patterns_cannot_explode() {
    assert!(Expr::compile("x.matches(\"((a{1000}){1000}){1000}\")").is_err());
    let world = World::new(json!({"x": "a".repeat(8_000)}));
    assert!(!world.truth("x.matches(\"(a+)+b\")"));
}

fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("{{"),
        Just("}}"),
        Just("{"),
        Just("}"),
        Just("{{#if "),
        Just("{{/if}}"),
        Just("{{else}}"),
        Just("{{else if "),
        Just("{{#each "),
        Just("{{/each}}"),
        Just(" as |x|}}"),
        Just("<<"),
        Just(">>"),
        Just("<<api>>"),
        Just("\\<<"),
        Just("\\"),
        Just("{{!"),
        Just("--}}"),
        Just("{{city}}"),
        Just("cart"),
        Just("x.name"),
        Just("this"),
        Just("@index"),
        Just("../"),
        Just("("),
        Just(")"),
        Just("\""),
        Just("'"),
        Just("calc \"count + 1\""),
        Just("plural count other="),
        Just("upper "),
        Just(" "),
        Just("\n"),
        Just("é"),
        Just("~"),
        Just("|"),
        Just("="),
        Just("1."),
        Just("-1"),
        Just("null"),
        Just("."),
        Just("/"),
        Just("ago now"),
        Just("money price"),
        Just("date due"),
        Just("\u{0}"),
    ];
    proptest::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

fn formula() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("count"),
        Just("city"),
        Just("due"),
        Just("cart"),
        Just("tags"),
        Just("x"),
        Just(" + "),
        Just(" - "),
        Just(" * "),
        Just(" / "),
        Just(" % "),
        Just("1"),
        Just("2.5"),
        Just("\"1d\""),
        Just("\"é\""),
        Just("("),
        Just(")"),
        Just("["),
        Just("]"),
        Just("{"),
        Just("}"),
        Just(":"),
        Just("?"),
        Just(" == "),
        Just(" < "),
        Just(" && "),
        Just(" || "),
        Just("!"),
        Just(".map(x, "),
        Just(".exists(t, "),
        Just("size("),
        Just("round("),
        Just("date("),
        Just("max("),
        Just(" in "),
        Just(", "),
        Just(".name"),
        Just("[0]"),
        Just("'"),
        Just("\\"),
        Just("null"),
        Just("true"),
        Just("9223372036854775807"),
        Just("1e308"),
        Just("has("),
        Just("matches("),
        Just("//"),
        Just("\n"),
        Just("r\""),
        Just("`"),
        Just("\u{0}"),
    ];
    proptest::collection::vec(piece, 0..16).prop_map(|pieces| pieces.concat())
}

fn fault_places_fit(source: &str, faults: &[Fault]) -> Result<(), TestCaseError> {
    prop_assert!(!faults.is_empty());
    for fault in faults {
        prop_assert!(source.get(fault.range.clone()).is_some(), "{source:?} {fault:?}");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_compiles_or_says_why(source in prop_oneof![pieces(), any::<String>()]) {
        match Text::compile(&source) {
            Ok(text) => {
                let world = world().with_api("api", json!({"a": 1}));
                for escape in [Escape::Plain, Escape::Url, Escape::Json] {
                    if let Ok(out) = text.render(&world, escape, 2_000) {
                        prop_assert!(out.len() <= 2_000);
                    }
                }
                let _ = text.value(&world, 2_000);
                for read in text.reads() {
                    prop_assert!(source.get(read.range.clone()).is_some());
                }
                for api in text.apis() {
                    prop_assert!(source[api.range.clone()].starts_with("<<"));
                }
                fault_places_fit(&source, &text.suspects()).or_else(|e| if text.suspects().is_empty() { Ok(()) } else { Err(e) })?;
            }
            Err(faults) => fault_places_fit(&source, &faults)?,
        }
    }

    #[test]
    fn any_expression_compiles_or_says_why(source in prop_oneof![formula(), any::<String>()]) {
        match Expr::compile(&source) {
            Ok(expr) => {
                let (once, twice) = (expr.eval(&world()), expr.eval(&world()));
                prop_assert_eq!(once, twice);
                let _ = expr.truth(&world());
                let _ = expr.explain(&world());
                for read in expr.reads() {
                    prop_assert!(source.get(read.range.clone()).is_some());
                }
            }
            Err(faults) => fault_places_fit(&source, &faults)?,
        }
    }

    #[test]
    fn a_value_stays_what_it_is(value in any::<String>()) {
        let world = World::new(json!({"evil": value, "list": [value]}));
        prop_assert_eq!(&world.text("{{evil}}"), &value);
        prop_assert_eq!(world.text("a{{#each list as |x|}}{{x}}{{/each}}b"), format!("a{value}b"));
        prop_assert_eq!(world.expr("evil"), json!(value));
    }

    #[test]
    fn no_value_breaks_out_of_a_url(value in any::<String>()) {
        let world = World::new(json!({"evil": value}));
        let url = compile("https://shop.example/a/{{evil}}/b?q={{evil}}&r={{trim evil}}").render(&world, Escape::Url, 100_000).unwrap();
        let url = url::Url::parse(&url).unwrap();
        prop_assert_eq!(url.host_str(), Some("shop.example"));
        prop_assert_eq!(url.query_pairs().count(), 2);
        prop_assert_eq!(url.query_pairs().next().unwrap().1, value.as_str());
        prop_assert!(url.fragment().is_none() && url.path().ends_with("/b"));
    }

    #[test]
    fn no_value_breaks_out_of_json(value in any::<String>(), other in prop_oneof![Just(json!(null)), Just(json!([1, {"a": "\""}])), any::<String>().prop_map(|s| json!(s))]) {
        let world = World::new(json!({"evil": value, "other": other}));
        let body = compile("{\"in\": \"<{{evil}}>\\\"{{other}}\", \"out\": {{evil}}, \"other\": {{other}}, \"last\": \"{{trim evil}}\"}").render(&world, Escape::Json, 100_000).unwrap();
        let body: Value = serde_json::from_str(&body).unwrap();
        prop_assert_eq!(body.as_object().unwrap().len(), 4);
        prop_assert_eq!(&body["out"], &json!(value));
        prop_assert_eq!(&body["other"], &other);
        let begins = ["<", value.as_str(), ">\""].concat();
        prop_assert!(body["in"].as_str().unwrap().starts_with(&begins));
    }
}

/// Not a benchmark: it fails when a plain text has become a hundred times slower than it should be.
#[test]
fn a_name_in_a_text_is_cheap() {
    let (world, text) = (world(), compile("Hello {{full_name}}, welcome to {{city}}"));
    let before = std::time::Instant::now();
    for _ in 0..10_000 {
        text.render(&world, Escape::Plain, 1_000).unwrap();
    }
    crate::long::took("ten thousand texts", before.elapsed(), std::time::Duration::from_secs(2));
}
