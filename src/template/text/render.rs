//! Walks the pieces.

use std::borrow::Cow;

use serde_json::Value;

use super::{
    escape::Out,
    tree::{Base, Piece, Place, Term},
};
use crate::template::{
    budget::{Budget, NAME},
    fault::Failure,
    helpers::{Args, truthy},
    roots::{Env, Roots, walk_cow},
};

/// What a piece sees: the roots, and the elements of the `each` blocks around it.
pub(super) struct Scope<'a> {
    roots: &'a dyn Roots,
    budget: &'a Budget,
    frame: Option<&'a Frame<'a>>,
}

/// The element of an `each`.
struct Frame<'a> {
    outer: Option<&'a Frame<'a>>,
    value: &'a Value,
    key: Option<&'a str>,
    index: usize,
    last: bool,
}

impl<'a> Scope<'a> {
    pub(super) fn new(roots: &'a dyn Roots, budget: &'a Budget) -> Self {
        Self { roots, budget, frame: None }
    }

    fn frame(&self, up: usize) -> Option<&'a Frame<'a>> {
        let mut frame = self.frame;
        for _ in 0..up {
            frame = frame?.outer;
        }
        frame
    }

    /// A value by its path.
    fn place(&self, Place { base, path }: &Place) -> Option<Cow<'a, Value>> {
        match base {
            Base::Root(name) => self.roots.below(name, path),
            base => self.base(base).and_then(|value| walk_cow(value, path)),
        }
    }

    fn base(&self, base: &Base) -> Option<Cow<'a, Value>> {
        match base {
            Base::Root(name) => self.roots.root(name),
            Base::Api(name) => self.roots.api(name).map(Cow::Borrowed),
            Base::Element(up) => self.frame(*up).map(|frame| Cow::Borrowed(frame.value)),
            Base::Key(up) => self.frame(*up).map(|frame| Cow::Owned(frame.key.map_or_else(|| frame.index.into(), Value::from))),
            Base::Index => self.frame(0).map(|frame| Cow::Owned(frame.index.into())),
            Base::First => self.frame(0).map(|frame| Cow::Owned((frame.index == 0).into())),
            Base::Last => self.frame(0).map(|frame| Cow::Owned(frame.last.into())),
        }
    }
}

pub(super) fn pieces(pieces: &[Piece], scope: &Scope<'_>, out: &mut Out) -> Result<(), Failure> {
    for piece in pieces {
        scope.budget.spend(1)?;
        match piece {
            Piece::Literal(text) => {
                scope.budget.text(text.len())?;
                out.literal(text)?;
            }
            Piece::Show(shown) => {
                let value = term(shown, scope)?;
                if let Some(value) = &value {
                    scope.budget.print(value)?;
                }
                out.value(value.as_deref())?;
            }
            Piece::If { test, wanted, then, otherwise } => {
                let holds = term(test, scope)?.is_some_and(|value| truthy(&value));
                self::pieces(if holds == *wanted { then } else { otherwise }, scope, out)?;
            }
            Piece::Each { list, body, otherwise } => match term(list, scope)? {
                Some(list) if truthy(&list) && (list.is_array() || list.is_object()) => each(&list, body, scope, out)?,
                _ => self::pieces(otherwise, scope, out)?,
            },
        }
    }
    Ok(())
}

fn each(list: &Value, body: &[Piece], scope: &Scope<'_>, out: &mut Out) -> Result<(), Failure> {
    scope.budget.spend(list.as_array().map_or(0, Vec::len) + list.as_object().map_or(0, serde_json::Map::len))?;
    let elements: Vec<(Option<&str>, &Value)> = match list {
        Value::Array(list) => list.iter().map(|value| (None, value)).collect(),
        Value::Object(map) => map.iter().map(|(key, value)| (Some(key.as_str()), value)).collect(),
        _ => Vec::new(),
    };
    for (index, (key, value)) in elements.iter().enumerate() {
        let frame = Frame { outer: scope.frame, value, key: *key, index, last: index + 1 == elements.len() };
        pieces(body, &Scope { roots: scope.roots, budget: scope.budget, frame: Some(&frame) }, out)?;
    }
    Ok(())
}

pub(super) fn term<'a>(term: &'a Term, scope: &Scope<'a>) -> Result<Option<Cow<'a, Value>>, Failure> {
    match term {
        Term::Place(place) => {
            let value = scope.place(place);
            scope.budget.spend(NAME * (1 + place.path.len()))?;
            if let Some(Cow::Owned(made)) = &value {
                scope.budget.copy(made)?;
            }
            Ok(value)
        }
        Term::Literal(value) => Ok(Some(Cow::Borrowed(value))),
        Term::Calc(expr, names) => {
            let roots = Named { scope, names };
            expr.eval(&roots).map(|value| Some(Cow::Owned(value)))
        }
        Term::Call(helper, args, named) => {
            let given = |argument: &'a Term| -> Result<Cow<'a, Value>, Failure> {
                let value = self::term(argument, scope)?.unwrap_or(Cow::Owned(Value::Null));
                scope.budget.print(&value)?;
                Ok(value)
            };
            let values = args.iter().map(given).collect::<Result<Vec<_>, _>>()?;
            let named = named.iter().map(|(key, value)| Ok((key.as_str(), given(value)?))).collect::<Result<Vec<_>, Failure>>()?;
            let args = Args { values: &values, named: &named, env: scope.roots.env(), budget: scope.budget };
            scope.budget.spend((helper.price)(&args))?;
            let value = (helper.call)(&args);
            scope.budget.copy(&value)?;
            Ok(Some(Cow::Owned(value)))
        }
    }
}

/// The roots as an expression within `each` sees them: the names of the elements come first.
struct Named<'a> {
    scope: &'a Scope<'a>,
    names: &'a [(String, Base)],
}

impl Roots for Named<'_> {
    fn root(&self, name: &str) -> Option<Cow<'_, Value>> {
        match self.names.iter().rev().find(|(known, _)| known == name) {
            Some((_, base)) => self.scope.base(base),
            None => self.scope.roots.root(name),
        }
    }

    fn temporal(&self, name: &str) -> bool {
        !self.names.iter().any(|(known, _)| known == name) && self.scope.roots.temporal(name)
    }

    fn api(&self, name: &str) -> Option<&Value> {
        self.scope.roots.api(name)
    }

    fn env(&self) -> &Env {
        self.scope.roots.env()
    }

    fn budget(&self) -> &Budget {
        self.scope.budget
    }

    fn below(&self, name: &str, path: &[String]) -> Option<Cow<'_, Value>> {
        match self.names.iter().rev().find(|(known, _)| known == name) {
            Some((_, base)) => self.scope.base(base).and_then(|value| walk_cow(value, path)),
            None => self.scope.roots.below(name, path),
        }
    }
}
