//! Small values that stand all over the files: texts taken as written, durations, `true`, `version: 1`.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{
    Deserialize, Deserializer,
    de::{self, DeserializeOwned},
};

use crate::yaml::{Kind, Node, Spanned};

/// A text taken as it is written: `1.10`, `+3906123` and `007` stay what they are.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Written(pub String);

/// A text with its place.
pub type Said = Spanned<Written>;

impl JsonSchema for Written {
    fn schema_name() -> Cow<'static, str> {
        "Text".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": ["string", "number", "boolean"], "description": "A text; a number or date is taken as it is written."})
    }
}

impl std::ops::Deref for Written {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

/// `version: 1`, the only version of the language so far.
#[derive(Clone, Copy, Debug)]
pub struct VersionOne;

impl<'de> Deserialize<'de> for VersionOne {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u64::deserialize(deserializer)? {
            1 => Ok(Self),
            other => Err(de::Error::custom(format!("version {other} of the language does not exist; there is version 1"))),
        }
    }
}

impl JsonSchema for VersionOne {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "Version".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"const": 1, "description": "The version of the language: 1."})
    }
}

/// A mark that can only be `true`: `return: true`, `end: true`.
#[derive(Clone, Copy, Debug)]
pub struct Always;

impl<'de> Deserialize<'de> for Always {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if bool::deserialize(deserializer)? {
            Ok(Self)
        } else {
            Err(de::Error::custom("only `true` makes sense here; leave the block out instead"))
        }
    }
}

impl JsonSchema for Always {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "True".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"const": true, "description": "Only `true` makes sense."})
    }
}

/// A span of time: a number and one of `ms` `s` `m` `h` `d`, for example `45m`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Duration {
    /// Milliseconds.
    pub ms: i64,
}

const UNITS: [(&str, i64); 5] = [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];

impl Duration {
    /// Reads `500ms`, `5s`, `45m`, `24h`, `30d`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let (_, factor) = UNITS.iter().find(|(unit, _)| *unit == &text[digits.len()..])?;
        let ms = digits.parse::<i64>().ok().filter(|n| *n >= 0)?.checked_mul(*factor)?;
        Some(Self { ms })
    }
}

impl<'de> Deserialize<'de> for Duration {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| de::Error::custom(format!("\"{text}\" is not a duration; write for example 30s, 45m, 24h or 7d")))
    }
}

impl JsonSchema for Duration {
    fn schema_name() -> Cow<'static, str> {
        "Duration".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "pattern": "^[0-9]{1,9}(ms|s|m|h|d)$", "description": "A duration such as 30s, 45m, 24h or 7d.", "examples": ["30s", "45m", "24h"]})
    }
}

/// One value or a list of values; always read as a list.
#[derive(Clone, Debug)]
pub struct One<T>(pub Vec<T>);

impl<'de, T: DeserializeOwned> Deserialize<'de> for One<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let node = Node::deserialize(deserializer)?;
        match &node.kind {
            Kind::List(items) => items.iter().map(Node::read).collect::<Result<_, _>>(),
            _ => node.read().map(|one| vec![one]),
        }
        .map(Self)
        .map_err(de::Error::custom)
    }
}

impl<T: JsonSchema> JsonSchema for One<T> {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        format!("OneOrMore{}", T::schema_name()).into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let one = generator.subschema_for::<T>();
        json_schema!({"anyOf": [one, {"type": "array", "items": one, "minItems": 1}]})
    }
}
