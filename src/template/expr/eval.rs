//! Walks the compiled form. Every part costs a step, and whatever touches a value costs its size.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::{
    functions::Call,
    tree::{Comprehension, Node, Op, Over},
    value::V,
};
use crate::template::{
    budget::{Budget, NAME},
    fault::Failure,
    number::Num,
    pattern::Pattern,
    roots::{Roots, step},
};

/// The longest list that a comprehension walks.
const ELEMENTS_MAX: usize = 1_000;
/// Steps for a key that is sorted among others.
const SORTED: usize = 16;

/// One evaluation.
pub(super) struct Run<'r> {
    pub(super) roots: &'r dyn Roots,
    pub(super) budget: &'r Budget,
}

/// The element of a comprehension, and those around it.
pub(super) struct Local<'a> {
    outer: Option<&'a Local<'a>>,
    value: &'a Value,
}

type Locals<'a> = Option<&'a Local<'a>>;
pub(super) type Outcome<'a> = Result<V<'a>, Failure>;

impl Run<'_> {
    pub(super) fn eval<'a>(&'a self, node: &'a Node, locals: Locals<'a>) -> Outcome<'a> {
        self.budget.spend(1)?;
        match node {
            Node::Constant(value) => Ok(V::borrowed(value)),
            Node::Root(name) => self.root(name),
            Node::Local(up) => Ok(local(locals, *up).map_or(V::Absent, V::borrowed)),
            Node::Field(of, key) => self.field(of, key, locals),
            Node::Index(of, at) => self.index(of, at, locals),
            Node::Has(of) => Ok(V::owned(!matches!(self.eval(of, locals)?, V::Absent))),
            Node::Not(of) => Ok(V::owned(!self.truth(of, locals)?)),
            Node::Negate(of) => self.arithmetic(Op::Minus, (V::owned(0), of), (self.eval(of, locals)?, of)),
            Node::And(a, b) => Ok(V::owned(self.truth(a, locals)? && self.truth(b, locals)?)),
            Node::Or(a, b) => Ok(V::owned(self.truth(a, locals)? || self.truth(b, locals)?)),
            Node::Choose(parts) => self.eval(if self.truth(&parts[0], locals)? { &parts[1] } else { &parts[2] }, locals),
            Node::Binary(op, a, b) => self.binary(*op, (self.eval(a, locals)?, a), (self.eval(b, locals)?, b)),
            Node::Call(function, args) => {
                let args = args.iter().map(|arg| self.eval(arg, locals)).collect::<Result<Vec<_>, _>>()?;
                (function.call)(&Call { args: &args, env: self.roots.env(), budget: self.budget })
            }
            Node::Matches(of, pattern) => self.matches(&self.eval(of, locals)?, pattern),
            Node::List(items) => items.iter().map(|item| self.owned(item, locals)).collect::<Result<Vec<_>, _>>().map(V::owned),
            Node::Map(entries) => self.map(entries, locals),
            Node::Comprehension(of) => self.comprehension(of, locals),
        }
    }

    pub(super) fn truth(&self, node: &Node, locals: Locals<'_>) -> Result<bool, Failure> {
        match self.eval(node, locals)? {
            V::Absent => Ok(false),
            value => value
                .json()
                .and_then(Value::as_bool)
                .ok_or_else(|| Failure::new(format!("{} is {}, not true or false", node.label(), value.kind()))),
        }
    }

    fn root<'a>(&'a self, name: &str) -> Outcome<'a> {
        let value = self.read(self.roots.root(name))?;
        Ok(if matches!(name, "now" | "today") || self.roots.temporal(name) { self.dated(value) } else { value })
    }

    /// A field: of a root it is looked up alone, since the whole may have to be made first.
    fn field<'a>(&'a self, of: &'a Node, key: &'a String, locals: Locals<'a>) -> Outcome<'a> {
        match of {
            Node::Root(root) => self.below(root, key),
            of => match self.eval(of, locals)? {
                V::Json(value) => self.part(value, key),
                _ => Ok(V::Absent),
            },
        }
    }

    fn below<'a>(&'a self, root: &str, key: &'a String) -> Outcome<'a> {
        let value = self.read(self.roots.below(root, std::slice::from_ref(key)))?;
        let declared = root == "user" && self.roots.temporal(key);
        Ok(if declared { self.dated(value) } else { value })
    }

    fn matches<'a>(&self, text: &V<'_>, pattern: &Pattern) -> Outcome<'a> {
        let text = text.text(self.budget)?;
        pattern.is_match(&text, self.budget).map(V::owned)
    }

    /// A value that is read from outside: what had to be made costs its size.
    fn read<'a>(&self, value: Option<Cow<'a, Value>>) -> Outcome<'a> {
        self.budget.spend(NAME)?;
        if let Some(Cow::Owned(made)) = &value {
            self.budget.copy(made)?;
        }
        Ok(V::of(value))
    }

    fn part<'a>(&self, of: Cow<'a, Value>, key: &str) -> Outcome<'a> {
        self.budget.text(NAME * 8 + key.len())?;
        let part = match of {
            Cow::Borrowed(of) => step(of, key).map(Cow::Borrowed),
            Cow::Owned(of) => step(&of, key).cloned().map(Cow::Owned),
        };
        if let Some(Cow::Owned(copied)) = &part {
            self.budget.copy(copied)?;
        }
        Ok(V::of(part))
    }

    /// A declared date as one; what does not read as a date stays text.
    fn dated<'a>(&self, value: V<'a>) -> V<'a> {
        value.moment(self.budget).map_or(value, V::Moment)
    }

    fn index<'a>(&'a self, of: &'a Node, at: &'a Node, locals: Locals<'a>) -> Outcome<'a> {
        let (V::Json(value), at) = (self.eval(of, locals)?, self.eval(at, locals)?) else { return Ok(V::Absent) };
        let fits = match &*value {
            Value::Array(_) => at.num().is_some_and(|n| matches!(n, Num::Whole(0..))),
            Value::Object(_) => at.str().is_some(),
            _ => false,
        };
        if fits { self.part(value, &at.text(self.budget)?) } else { Ok(V::Absent) }
    }

    fn owned(&self, node: &Node, locals: Locals<'_>) -> Result<Value, Failure> {
        let value = self.eval(node, locals)?;
        if let V::Json(json) = &value {
            self.budget.copy(json)?;
        }
        Ok(value.into_json())
    }

    fn map<'a>(&'a self, entries: &'a [(Node, Node)], locals: Locals<'a>) -> Outcome<'a> {
        let mut pairs = Vec::with_capacity(entries.len());
        for (key, value) in entries {
            pairs.push((self.eval(key, locals)?.text(self.budget)?.into_owned(), self.owned(value, locals)?));
        }
        pairs.sort_by(|(a, _), (b, _)| a.cmp(b));
        Ok(V::owned(pairs.into_iter().collect::<Map<_, _>>()))
    }

    fn comprehension<'a>(&'a self, of: &'a Comprehension, locals: Locals<'a>) -> Outcome<'a> {
        let list = match self.eval(&of.list, locals)? {
            V::Absent => Cow::Owned(Value::Array(Vec::new())),
            V::Json(value) => value,
            V::Moment(_) => return Err(Failure::new("a date is not a list")),
        };
        let keys: Vec<Value>;
        let elements: &[Value] = match &*list {
            Value::Array(list) => list,
            Value::Object(map) => {
                self.budget.spend(map.len() * SORTED)?;
                self.budget.copy(&list)?;
                let mut sorted: Vec<&String> = map.keys().collect();
                sorted.sort();
                keys = sorted.into_iter().map(|key| Value::from(key.as_str())).collect();
                &keys
            }
            _ => return Err(Failure::new(format!("{} is not a list", of.list.label()))),
        };
        if elements.len() > ELEMENTS_MAX {
            return Err(Failure::new(format!("{} has more than {ELEMENTS_MAX} elements", of.list.label())));
        }
        self.fold(of, elements, locals)
    }

    fn fold<'a>(&self, of: &Comprehension, elements: &[Value], locals: Locals<'_>) -> Outcome<'a> {
        let (mut kept, mut hits) = (Vec::new(), 0);
        for value in elements {
            let local = Local { outer: locals, value };
            let locals = Some(&local);
            if let Some(when) = &of.when
                && !self.truth(when, locals)?
            {
                continue;
            }
            if of.over == Over::Map {
                kept.push(self.owned(&of.body, locals)?);
                continue;
            }
            let hit = self.truth(&of.body, locals)?;
            hits += usize::from(hit);
            match of.over {
                Over::Exists if hit => return Ok(V::owned(true)),
                Over::All if !hit => return Ok(V::owned(false)),
                Over::Filter if hit => {
                    self.budget.copy(value)?;
                    kept.push(value.clone());
                }
                _ => {}
            }
        }
        Ok(match of.over {
            Over::All => V::owned(true),
            Over::Exists => V::owned(false),
            Over::ExistsOne => V::owned(hits == 1),
            Over::Map | Over::Filter => V::owned(kept),
        })
    }
}

fn local<'a>(locals: Locals<'a>, up: usize) -> Option<&'a Value> {
    let mut local = locals?;
    for _ in 0..up {
        local = local.outer?;
    }
    Some(local.value)
}
