//! The JSON Schemas of the files: generated from the raw types, committed under `schemas/v1/`, used by editors and by the checker alike.

use std::sync::OnceLock;

use schemars::{
    JsonSchema, Schema,
    generate::SchemaSettings,
    transform::{RecursiveTransform, Transform},
};
use serde_json::{Value, json};

use super::{BotFile, LocaleFile, SequenceFile, TestFile, api::ApiFile, file::Kind};
use crate::yaml::shape::Shape;

/// The `$id` of a schema: stable for a version of the language.
#[must_use]
pub fn id(kind: Kind) -> String {
    format!("https://flowgate.dev/schemas/v1/{}.json", kind.as_str())
}

/// The schema of a kind of file, draft 2020-12.
#[must_use]
pub fn generate(kind: Kind) -> Value {
    match kind {
        Kind::Bot => schema_of::<BotFile>(kind),
        Kind::Sequence => schema_of::<SequenceFile>(kind),
        Kind::Api => schema_of::<ApiFile>(kind),
        Kind::Test => schema_of::<TestFile>(kind),
        Kind::Locale => schema_of::<LocaleFile>(kind),
    }
}

/// The compiled validator of a kind of file; made once a process.
#[must_use]
pub fn shape(kind: Kind) -> &'static Shape {
    static ALL: [OnceLock<Shape>; Kind::ALL.len()] = [const { OnceLock::new() }; Kind::ALL.len()];
    ALL[kind as usize].get_or_init(|| build(kind))
}

fn build(kind: Kind) -> Shape {
    Shape::new(generate(kind)).expect("a generated schema is a valid schema: a test builds them all")
}

/// What a reader of a schema wants to see first.
const HEAD: [&str; 4] = ["$schema", "$id", "title", "description"];

fn schema_of<T: JsonSchema>(kind: Kind) -> Value {
    let settings = SchemaSettings::draft2020_12()
        .with_transform(RecursiveTransform(NoNulls))
        .with_transform(RecursiveTransform(OneBlockKey))
        .with_transform(RecursiveTransform(Bounds));
    let schema = settings.into_generator().into_root_schema_for::<T>();
    let head =
        json!({"$schema": schema.get("$schema"), "$id": id(kind), "title": schema.get("title"), "description": schema.get("description")});
    let (Value::Object(mut whole), Value::Object(rest)) = (head, Value::from(schema)) else { unreachable!("both are made as objects") };
    whole.extend(rest.into_iter().filter(|(key, _)| !HEAD.contains(&key.as_str())));
    Value::Object(whole)
}

/// An optional key is left out, never null: `when:` with nothing behind it is a mistake.
#[derive(Clone)]
struct NoNulls;

impl Transform for NoNulls {
    fn transform(&mut self, schema: &mut Schema) {
        if let Some(Value::Array(types)) = schema.get_mut("type") {
            types.retain(|t| t != "null");
            if let [only] = types.as_slice() {
                let only = only.clone();
                schema.insert("type".into(), only);
            }
        }
        if let Some(Value::Array(branches)) = schema.get_mut("anyOf") {
            branches.retain(|b| b != &json!({"type": "null"}));
            if let [Value::Object(only)] = branches.as_slice() {
                let only = only.clone();
                schema.remove("anyOf");
                for (key, value) in only {
                    schema.ensure_object().entry(key).or_insert(value);
                }
            }
        }
        if let Some(Value::Array(values)) = schema.get_mut("enum") {
            values.retain(|v| !v.is_null());
        }
    }
}

/// The bounds of Rust's numbers, which other readers know nothing of.
#[derive(Clone)]
struct Bounds;

/// JSON's numbers are exact up to here.
const EXACT_MAX: u64 = (1 << 53) - 1;

impl Transform for Bounds {
    fn transform(&mut self, schema: &mut Schema) {
        let max = match schema.get("format").and_then(Value::as_str) {
            Some("uint16") => u64::from(u16::MAX),
            Some("uint32") => u64::from(u32::MAX),
            Some("uint64") => EXACT_MAX,
            _ => return,
        };
        schema.remove("format");
        schema.ensure_object().entry("maximum").or_insert_with(|| max.into());
    }
}

/// The block keys; a block has exactly one of them. Editors offer them by this list.
pub const BLOCK_KEYS: &[&str] = &[
    "text",
    "image",
    "audio",
    "video",
    "file",
    "gallery",
    "buttons",
    "quick_replies",
    "ask",
    "set",
    "api",
    "decide",
    "blocks",
    "goto",
    "run",
    "return",
    "end",
];

/// Says of a block that it has exactly one block key. (Where a block is written inline, the compiler says it.)
#[derive(Clone)]
struct OneBlockKey;

impl Transform for OneBlockKey {
    fn transform(&mut self, schema: &mut Schema) {
        let is_block =
            schema.get("properties").and_then(Value::as_object).is_some_and(|p| p.contains_key("channels") && p.contains_key("goto"));
        if is_block && schema.get("properties").is_none_or(|p| p.get("attributes").is_none()) {
            let one = BLOCK_KEYS.iter().map(|key| json!({"required": [key]})).collect::<Vec<_>>();
            schema.insert("oneOf".into(), one.into());
        }
    }
}
