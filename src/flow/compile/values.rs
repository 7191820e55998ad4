//! Values in `set`, `with`, items and bodies: literals, templates and `{expr: …}` at any depth.

use std::sync::Arc;

use serde_json::Value;

use super::{Compiler, Here};
use crate::{
    flow::{
        block::Assign,
        computed::{Computed, SecretJson},
        names,
        types::{self, Type, Writer},
    },
    language::TypeName,
    template::Text,
    yaml::{Entries, Kind, Node, Spanned},
};

/// The one key of `{expr: …}`.
fn expr_of(node: &Node) -> Option<&Node> {
    match &node.kind {
        Kind::Map(entries) if entries.len() == 1 => node.get("expr"),
        _ => None,
    }
}

/// Whether a text is exactly what the user typed, or a part of it. A local of that name is something else.
fn is_user_text(text: &Text, here: Here<'_>) -> bool {
    let [read] = text.reads() else { return false };
    let path: Vec<&str> = read.path.iter().map(String::as_str).collect();
    let typed = matches!(path.as_slice(), ["match", _] | ["reply", "text"] | ["last_message_text"] | ["user", "last_message_text"]);
    text.single() && typed && !here.locals.iter().flatten().any(|local| *local == path[0])
}

impl<'a> Compiler<'a> {
    /// A value that is worked out when its block runs.
    pub(super) fn computed(&mut self, node: &Node, here: Here<'_>) -> Option<Computed> {
        self.computed_as(node, &[], here)
    }

    /// Such a value, for an attribute of these types: what goes into a text stays as it is written, `phone: 007`.
    pub(super) fn computed_as(&mut self, node: &Node, types: &[Type], here: Here<'_>) -> Option<Computed> {
        if let Some(expr) = expr_of(node) {
            let source = expr.as_written().unwrap_or_default();
            return self.expr_of(source, expr.span, here).map(Computed::Expr);
        }
        Some(match &node.kind {
            Kind::Text(source) => {
                let text = self.text_of(source, node.span, here)?;
                match text.literal() {
                    Some(literal) => Computed::Literal(literal.into()),
                    None if is_user_text(&text, here) => Computed::UserText(text),
                    None => Computed::Text(text),
                }
            }
            Kind::List(items) => {
                Computed::List(items.iter().filter_map(|item| self.computed_as(item, types::elements(types), here)).collect())
            }
            Kind::Map(entries) => {
                let mut field = |key: &str, node| self.computed_as(node, &types::field(types, key), here);
                Computed::Map(entries.iter().filter_map(|(k, v)| Some((k.text.to_string(), field(&k.text, v)?))).collect())
            }
            Kind::Null | Kind::Bool(_) | Kind::Number(_) => Computed::Literal(types::of_node(node, types)),
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
        let value = self.computed_as(node, &self.types_of(name), here)?;
        if let Computed::Literal(literal) = &value {
            self.check_fits(name, literal, Writer::Machine, here.place(node.span));
        }
        settable.then(|| Assign { name: Arc::from(name.as_str()), value })
    }

    /// The types of an attribute. The built-in ones are texts, but for the time zone, which may be hours.
    pub(super) fn types_of(&self, name: &str) -> Vec<Type> {
        let built_in = || if names::SETTABLE.contains(&name) && name != "timezone" { vec![TypeName::String.into()] } else { Vec::new() };
        self.attributes.get(name).map_or_else(built_in, |attribute| attribute.types.clone())
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

    pub(super) fn check_fits(&mut self, name: &str, value: &Value, writer: Writer<'_>, place: crate::diagnostic::Place) {
        let Some(attribute) = self.attributes.get(name) else { return };
        if !value.is_null() && types::convert(value, &attribute.types, writer, &self.zone).is_none() {
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
