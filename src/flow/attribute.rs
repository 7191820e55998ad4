//! A declared attribute: its types hold, whoever sets it.

use jiff::tz::TimeZone;
use serde_json::Value;

use super::types::{self, Type, Writer};
use crate::{diagnostic::Place, yaml::Node};

/// A declared attribute.
#[derive(Clone, Debug)]
pub struct Attribute {
    /// Its types; a value has to fit one.
    pub types: Vec<Type>,
    /// Its value until one is set.
    pub default: Option<Value>,
    /// Personal data: masked in logs.
    pub pii: bool,
    /// Users are found by it.
    pub indexed: bool,
    /// Forgotten when the session ends.
    pub session: bool,
    /// The bot reads or sets it somewhere.
    pub used: bool,
    /// Where its name stands.
    pub place: Place,
}

impl Attribute {
    /// What YAML writes, as one of its types; none if it fits no one. A moment is told as clocks show it in this zone.
    #[must_use]
    pub fn read_node(&self, node: &Node, zone: &TimeZone) -> Option<Value> {
        types::convert(&types::of_node(node, &self.types), &self.types, Writer::Machine, zone)
    }
}
