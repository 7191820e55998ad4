//! Values in `set`, `with`, items and bodies: literals, templates and `{expr: …}` at any depth.

use std::sync::Arc;

use serde_json::Value;

use super::{Compiler, Here};
use crate::{
    flow::{
        block::Assign,
        computed::{Computed, SecretJson},
        names, types,
    },
    yaml::{Entries, Kind, Node, Spanned},
};

/// The one key of `{expr: …}`.
fn expr_of(node: &Node) -> Option<&Node> {
    match &node.kind {
        Kind::Map(entries) if entries.len() == 1 => node.get("expr"),
        _ => None,
    }
}

impl<'a> Compiler<'a> {
    /// A value that is worked out when its block runs.
    pub(super) fn computed(&mut self, node: &Node, here: Here<'_>) -> Option<Computed> {
        if let Some(expr) = expr_of(node) {
            let source = expr.as_written().unwrap_or_default();
            return self.expr_of(source, expr.span, here).map(Computed::Expr);
        }
        Some(match &node.kind {
            Kind::Text(source) => {
                let text = self.text_of(source, node.span, here)?;
                text.literal().map(|l| Computed::Literal(l.into())).unwrap_or(Computed::Text(text))
            }
            Kind::List(items) => Computed::List(items.iter().filter_map(|item| self.computed(item, here)).collect()),
            Kind::Map(entries) => {
                Computed::Map(entries.iter().filter_map(|(k, v)| Some((k.text.to_string(), self.computed(v, here)?))).collect())
            }
            Kind::Null | Kind::Bool(_) | Kind::Number(_) => Computed::Literal(node.to_json()),
        })
    }

    /// A mapping of such values.
    pub(super) fn computed_map(&mut self, entries: Option<&Entries<Node>>, here: Here<'_>) -> Vec<(String, Computed)> {
        entries.iter().flat_map(|e| &e.0).filter_map(|(name, node)| Some((name.value.clone(), self.computed(node, here)?))).collect()
    }

    /// The attributes of a `set`.
    pub(super) fn assigns(&mut self, entries: &Entries<Node>, here: Here<'_>) -> Vec<Assign> {
        entries.0.iter().filter_map(|(name, node)| self.assign(name, node, here)).collect()
    }

    fn assign(&mut self, name: &Spanned<String>, node: &Node, here: Here<'_>) -> Option<Assign> {
        let settable = self.settable(name, here);
        let value = self.written_value(name, node).map(Computed::Literal).or_else(|| self.computed(node, here))?;
        if let Computed::Literal(literal) = &value {
            self.check_fits(name, literal, here.place(node.span));
        }
        settable.then(|| Assign { name: Arc::from(name.as_str()), value })
    }

    /// A number that stands where a text attribute is set stays as it is written: `phone: 007`.
    fn written_value(&self, name: &str, node: &Node) -> Option<Value> {
        let attribute = self.attributes.get(name)?;
        let textual =
            attribute.types.iter().all(|t| matches!(t.name, crate::language::TypeName::String | crate::language::TypeName::Phone));
        matches!(node.kind, Kind::Bool(_) | Kind::Number(_)).then(|| node.as_written()).flatten().filter(|_| textual).map(Value::from)
    }

    /// Whether a bot may set a name: a declared attribute, or one of the built-in ones that are the user's.
    pub(super) fn settable(&mut self, name: &Spanned<String>, here: Here<'_>) -> bool {
        let place = here.place(name.span);
        self.used.insert(name.value.clone());
        if names::SETTABLE.contains(&name.as_str()) || self.names.attributes.contains_key(name.as_str()) {
            return true;
        }
        if names::built_in(name) {
            self.problems.read_only(place, name);
        } else {
            let known: Vec<&str> = self.names.attributes.keys().chain(names::SETTABLE).copied().collect();
            self.problems.unknown_attribute(place, name, &known);
        }
        false
    }

    pub(super) fn check_fits(&mut self, name: &str, value: &Value, place: crate::diagnostic::Place) {
        let Some(attribute) = self.attributes.get(name) else { return };
        if !value.is_null() && types::convert(value, &attribute.types, "en").is_none() {
            let types = attribute.types.iter().map(|t| t.name.as_str()).collect::<Vec<_>>().join(" or ");
            self.problems.wrong_value_for(place, &format!("attribute \"{name}\""), &value.to_string(), &types);
        }
    }

    /// A body whose texts may refer to secrets.
    pub(super) fn secret_json(&mut self, node: &Node, here: Here<'_>) -> Option<SecretJson> {
        if let Some(expr) = expr_of(node) {
            return self.expr_of(expr.as_written().unwrap_or_default(), expr.span, here).map(SecretJson::Expr);
        }
        Some(match &node.kind {
            Kind::Text(source) => SecretJson::Text(self.secret_text(source, node.span, here)?),
            Kind::List(items) => SecretJson::List(items.iter().filter_map(|item| self.secret_json(item, here)).collect()),
            Kind::Map(entries) => {
                SecretJson::Map(entries.iter().filter_map(|(k, v)| Some((k.text.to_string(), self.secret_json(v, here)?))).collect())
            }
            Kind::Null | Kind::Bool(_) | Kind::Number(_) => SecretJson::Literal(node.to_json()),
        })
    }
}
