//! Values as YAML writes them: what goes into a text stays as it is written.

use serde_json::Value;

use super::{Type, Writer, convert};
use crate::{
    language::TypeName,
    yaml::{Kind, Node},
};

/// The value of a node for these types: `1.10` and `+39081` stay as they are written where a text takes them, at any depth.
#[must_use]
pub(in crate::flow) fn of_node(node: &Node, types: &[Type]) -> Value {
    match &node.kind {
        Kind::List(nodes) => nodes.iter().map(|node| of_node(node, elements(types))).collect(),
        Kind::Map(entries) => entries.iter().map(|(key, node)| (key.text.to_string(), of_node(node, &field(types, &key.text)))).collect(),
        Kind::Bool(_) | Kind::Number(_) => {
            let value = node.to_json();
            node.as_written().filter(|_| is_text(&value, types)).map_or(value, Value::from)
        }
        Kind::Null | Kind::Text(_) => node.to_json(),
    }
}

/// Whether the first of the types that takes a scalar is one of texts.
fn is_text(scalar: &Value, types: &[Type]) -> bool {
    let textual = |t: &Type| matches!(t.name, TypeName::String | TypeName::Phone | TypeName::Email | TypeName::Url);
    let takes = |t: &&Type| textual(t) || convert(scalar, std::slice::from_ref(*t), Writer::Machine, &jiff::tz::TimeZone::UTC).is_some();
    types.iter().find(takes).is_some_and(textual)
}

/// What the elements of a list of these types are.
#[must_use]
pub(in crate::flow) fn elements(types: &[Type]) -> &[Type] {
    types.iter().find_map(|t| t.of.as_deref()).map_or(&[], std::slice::from_ref)
}

/// What a field of an object of these types is.
#[must_use]
pub(in crate::flow) fn field(types: &[Type], key: &str) -> Vec<Type> {
    types.iter().flat_map(|t| &t.fields).filter(|(name, _)| name == key).map(|(_, t)| (*t).into()).collect()
}
