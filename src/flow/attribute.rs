//! A declared attribute: its types hold, whoever sets it.

use serde_json::Value;

use super::types::{self, Type};
use crate::diagnostic::Place;

/// A declared attribute.
#[derive(Clone, Debug)]
pub struct Attribute {
    /// Its types; a value has to fit one.
    pub types: Vec<Type>,
    /// Its value until one is set.
    pub default: Option<Value>,
    /// Personal data: masked in logs.
    pub pii: bool,
    /// Forgotten when the session ends.
    pub session: bool,
    /// The bot reads or sets it somewhere.
    pub used: bool,
    /// Where its name stands.
    pub place: Place,
}

impl Attribute {
    /// A value as one of its types; none if it fits no one.
    #[must_use]
    pub fn fitting(&self, value: &Value, language: &str) -> Option<Value> {
        types::convert(value, &self.types, language)
    }
}
