//! The tree through serde: texts as written, typed values, places at every depth.

use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::json;

use super::*;

fn read<'de, T: Deserialize<'de>>(doc: &'de Doc) -> T {
    doc.root.read().unwrap()
}

fn refused<T: serde::de::DeserializeOwned>(text: &str) -> String {
    let doc = good(text);
    let mut problems = Problems::default();
    assert!(doc.read::<T>(&mut problems).is_none());
    lines(problems.into_sorted())
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
struct Item {
    title: Spanned<String>,
    #[serde(default)]
    price: Option<Spanned<f64>>,
    #[serde(default)]
    also: Vec<Spanned<String>>,
    #[serde(default)]
    set: Entries<Literal>,
    #[serde(default)]
    kind: Choice,
}

#[derive(Debug, Default, Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Choice {
    #[default]
    Plain,
    Goto(Spanned<String>),
    Point {
        x: i32,
    },
}

#[test]
fn a_text_is_read_as_it_is_written() {
    let texts: Vec<String> = read(&good("[1.10, +3906123, 007, yes, no, true, 2026-03-02, 1e3, 0x1F, ' a ', .5]"));
    assert_eq!(texts, ["1.10", "+3906123", "007", "yes", "no", "true", "2026-03-02", "1e3", "0x1F", " a ", ".5"]);
}

#[test]
fn anything_else_is_read_as_the_value() {
    assert_eq!(good("[1.10, +39, 007, yes, True, ~, '1', 0x1F]").to_json(), json!([1.1, 39, "007", "yes", true, null, "1", 31]));
    let numbers: Vec<f64> = read(&good("[1, 1.5, -2]"));
    assert_eq!(numbers, [1.0, 1.5, -2.0]);
}

#[test]
fn places_survive_at_every_depth() {
    let text = "title: Tea\nprice: 2.50\nalso: [é, chai]\nset: {phone: 007, n: +1}\nkind: {goto: menu}\n";
    let item: Item = read(&good(text));
    let covers = |span: Span| span.of(text);
    assert_eq!((covers(item.title.span), item.title.span.line, item.title.span.column), ("Tea", 1, 8));
    assert_eq!(item.price.map(|p| (p.value, covers(p.span))), Some((2.5, "2.50")));
    assert_eq!(item.also.iter().map(|s| (covers(s.span), s.span.column)).collect::<Vec<_>>(), [("é", 8), ("chai", 11)]);
    assert_eq!(item.set.0.iter().map(|(key, _)| covers(key.span)).collect::<Vec<_>>(), ["phone", "n"]);
    assert_eq!(item.set.get("phone").unwrap(), &Literal { value: json!("007"), raw: None });
    assert_eq!(item.set.get("n").unwrap(), &Literal { value: json!(1), raw: Some("+1".into()) });
    assert!(matches!(item.kind, Choice::Goto(target) if covers(target.span) == "menu"));
}

#[test]
fn a_choice_is_a_name_or_a_mapping_with_one_key() {
    assert_eq!(read::<Choice>(&good("plain")), Choice::Plain);
    assert_eq!(read::<Choice>(&good("point: {x: 3}")), Choice::Point { x: 3 });
    assert_eq!(refused::<Choice>("{goto: a, point: {x: 1}}"), "1:1 invalid-value: expected a mapping with one key, found a mapping");
    assert_eq!(refused::<Choice>("a: [gone]\n"), "1:1 invalid-value: \"a\" is not one of \"plain\", \"goto\", \"point\"");
}

#[test]
fn a_node_keeps_the_whole_subtree() {
    let doc = good("a:\n  - {b: 1.0, 'c': [x, ~]}\n  - |\n    t\n");
    let copy: Spanned<Node> = read(&doc);
    assert_eq!(copy.value, doc.root);
    assert_eq!(copy.span, doc.root.span);
    let inside: IndexMap<String, Vec<Option<Node>>> = read(&doc);
    assert_eq!(inside["a"][0].as_ref().unwrap().get("b").unwrap().raw.as_deref(), Some("1.0"));
}

