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
    let block = |key: &str, value: Value| {
        json!({"type": "object", "properties": {key: value, "id": {"type": "string", "pattern": "^[a-z_]+$", "description": "ids are lower case"}}, "required": [key], "additionalProperties": false})
    };
    json!({
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

#[test]
fn print() {
    for t in ["version: 1\nblocks:\n  - txet: hi\n", "version: 1\nblokcs: []\n", "mode: fsat\nversion: 2\n", "version: 1\nblocks: x\n", "version: 1\nblocks:\n - text: [a]\n", "version: 1\nblocks:\n - text: {a: b}\n","version: 1\nblocks:\n - text: a\n   ask: {text: b}\n", "version: 1\nblocks:\n - ask: {txt: b}\n", "version: 1\nblocks:\n - ask: {text: b, times: 9}\n   idd: x\n", "version: 1\nblocks:\n - ask: {text: b, expect: {type: intger}}\n","version: 1\nblocks:\n - ask: {text: b, expect: {type: integer, min: x}}\n","version: 1\nblocks:\n - ask: {text: b, expect: {type: integer, max_length: 4}}\n","version: 1\nblocks:\n - hello\n - {}\n - id: a\n - goto: x\n   id: Bad Id\n", "version: 1\nblocks: []\n", "version: 1\nblocks:\n", "- a\n","version: 1\nblocks:\n - text: \n", "version: 1\nblocks:\n - ask: {text: b, expect: {}}\n", "version: 1\nblocks:\n - ask: {text: b, expect: text}\n", "version: 1\nblocks:\n - ask: {expect: {typ: string}}\n", "version: 1\nblocks:\n - ask: hi\n", "version: 1\nblocks:\n - text: hi\n   foo: x\n"] {
  println!("{t:?}\n    {}", told_by(blocks(), t).replace('\n', "\n    "));
    }
}
