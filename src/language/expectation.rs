//! What a step of a conversation test expects beside messages.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, de};

use super::expected::Expected;
use crate::yaml::{Entries, Kind, Node, Spanned};

/// What holds at this point.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Expectation {
    /// Attributes and their values; null for none.
    pub attributes: Option<Entries<Node>>,
    /// What an API was called with, partially: the last call, or a list of all calls, `[]` for none.
    pub called: Option<Entries<CallsExpected>>,
    /// The sequence in which the flow waits, or which ran last.
    pub sequence: Option<Expected>,
    /// Whether the session has ended.
    pub ended: Option<Spanned<bool>>,
    /// The user's tags, in any order.
    pub tags: Option<Node>,
}

impl Expectation {
    /// Whether it names nothing that could fail to hold.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let Self { attributes, called, sequence, ended, tags } = self;
        let names = attributes.as_ref().is_some_and(|a| !a.0.is_empty()) || called.as_ref().is_some_and(|c| !c.0.is_empty());
        !names && sequence.is_none() && ended.is_none() && tags.is_none()
    }
}

/// The calls of an API as they are expected.
#[derive(Clone, Debug)]
pub enum CallsExpected {
    /// There were calls, and the last one is this.
    Last(Box<Spanned<CallExpected>>),
    /// These are all of them, in order.
    All(Vec<Spanned<CallExpected>>),
}

impl CallsExpected {
    /// The calls that it names.
    #[must_use]
    pub fn named(&self) -> &[Spanned<CallExpected>] {
        match self {
            Self::Last(one) => std::slice::from_ref(one),
            Self::All(all) => all,
        }
    }
}

impl<'de> Deserialize<'de> for CallsExpected {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let node = Node::deserialize(deserializer)?;
        match &node.kind {
            Kind::List(calls) => calls.iter().map(Node::read).collect::<Result<_, _>>().map(Self::All),
            _ => node.read().map(|one| Self::Last(Box::new(one))),
        }
        .map_err(de::Error::custom)
    }
}

impl JsonSchema for CallsExpected {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "CallsExpected".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let call = generator.subschema_for::<CallExpected>();
        json_schema!({"anyOf": [call, {"type": "array", "items": call}]})
    }
}

/// A call as it is expected; what is not named is not compared.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CallExpected {
    /// The HTTP method.
    pub method: Option<Expected>,
    /// The path of the URL.
    pub path: Option<Expected>,
    /// Parameters of the query string.
    pub params: Option<Node>,
    /// Request headers.
    pub headers: Option<Node>,
    /// The body, partially.
    pub body: Option<Node>,
}
