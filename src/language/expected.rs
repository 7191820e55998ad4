//! What a conversation test compares a value with: the value itself, or a matcher.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde_json::json;

use super::values::Written;
use crate::yaml::{Kind, Node};

/// A mapping of exactly one of these keys is a matcher, wherever a value is compared.
#[derive(Clone, Copy, Debug)]
pub enum Matcher<'a> {
    /// A part of a text, or an element of a list.
    Contains(&'a Node),
    /// A regular expression that matches somewhere in a text.
    Matches(&'a Node),
    /// Anything else than this, which may be a matcher again.
    Not(&'a Node),
    /// Exactly this: nothing in it is a matcher, and nothing may be left out.
    Equals(&'a Node),
}

impl<'a> Matcher<'a> {
    /// The matcher that a value is, if it is one.
    #[must_use]
    pub fn of(node: &'a Node) -> Option<Self> {
        let Kind::Map(entries) = &node.kind else { return None };
        let [(key, operand)] = entries.as_slice() else { return None };
        match &*key.text {
            "contains" => Some(Self::Contains(operand)),
            "matches" => Some(Self::Matches(operand)),
            "not" => Some(Self::Not(operand)),
            "equals" => Some(Self::Equals(operand)),
            _ => None,
        }
    }
}

/// What a text is compared with.
#[derive(Clone, Debug, Deserialize)]
#[serde(transparent)]
pub struct Expected(pub Node);

/// The form of a matcher with one key.
fn matcher(key: &str, description: &str, operand: Schema) -> Schema {
    let mut operand = operand;
    operand.insert("description".into(), description.into());
    json_schema!({"type": "object", "properties": {key: operand}, "required": [key], "additionalProperties": false})
}

impl JsonSchema for Expected {
    fn schema_name() -> Cow<'static, str> {
        "Matcher".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let text = generator.subschema_for::<Written>();
        json_schema!({"description": "A text to compare with: the whole, {contains: …}, {matches: …}, {not: …} or {equals: …}.", "anyOf": [text,
            matcher("contains", "This text stands somewhere in it.", json_schema!({"type": ["string", "number", "boolean"]})),
            matcher("matches", "This regular expression matches somewhere in it.", json_schema!({"type": "string", "format": "regex"})),
            matcher("not", "It is anything else than this.", generator.subschema_for::<Self>()),
            matcher("equals", "It is exactly this.", json_schema!({"type": ["string", "number", "boolean"]}))]})
    }
}

/// The items of a message as they are compared: for the schema only.
#[derive(Debug)]
pub(super) struct ExpectedItems;

impl JsonSchema for ExpectedItems {
    fn schema_name() -> Cow<'static, str> {
        "ExpectedItems".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let item = generator.subschema_for::<ExpectedItem>();
        json_schema!({"description": "Items in order: titles, or mappings that match partially; {contains: …} is one of them.", "anyOf": [
            {"type": "array", "items": item},
            matcher("contains", "One of the items is this.", item.clone()),
            matcher("not", "They are others than these.", generator.subschema_for::<Self>()),
            matcher("equals", "They are exactly these.", json_schema!({"type": "array"}))]})
    }
}

struct ExpectedItem;

impl JsonSchema for ExpectedItem {
    fn schema_name() -> Cow<'static, str> {
        "ExpectedItem".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let text = generator.subschema_for::<Expected>();
        let described = |words: &str| {
            let mut text = text.clone();
            text.insert("description".into(), words.into());
            json!(text)
        };
        let mut buttons = generator.subschema_for::<ExpectedItems>();
        buttons.insert("description".into(), "The buttons of a card.".into());
        json_schema!({"description": "An item: its title, or a mapping that matches partially.", "anyOf": [text, {"type": "object", "properties": {
            "title": described("What it says."), "subtitle": described("The second line of a card."),
            "description": described("Its second line."), "url": described("Where it leads."), "phone": described("The number that it calls."),
            "image": described("The picture of a card."), "buttons": buttons}, "additionalProperties": false}]})
    }
}
