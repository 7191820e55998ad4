//! Types of attributes and of answers: one list for both.

use schemars::JsonSchema;
use serde::Deserialize;

use super::values::{One, Said};
use crate::yaml::{Entries, Spanned};

/// A type of an attribute or of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum TypeName {
    /// Any text.
    String,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// Yes or no.
    Boolean,
    /// A day, kept as `2026-03-02`.
    Date,
    /// A time of day, kept as `19:00`.
    Time,
    /// A moment, kept as `2026-03-02T19:00`.
    Datetime,
    /// An e-mail address.
    Email,
    /// A phone number, kept with its country code.
    Phone,
    /// A link that begins with http:// or https://.
    Url,
    /// A place: latitude, longitude, label, address.
    Location,
    /// A file: url, name, type, size.
    File,
    /// A list; say of what with `of`.
    List,
    /// A mapping; say which with `fields`.
    Object,
}

/// One type or several.
pub type Types = One<Spanned<TypeName>>;

/// What fits as an answer. Each rule applies to the types for which it makes sense.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Expect {
    /// The type, or a list of types of which one has to fit.
    #[serde(rename = "type")]
    pub types: Option<Types>,
    /// The least number, or the earliest date.
    pub min: Option<Said>,
    /// The largest number, or the latest date.
    pub max: Option<Said>,
    /// The least number of characters.
    pub min_length: Option<Spanned<u32>>,
    /// The largest number of characters.
    pub max_length: Option<Spanned<u32>>,
    /// A regular expression that the whole answer has to match.
    pub pattern: Option<Spanned<String>>,
    /// An expression over `value` that has to be true, for example `value > today`.
    pub when: Option<Said>,
}

/// The type of the elements of a list: a type, or the fields of an object.
#[derive(Clone, Debug)]
pub enum ElementDecl {
    /// Elements of one type.
    Type(Spanned<TypeName>),
    /// Objects with these fields.
    Fields(Entries<Spanned<TypeName>>),
}

impl<'de> Deserialize<'de> for ElementDecl {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let node = crate::yaml::Node::deserialize(deserializer)?;
        match &node.kind {
            crate::yaml::Kind::Map(_) => node.read().map(Self::Fields),
            _ => node.read().map(Self::Type),
        }
        .map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for ElementDecl {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Element".into()
    }
    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let name = generator.subschema_for::<TypeName>();
        schemars::json_schema!({"anyOf": [name, {"type": "object", "additionalProperties": name}]})
    }
}