#[test]
fn errors_blame_the_innermost_value() {
    assert_eq!(refused::<Item>("title: [a]\n"), "1:8 invalid-value: expected a text, found a list");
    assert_eq!(refused::<Item>("title: a\nprice: many\n"), "2:8 invalid-value: expected a number, found the text \"many\"");
    assert_eq!(refused::<Item>("title: a\nalso:\n  - b\n  - {c: d}\n"), "4:5 invalid-value: expected a text, found a mapping");
    assert_eq!(refused::<Item>("title:\n"), "1:6 invalid-value: expected a text, found nothing");
    assert_eq!(refused::<Item>("price: 1\n"), "1:1 invalid-value: the key \"title\" is missing");
    assert_eq!(
        refused::<Item>("title: a\nkind: {point: {x: big}}\n"),
        "2:19 invalid-value: expected a whole number, found the text \"big\""
    );
    let unknown = refused::<Item>("title: a\nprise: 1\n");
    assert!(unknown.starts_with("2:1 invalid-value: unknown key \"prise\", expected one of \"title\""), "{unknown}");
}

/// A type with its own visitor, as the language has them: a text, a list of texts, or a mapping.
#[derive(Debug, PartialEq)]
enum Texts {
    One(String),
    Many(Vec<Spanned<String>>),
    Named(Entries<String>),
}

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct V;
        impl<'de> serde::de::Visitor<'de> for V {
            type Value = Texts;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a text, a list or a mapping")
            }
            fn visit_str<E>(self, text: &str) -> Result<Texts, E> {
                Ok(Texts::One(text.into()))
            }
            fn visit_seq<A: serde::de::SeqAccess<'de>>(self, seq: A) -> Result<Texts, A::Error> {
                Deserialize::deserialize(serde::de::value::SeqAccessDeserializer::new(seq)).map(Texts::Many)
            }
            fn visit_map<A: serde::de::MapAccess<'de>>(self, map: A) -> Result<Texts, A::Error> {
                Deserialize::deserialize(serde::de::value::MapAccessDeserializer::new(map)).map(Texts::Named)
            }
        }
        deserializer.deserialize_any(V)
    }
}

#[test]
fn a_visitor_of_its_own_keeps_places() {
    assert_eq!(read::<Texts>(&good("'x'")), Texts::One("x".into()));
    let doc = good("- a\n- 1.0\n");
    let Texts::Many(many) = read(&doc) else { panic!("a list") };
    assert_eq!(many.iter().map(|t| (t.value.as_str(), t.span.line)).collect::<Vec<_>>(), [("a", 1), ("1.0", 2)]);
    let Texts::Named(named) = read(&good("a: 1\nb: c\n")) else { panic!("a mapping") };
    assert_eq!(named.0.iter().map(|(k, v)| (k.span.line, v.as_str())).collect::<Vec<_>>(), [(1, "1"), (2, "c")]);
    assert_eq!(refused::<Vec<Texts>>("- true\n"), "1:3 invalid-value: expected a text, a list or a mapping, found true");
}

#[test]
fn other_formats_are_read_without_places() {
    let item: Item = serde_json::from_value(json!({"title": "Tea", "set": {"a": 1}})).unwrap();
    assert_eq!((item.title.value.as_str(), item.title.span), ("Tea", Span::default()));
    assert_eq!(item.set.get("a").unwrap().raw.as_deref(), Some("1"));
}

#[test]
fn schemas_are_those_of_the_values() {
    #[derive(schemars::JsonSchema)]
    #[expect(dead_code, reason = "only its schema is looked at")]
    struct Thing {
        name: Spanned<String>,
        more: Option<Spanned<u8>>,
        set: Entries<Literal>,
        any: Node,
    }
    let schema = serde_json::to_value(schemars::schema_for!(Thing)).unwrap();
    assert_eq!(schema["properties"]["name"], json!({"type": "string"}));
    assert_eq!(schema["properties"]["set"], json!({"type": "object", "additionalProperties": true}));
    assert_eq!(schema["properties"]["any"], json!(true));
    assert_eq!(schema["required"], json!(["name", "set", "any"]));
}
