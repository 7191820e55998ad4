//! Every helper, in several languages.

use serde_json::json;

use super::*;
use crate::template::{FUNCTIONS, HELPERS};

#[test]
fn words() {
    let world = world();
    for (source, shown) in [
        ("{{upper city}} {{lower city}} {{capitalize \"élan vital\"}} [{{trim \"  a \"}}]", "ROME rome Élan vital [a]"),
        ("{{truncate full_name 5}} {{truncate city 4}}", "Ada… Rome"),
        ("{{join tags \" / \"}} {{join tags}} {{join city}}", "new / gold new, gold Rome"),
        ("{{default missing \"you\"}} {{default blank nothing city}} {{default missing blank}}", "you Rome "),
        ("{{len cart}} {{len city}} {{len missing}}", "2 4 0"),
        ("{{json tags}} {{json count}} {{json missing}}", "[\"new\",\"gold\"] 3 null"),
        ("{{url \"a b/ü\"}}", "a%20b%2F%C3%BC"),
        ("{{calc \"price * 2\"}} {{upper (join tags)}}", "25 NEW, GOLD"),
    ] {
        assert_eq!(world.text(source), shown, "{source}");
    }
}

#[test]
fn logic() {
    let world = world();
    for yes in [
        "eq count 3",
        "eq count 3.0",
        "ne city \"Oslo\"",
        "gt price 12",
        "gt \"20\" count",
        "lt due \"2026-04-01\"",
        "gt due today",
        "and vip count",
        "or missing vip",
        "not missing",
        "eq missing blank",
        "lt today at",
    ] {
        assert_eq!(world.text(&format!("{{{{#if ({yes})}}}}y{{{{/if}}}}")), "y", "{yes}");
    }
    for no in ["eq count \"x\"", "gt missing 1", "lt missing 1", "gt city 3", "and vip missing", "or missing blank", "not vip"] {
        assert_eq!(world.text(&format!("{{{{#if ({no})}}}}y{{{{/if}}}}")), "", "{no}");
    }
}

#[test]
fn numbers_follow_the_language() {
    let numbers =
        || World::new(json!({"n": 1_234_567.891, "i": 5, "m": 1234.5, "minus": -3.5, "share": 0.256, "text": "12.5", "word": "many"}));
    for (language, source, shown) in [
        ("en", "{{number n}} {{number i}} {{number m 2}} {{number text}} {{number word}}", "1,234,567.891 5 1,234.50 12.5 many"),
        ("de", "{{number n}} {{number m 2}}", "1.234.567,891 1.234,50"),
        ("fr", "{{number n}}", "1 234 567,891"),
        ("hi", "{{number n}}", "12,34,567.891"),
        ("bn", "{{number i}}", "৫"),
        ("xx-nonsense-", "{{number m}}", "1,234.5"),
        ("en", "{{percent share}} {{percent share 1}}", "26% 25.6%"),
        ("de", "{{percent share}}", "26 %"),
        ("tr", "{{percent share}}", "%26"),
        (
            "en",
            "{{money m}} {{money minus}} {{money m \"USD\"}} {{money m \"JPY\"}} {{money i \"CHF\"}}",
            "€1,234.50 -€3.50 $1,234.50 ¥1,235 CHF 5.00",
        ),
        ("de", "{{money m}}", "1.234,50 €"),
        ("it", "{{money m}}", "1234,50 €"),
        ("fr-CA", "{{money m \"CAD\"}}", "1 234,50 $"),
        ("nl", "{{money m}}", "€ 1.234,50"),
        ("pt-BR", "{{money m \"BRL\"}}", "R$ 1.234,50"),
        ("am", "{{money m}}", "EUR 1,234.50"),
        ("en", "{{money word}}|{{money missing}}|{{number missing}}", "many||"),
    ] {
        assert_eq!(numbers().speaking(language).text(source), shown, "{language} {source}");
    }
}

#[test]
fn plurals_follow_the_language() {
    let forms = "{{plural n zero=\"none\" one=\"# item\" few=\"# few\" many=\"# many\" other=\"# items\"}}";
    for (language, n, shown) in [
        ("en", 1, "1 item"),
        ("en", 2_000, "2,000 items"),
        ("en", 0, "none"),
        ("pl", 3, "3 few"),
        ("pl", 5, "5 many"),
        ("ja", 1, "1 items"),
    ] {
        assert_eq!(World::new(json!({"n": n})).speaking(language).text(forms), shown, "{language} {n}");
    }
}

#[test]
fn moments_follow_language_and_zone() {
    for (language, source, shown) in [
        (
            "en",
            "{{date due}} {{date due \"short\"}} {{date due \"long\"}} {{date due \"full\"}}",
            "Mar 10, 2026 3/10/26 March 10, 2026 Tuesday, March 10, 2026",
        ),
        ("it", "{{date due \"long\"}}", "10 marzo 2026"),
        ("de", "{{date due}} {{time at}}", "10.03.2026 22:30"),
        ("en", "{{time at}} {{time opens}} {{date at}}", "10:30 PM 9:30 AM Mar 2, 2026"),
        ("en", "{{datetime at}} {{datetime due}} {{datetime opens}}", "Mar 2, 2026, 10:30 PM Mar 10, 2026 9:30 AM"),
        ("en", "{{date city}} {{date missing}}|{{ago city}}", "Rome |Rome"),
        ("en", "{{ago due}} {{ago now}} {{ago \"2026-03-02T17:00:00Z\"}} {{ago \"2026-02-28\"}}", "in 7 days now 1 hour ago 2 days ago"),
        (
            "en",
            "{{datetime \"2020-10-16 06:41:59.039735+00:00\"}} {{time \"2026-03-02 19:05\"}} {{time \"2026-03-02T19:05\"}}",
            "Oct 16, 2020, 8:41 AM 7:05 PM 7:05 PM",
        ),
        ("de", "{{ago \"2026-03-02T17:58:00Z\"}} {{ago due}}", "vor 2 Minuten in 7 Tagen"),
        ("it", "{{ago \"2024-01-01\"}}", "2 anni fa"),
    ] {
        assert_eq!(world().speaking(language).text(source), shown, "{language} {source}");
    }
}

#[test]
fn usages_compile() {
    for helper in HELPERS {
        compile(&format!("{{{{{}}}}}", helper.usage));
        assert!(helper.usage.starts_with(helper.name) && !helper.meaning.is_empty());
    }
    for function in FUNCTIONS {
        let usage = function.usage.split(" or ").next().unwrap();
        Expr::compile(usage).unwrap_or_else(|faults| panic!("{usage}: {faults:?}"));
    }
}
