//! Values of any shape: [`Literal`], and [`Node`] itself, which keeps every place inside it.

use std::{borrow::Cow, fmt};

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{
    Deserialize, Serialize,
    de::{DeserializeSeed, Deserializer, IntoDeserializer, SeqAccess, Visitor, value::SeqDeserializer},
};
use serde_json::Value;

use super::{
    de::NodeReader,
    entries::Entries,
    error::ReadError,
    spanned::{part, span_reader},
    tree::{Form, Key, Kind, Node, Span},
};

/// The name by which a `Node` asks the tree for all that it knows.
pub(super) const NODE: &str = "$flowgate::yaml::Node";

/// Any value of YAML; an unquoted scalar also as it is written.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Literal {
    /// The value.
    pub value: Value,
    /// How an unquoted scalar that is no text is written: `1.10`, `+39`, `true`.
    pub raw: Option<String>,
}

impl<'de> Deserialize<'de> for Literal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let node = Node::deserialize(deserializer)?;
        Ok(Self { value: node.to_json(), raw: node.raw.as_deref().map(str::to_owned) })
    }
}

impl Serialize for Literal {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value.serialize(serializer)
    }
}

impl Serialize for Node {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_json().serialize(serializer)
    }
}

impl JsonSchema for Literal {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Literal".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        true.into()
    }
}

impl JsonSchema for Node {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Node".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        true.into()
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(NODE, NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        Value::deserialize(deserializer).map(Node::from)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<Node, A::Error> {
        let (span, form, mut raw) = (part(&mut parts)?, part(&mut parts)?, part::<Vec<String>, A>(&mut parts)?);
        let kind = match part::<char, A>(&mut parts)? {
            'b' => Kind::Bool(part(&mut parts)?),
            'n' => Kind::Number(part(&mut parts)?),
            't' => Kind::Text(part(&mut parts)?),
            'l' => Kind::List(part(&mut parts)?),
            'm' => Kind::Map(
                part::<Entries<Node>, A>(&mut parts)?
                    .0
                    .into_iter()
                    .map(|(key, node)| (Key { text: key.value.into(), span: key.span }, node))
                    .collect(),
            ),
            _ => Kind::Null,
        };
        Ok(Node { span, kind, form, raw: raw.pop().map(Into::into) })
    }
}

/// The parts of a node: its place, its form, its raw text (none or one), the letter of its kind, its value.
pub(super) struct Parts<'de> {
    node: &'de Node,
    told: u8,
}

impl<'de> Parts<'de> {
    pub(super) fn of(node: &'de Node) -> Self {
        Self { node, told: 0 }
    }

    fn letter(&self) -> char {
        match self.node.kind {
            Kind::Null => '-',
            Kind::Bool(_) => 'b',
            Kind::Number(_) => 'n',
            Kind::Text(_) => 't',
            Kind::List(_) => 'l',
            Kind::Map(_) => 'm',
        }
    }
}

impl<'de> SeqAccess<'de> for Parts<'de> {
    type Error = ReadError;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, ReadError> {
        self.told += 1;
        match self.told {
            1 => seed.deserialize(span_reader(self.node.span)),
            2 => seed.deserialize((self.node.form as u32).into_deserializer()),
            3 => seed.deserialize(SeqDeserializer::new(self.node.raw.as_deref().into_iter())),
            4 => seed.deserialize(self.letter().into_deserializer()),
            5 => seed.deserialize(NodeReader(self.node)),
            _ => return Ok(None),
        }
        .map(Some)
    }
}

impl From<Value> for Node {
    /// A value without places.
    fn from(value: Value) -> Self {
        let raw = matches!(value, Value::Bool(_) | Value::Number(_)).then(|| value.to_string().into());
        let (form, kind) = match value {
            Value::Null => (Form::Plain, Kind::Null),
            Value::Bool(truth) => (Form::Plain, Kind::Bool(truth)),
            Value::Number(number) => (Form::Plain, Kind::Number(number)),
            Value::String(text) => (Form::Quoted, Kind::Text(text)),
            Value::Array(items) => (Form::Block, Kind::List(items.into_iter().map(Node::from).collect())),
            Value::Object(entries) => {
                (Form::Block, Kind::Map(entries.into_iter().map(|(key, value)| (key_without_place(&key), value.into())).collect()))
            }
        };
        Self { span: Span::default(), kind, form, raw }
    }
}

fn key_without_place(key: &str) -> Key {
    Key { text: key.into(), span: Span::default() }
}
