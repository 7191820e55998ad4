//! The tree: what a document says, with the place of every key and value.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Number, Value};

/// A stretch of a file. Bytes count from 0, `end` is the byte after the last one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
pub struct Span {
    /// Line of the first character, from 1.
    pub line: u32,
    /// Column of the first character, from 1, in characters.
    pub column: u32,
    /// The first byte.
    pub start: u32,
    /// The byte after the last one.
    pub end: u32,
}

impl Span {
    /// The part of `text` that this span covers; empty where it does not fit the text.
    #[must_use]
    pub fn of(self, text: &str) -> &str {
        text.get(self.start as usize..self.end as usize).unwrap_or_default()
    }

    /// Whether it covers nothing: the place of a value that was left out.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// This span, but ending where `last` ends.
    #[must_use]
    pub(super) fn up_to(self, last: Span) -> Self {
        Self { end: last.end.max(self.end), ..self }
    }
}

/// A key of a mapping, as it is written.
#[derive(Clone, Debug, PartialEq)]
pub struct Key {
    /// The key.
    pub text: Arc<str>,
    /// Where it stands.
    pub span: Span,
}

/// A value with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Where it stands; of an alias, the place of the alias.
    pub span: Span,
    /// What it is.
    pub kind: Kind,
    /// How it is written.
    pub form: Form,
    /// An unquoted scalar that loads as something else than text, as it is written: `1.10`, `+39`, `true`, `null`.
    pub raw: Option<Arc<str>>,
}

/// What a value is, by the words of YAML 1.2.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// Nothing: left out, `null` or `~`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// A mapping, in the order written; no key twice.
    Map(Vec<(Key, Node)>),
}

/// How a value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Form {
    /// A scalar without quotes, or nothing at all.
    Plain,
    /// A scalar in single or double quotes.
    Quoted,
    /// A text after `|` or `>`.
    BlockText,
    /// A list or mapping in brackets.
    Flow,
    /// A list or mapping by indentation.
    Block,
    /// An alias such as `*name`.
    Alias,
}

impl Node {
    /// The value of a key, if this is a mapping that has it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node> {
        match &self.kind {
            Kind::Map(entries) => entries.iter().find(|(k, _)| &*k.text == key).map(|(_, node)| node),
            _ => None,
        }
    }

    /// A scalar as it is written: `007`, `1.10`, `yes`. Nothing, lists and mappings have no text.
    #[must_use]
    pub fn as_written(&self) -> Option<&str> {
        match &self.kind {
            Kind::Text(text) => Some(text),
            Kind::Bool(_) | Kind::Number(_) => self.raw.as_deref(),
            Kind::Null | Kind::List(_) | Kind::Map(_) => None,
        }
    }

    /// Whether the value was left out, as in `when:`.
    #[must_use]
    pub fn is_left_out(&self) -> bool {
        self.kind == Kind::Null && self.raw.as_deref() == Some("")
    }

    /// The value without its places.
    #[must_use]
    pub fn to_json(&self) -> Value {
        match &self.kind {
            Kind::Null => Value::Null,
            Kind::Bool(truth) => Value::Bool(*truth),
            Kind::Number(number) => Value::Number(number.clone()),
            Kind::Text(text) => Value::String(text.clone()),
            Kind::List(items) => Value::Array(items.iter().map(Node::to_json).collect()),
            Kind::Map(entries) => Value::Object(entries.iter().map(|(key, node)| (key.text.to_string(), node.to_json())).collect()),
        }
    }

    /// The values right below this one.
    pub(super) fn children(&self) -> Box<dyn Iterator<Item = &Node> + '_> {
        match &self.kind {
            Kind::List(items) => Box::new(items.iter()),
            Kind::Map(entries) => Box::new(entries.iter().map(|(_, node)| node)),
            _ => Box::new(std::iter::empty()),
        }
    }
}
