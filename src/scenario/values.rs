//! Values that a test writes for attributes, as the types that the bot declares.

use serde_json::{Map, Value};

use crate::{
    flow::Bot,
    yaml::{Entries, Node},
};

/// A value for an attribute: as it is written where the attribute is a text (`007`), else what YAML loads.
/// None where it does not fit.
pub(super) fn of(bot: &Bot, name: &str, node: &Node) -> Option<Value> {
    let Some(attribute) = bot.attributes().get(name) else {
        return Some(node.as_written().map_or_else(|| node.to_json(), Value::from));
    };
    if node.to_json().is_null() { Some(Value::Null) } else { attribute.read_node(node, &bot.about().timezone) }
}

/// A mapping of such values, as it comes with a start from outside.
pub(super) fn all(bot: &Bot, entries: Option<&Entries<Node>>) -> Map<String, Value> {
    let entries = entries.iter().flat_map(|e| &e.0);
    entries.map(|(name, node)| (name.value.clone(), of(bot, name, node).unwrap_or_else(|| node.to_json()))).collect()
}
