//! Values that are worked out when a block runs: templates, literals and expressions at any depth.

use serde_json::{Map, Value};

use super::{
    answer::{Failure, FailureKind},
    phrase::RENDERED_BYTES_MAX,
    scope::Scope,
};
use crate::{
    diagnostic::Place,
    outbound::{Json, Part, Parts, SecretRef},
    template::{self, Escape, Expr, Text},
};

/// A value in `set`, `with` or an item.
#[derive(Debug)]
pub enum Computed {
    /// As it stands.
    Literal(Value),
    /// A template; alone, `"{{budget}}"` keeps the attribute's type.
    Text(Text),
    /// Exactly what the user typed, or a part of it: `"{{match.x}}"`, `"{{reply.text}}"`.
    UserText(Text),
    /// `{expr: …}`.
    Expr(Expr),
    /// A list of such values.
    List(Vec<Computed>),
    /// A mapping of such values.
    Map(Vec<(String, Computed)>),
}

impl Computed {
    pub(super) fn value(&self, scope: &Scope<'_>) -> Result<Value, template::Failure> {
        Ok(match self {
            Self::Literal(value) => {
                scope.budget.copy(value)?;
                value.clone()
            }
            Self::Text(text) | Self::UserText(text) => match text.literal() {
                Some(literal) => {
                    scope.budget.text(literal.len())?;
                    literal.into()
                }
                None => text.value(scope, RENDERED_BYTES_MAX)?,
            },
            Self::Expr(expr) => expr.eval(scope)?,
            Self::List(list) => list.iter().map(|v| v.value(scope)).collect::<Result<_, _>>()?,
            Self::Map(map) => map.iter().map(|(k, v)| Ok((k.clone(), v.value(scope)?))).collect::<Result<Map<_, _>, _>>()?.into(),
        })
    }

    /// Calls `seen` with every template in it.
    pub fn each_text<'a>(&'a self, seen: &mut dyn FnMut(&'a Text)) {
        match self {
            Self::Text(text) | Self::UserText(text) => seen(text),
            Self::List(list) => list.iter().for_each(|v| v.each_text(seen)),
            Self::Map(map) => map.iter().for_each(|(_, v)| v.each_text(seen)),
            Self::Literal(_) | Self::Expr(_) => {}
        }
    }
}

/// Works out a mapping of values, in the order written.
pub(super) fn values(map: &[(String, Computed)], scope: &Scope<'_>) -> Result<Map<String, Value>, template::Failure> {
    map.iter().map(|(k, v)| Ok((k.clone(), v.value(scope)?))).collect()
}

/// A template that may refer to secrets. The references never pass through the renderer, so no user's text can be taken for one.
#[derive(Debug, Default)]
pub struct SecretText {
    pub(super) pieces: Vec<SecretPiece>,
    /// Where it stands; none for one that is not written.
    pub place: Option<Place>,
}

#[derive(Debug)]
pub(super) enum SecretPiece {
    Text(Text),
    Secret(SecretRef),
}

impl SecretText {
    pub(super) fn render(&self, scope: &Scope<'_>, escape: Escape) -> Result<Parts, template::Failure> {
        let part = |piece: &SecretPiece| match piece {
            SecretPiece::Text(text) => text.render(scope, escape, RENDERED_BYTES_MAX).map(Part::Text),
            SecretPiece::Secret(secret) => Ok(Part::Secret(secret.clone())),
        };
        self.pieces.iter().map(part).collect::<Result<_, _>>().map(Parts)
    }

    /// The templates between the secrets.
    pub fn texts(&self) -> impl Iterator<Item = &Text> {
        self.pieces.iter().filter_map(|piece| match piece {
            SecretPiece::Text(text) => Some(text),
            SecretPiece::Secret(_) => None,
        })
    }

    /// What stands before the first thing that depends on a user, with the values of secrets in it; none where one has no value.
    pub fn fixed(&self, value: impl Fn(&SecretRef) -> Option<String>) -> Option<String> {
        let mut fixed = String::new();
        for piece in &self.pieces {
            match piece {
                SecretPiece::Secret(secret) => fixed.push_str(&value(secret)?),
                SecretPiece::Text(text) if text.literal().is_some() => fixed.push_str(text.source()),
                SecretPiece::Text(text) => {
                    let end = ["{{", "<<"].iter().filter_map(|begin| text.source().find(begin)).min();
                    fixed.push_str(&text.source()[..end.unwrap_or(text.source().len())]);
                    break;
                }
            }
        }
        Some(fixed)
    }

    /// The secrets it refers to.
    pub fn secrets(&self) -> impl Iterator<Item = &SecretRef> {
        self.pieces.iter().filter_map(|piece| match piece {
            SecretPiece::Secret(secret) => Some(secret),
            SecretPiece::Text(_) => None,
        })
    }
}

/// A JSON body whose texts are templates that may refer to secrets.
#[derive(Debug)]
pub enum SecretJson {
    /// As it stands.
    Literal(Value),
    /// A template; one placeholder alone keeps its type, and without a value leaves its key out.
    Text(SecretText),
    /// `{expr: …}`.
    Expr(Expr),
    /// A list.
    List(Vec<SecretJson>),
    /// A mapping.
    Map(Vec<(String, SecretJson)>),
}

impl SecretJson {
    /// The body; none where a placeholder alone has no value.
    pub(super) fn json(&self, scope: &Scope<'_>) -> Result<Option<Json>, template::Failure> {
        Ok(match self {
            Self::Literal(value) => {
                scope.budget.copy(value)?;
                Some(value.clone().into())
            }
            Self::Expr(expr) => Some(expr.eval(scope)?).filter(|v| !v.is_null()).map(Json::from),
            Self::Text(text) => match text.pieces.as_slice() {
                [SecretPiece::Text(only)] if only.single() => {
                    Some(only.value(scope, RENDERED_BYTES_MAX)?).filter(|v| !v.is_null()).map(Json::from)
                }
                _ => Some(Json::Text(text.render(scope, Escape::Plain)?)),
            },
            Self::List(list) => Some(Json::List(list.iter().filter_map(|v| v.json(scope).transpose()).collect::<Result<_, _>>()?)),
            Self::Map(map) => {
                let entry = |(k, v): &(String, SecretJson)| v.json(scope).transpose().map(|json| json.map(|json| (k.clone(), json)));
                Some(Json::Map(map.iter().filter_map(entry).collect::<Result<_, _>>()?))
            }
        })
    }

    /// Calls `seen` with every template that may hold secrets.
    pub fn each_text<'a>(&'a self, seen: &mut dyn FnMut(&'a SecretText)) {
        match self {
            Self::Text(text) => seen(text),
            Self::List(list) => list.iter().for_each(|v| v.each_text(seen)),
            Self::Map(map) => map.iter().for_each(|(_, v)| v.each_text(seen)),
            Self::Literal(_) | Self::Expr(_) => {}
        }
    }
}

impl From<template::Failure> for Failure {
    fn from(failure: template::Failure) -> Self {
        let kind = if failure.over_limit { FailureKind::Limit } else { FailureKind::Value };
        Failure::new(kind, failure.message)
    }
}
