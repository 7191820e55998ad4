//! The attributes that a bot declares.

use std::sync::Arc;

use super::{Compiler, Here};
use crate::{
    flow::{
        attribute::Attribute,
        types::{self, Type, Writer},
    },
    language::{AttributeDecl, ElementDecl, Keep, TypeName},
    yaml::{Entries, Spanned},
};

impl<'a> Compiler<'a> {
    pub(super) fn attributes(&mut self, entries: &'a Entries<Spanned<AttributeDecl>>, here: Here<'a>) {
        for (name, decl) in &entries.0 {
            let attribute = self.attribute(name, decl, here);
            self.attributes.insert(Arc::from(name.as_str()), attribute);
        }
    }

    fn attribute(&mut self, name: &Spanned<String>, decl: &'a AttributeDecl, here: Here<'a>) -> Attribute {
        let types: Vec<Type> = decl.types.0.iter().map(|t| self.declared(t, decl, here)).collect();
        let default = decl.default.as_ref().filter(|node| !node.to_json().is_null()).and_then(|node| {
            let fitting = types::convert(&types::of_node(node, &types), &types, Writer::Machine, &self.zone);
            if fitting.is_none() {
                let names = types.iter().map(|t| t.name.as_str()).collect::<Vec<_>>().join(" or ");
                self.problems.wrong_value_for(
                    here.place(node.span),
                    &format!("attribute \"{}\"", name.value),
                    &node.to_json().to_string(),
                    &names,
                );
            }
            fitting
        });
        let place = here.place(name.span);
        let (pii, indexed) = (decl.pii.unwrap_or(false), decl.indexed.unwrap_or(false));
        Attribute { types, default, pii, indexed, session: decl.keep == Some(Keep::Session), used: false, place }
    }

    /// A type with what `of` and `fields` say of it.
    fn declared(&mut self, name: &Spanned<TypeName>, decl: &AttributeDecl, here: Here<'_>) -> Type {
        let fields = |entries: &Entries<Spanned<TypeName>>| entries.0.iter().map(|(field, t)| (field.value.clone(), t.value)).collect();
        match (name.value, &decl.of, &decl.fields) {
            (TypeName::List, Some(ElementDecl::Type(t)), _) => {
                Type { name: TypeName::List, of: Some(Box::new(t.value.into())), fields: Vec::new() }
            }
            (TypeName::List, Some(ElementDecl::Fields(entries)), _) => {
                let element = Type { name: TypeName::Object, of: None, fields: fields(entries) };
                Type { name: TypeName::List, of: Some(Box::new(element)), fields: Vec::new() }
            }
            (TypeName::Object, _, Some(entries)) => Type { name: TypeName::Object, of: None, fields: fields(entries) },
            (other, of, own) => {
                let stray = of.is_some() || (own.is_some() && other != TypeName::Object);
                if stray && decl.types.0.len() == 1 {
                    let rule = if of.is_some() { "of" } else { "fields" };
                    self.problems.expect_rule(here.place(name.span), rule, other.as_str());
                }
                other.into()
            }
        }
    }
}
