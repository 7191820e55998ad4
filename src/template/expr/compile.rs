//! From the parser's tree to ours: names resolved, reads listed; calls are in `calls`.

use std::{collections::BTreeMap, ops::Range};

use cel::common::ast::{EntryExpr, Expr as Ast, IdedExpr, LiteralValue, operators};
use serde_json::Value;

use super::{Compiled, parse::Parsed, tree::Node};
use crate::template::fault::{Fault, FaultKind, Read};

/// # Errors
/// Everything that is wrong with the tree.
pub(super) fn compile(source: &str, parsed: &Parsed, outer: &[String]) -> Result<Compiled, Vec<Fault>> {
    let mut compiler = Compiler { source, parsed, outer, locals: Vec::new(), reads: BTreeMap::new(), faults: Vec::new(), pattern_bytes: 0 };
    let root = compiler.node(&parsed.expr);
    if !compiler.faults.is_empty() {
        return Err(compiler.faults);
    }
    let (reads, pattern_bytes) = (compiler.reads.into_values().collect(), compiler.pattern_bytes);
    Ok(Compiled { source: source.into(), root, reads, pattern_bytes })
}

/// A name in scope: the variable of a comprehension, and the path of its list if that is one.
pub(super) struct Variable {
    pub(super) name: String,
    pub(super) path: Option<Vec<String>>,
}

/// The work under way.
pub(super) struct Compiler<'s> {
    pub(super) source: &'s str,
    pub(super) parsed: &'s Parsed,
    outer: &'s [String],
    pub(super) locals: Vec<Variable>,
    /// By place: the longest path that begins there.
    reads: BTreeMap<usize, Read>,
    faults: Vec<Fault>,
    /// The size of its patterns once they are compiled.
    pub(super) pattern_bytes: usize,
}

impl Compiler<'_> {
    pub(super) fn fault(&mut self, kind: FaultKind, at: Range<usize>, message: impl Into<String>, help: impl Into<String>) -> Node {
        self.faults.push(Fault::new(kind, at, message).help(help));
        Node::Constant(Value::Null)
    }

    pub(super) fn boxed(&mut self, part: &IdedExpr) -> Box<Node> {
        Box::new(self.node(part))
    }

    pub(super) fn node(&mut self, part: &IdedExpr) -> Node {
        let at = self.parsed.range(part);
        if let Some((path, range)) = self.path(part) {
            self.reads.entry(range.start).or_insert(Read { path, range }); // the longest comes first
        }
        match &part.expr {
            Ast::Literal(literal) => self.literal(literal, at),
            Ast::Ident(name) => self.name(name),
            Ast::Select(select) => Node::Field(self.boxed(&select.operand), select.field.clone()),
            Ast::List(list) => Node::List(list.elements.iter().map(|item| self.node(item)).collect()),
            Ast::Map(map) => Node::Map(map.entries.iter().filter_map(|entry| self.entry(&entry.expr)).collect()),
            Ast::Call(call) => self.call(call, at),
            Ast::Struct(_) | Ast::Comprehension(_) | Ast::Unspecified => self.fault(
                FaultKind::Unsupported,
                at,
                "this is not part of the expression language",
                "see the list of operators and functions",
            ),
        }
    }

    fn entry(&mut self, entry: &EntryExpr) -> Option<(Node, Node)> {
        match entry {
            EntryExpr::MapEntry(entry) => Some((self.node(&entry.key), self.node(&entry.value))),
            EntryExpr::StructField(_) => None,
        }
    }

    fn literal(&mut self, literal: &LiteralValue, at: Range<usize>) -> Node {
        Node::Constant(match literal {
            LiteralValue::Boolean(value) => Value::Bool(**value),
            LiteralValue::Int(value) => (**value).into(),
            LiteralValue::UInt(value) => (**value).into(),
            LiteralValue::Double(value) => (**value).into(),
            LiteralValue::String(value) => value.inner().into(),
            LiteralValue::Null => Value::Null,
            LiteralValue::Bytes(_) => return self.fault(FaultKind::Unsupported, at, "there are no bytes here", "write a text: \"…\""),
        })
    }

    fn name(&mut self, name: &str) -> Node {
        match self.locals.iter().rev().position(|local| local.name == name) {
            Some(up) => Node::Local(up),
            None => Node::Root(name.to_owned()),
        }
    }

    /// The path that a part reads, if it is one, and where it is written.
    pub(super) fn path(&self, part: &IdedExpr) -> Option<(Vec<String>, Range<usize>)> {
        let at = self.parsed.range(part);
        match &part.expr {
            Ast::Ident(name) => match self.locals.iter().rev().find(|local| local.name == *name) {
                Some(local) => local.path.clone().map(|path| (path, at)),
                None if self.outer.contains(name) => None,
                None => Some((vec![name.clone()], at)),
            },
            Ast::Select(select) => {
                let (mut path, mut range) = self.path(&select.operand)?;
                path.push(select.field.clone());
                let end = self.source.get(at.end..).and_then(|rest| rest.find(select.field.as_str()));
                range.end = end.map_or(at.end, |found| at.end + found + select.field.len());
                Some((path, range))
            }
            Ast::Call(call) if call.func_name == operators::INDEX && call.args.len() == 2 => {
                let (mut path, mut range) = self.path(&call.args[0])?;
                path.push(match &call.args[1].expr {
                    Ast::Literal(LiteralValue::Int(at)) => at.to_string(),
                    Ast::Literal(LiteralValue::String(key)) => key.inner().to_owned(),
                    _ => "*".to_owned(),
                });
                let close = self.source.get(at.end..).and_then(|rest| rest.find(']'));
                range.end = close.map_or(at.end, |found| at.end + found + 1);
                Some((path, range))
            }
            _ => None,
        }
    }
}
