//! From the parser's tree to ours: names resolved, calls checked, patterns compiled, reads listed.

use std::{collections::BTreeMap, ops::Range};

use cel::common::ast::{CallExpr, EntryExpr, Expr as Ast, IdedExpr, LiteralValue, operators};
use regex::{Regex, RegexBuilder};
use serde_json::Value;

use super::{
    functions::{FUNCTIONS, Function},
    parse::Parsed,
    tree::{Comprehension, Node, Op, Over},
};
use crate::template::fault::{Fault, FaultKind, Read, nearest_alias};

/// How deep comprehensions may nest.
const NESTING_MAX: usize = 2;
/// The largest compiled pattern, in bytes.
const PATTERN_BYTES_MAX: usize = 256 * 1024;

/// # Errors
/// Everything that is wrong with the tree.
pub(super) fn compile(source: &str, parsed: &Parsed, outer: &[String]) -> Result<(Node, Vec<Read>), Vec<Fault>> {
    let mut compiler = Compiler { source, parsed, outer, locals: Vec::new(), reads: BTreeMap::new(), faults: Vec::new() };
    let root = compiler.node(&parsed.expr);
    if compiler.faults.is_empty() { Ok((root, compiler.reads.into_values().collect())) } else { Err(compiler.faults) }
}

/// A name in scope: the variable of a comprehension, and the path of its list if that is one.
struct Variable {
    name: String,
    path: Option<Vec<String>>,
}

struct Compiler<'s> {
    source: &'s str,
    parsed: &'s Parsed,
    outer: &'s [String],
    locals: Vec<Variable>,
    /// By place: the longest path that begins there.
    reads: BTreeMap<usize, Read>,
    faults: Vec<Fault>,
}

impl Compiler<'_> {
    fn fault(&mut self, kind: FaultKind, at: Range<usize>, message: impl Into<String>, help: impl Into<String>) -> Node {
        self.faults.push(Fault::new(kind, at, message).help(help));
        Node::Constant(Value::Null)
    }

    fn boxed(&mut self, part: &IdedExpr) -> Box<Node> {
        Box::new(self.node(part))
    }

    fn node(&mut self, part: &IdedExpr) -> Node {
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
    fn path(&self, part: &IdedExpr) -> Option<(Vec<String>, Range<usize>)> {
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

    fn call(&mut self, call: &CallExpr, at: Range<usize>) -> Node {
        let args = &call.args;
        if call.target.is_none() && !call.func_name.starts_with(|c: char| c.is_alphanumeric()) {
            return self.operator(call, at);
        }
        let name = call.func_name.as_str();
        match (name, &call.target, args.len()) {
            ("has", None, 1) => return self.has(&args[0], at),
            ("all", Some(list), 2) => return self.comprehension(Over::All, list, args, at),
            ("exists", Some(list), 2) => return self.comprehension(Over::Exists, list, args, at),
            ("exists_one" | "existsOne", Some(list), 2) => return self.comprehension(Over::ExistsOne, list, args, at),
            ("map", Some(list), 2 | 3) => return self.comprehension(Over::Map, list, args, at),
            ("filter", Some(list), 2) => return self.comprehension(Over::Filter, list, args, at),
            _ => {}
        }
        let all: Vec<&IdedExpr> = call.target.as_deref().into_iter().chain(args).collect();
        match name {
            "matches" => self.matches(&all, at),
            _ => self.function(name, &all, at),
        }
    }

    fn operator(&mut self, call: &CallExpr, at: Range<usize>) -> Node {
        match (call.func_name.as_str(), call.args.as_slice()) {
            (operators::LOGICAL_NOT, [a]) => Node::Not(self.boxed(a)),
            (operators::NEGATE, [a]) => Node::Negate(self.boxed(a)),
            (operators::LOGICAL_AND, [a, b]) => Node::And(self.boxed(a), self.boxed(b)),
            (operators::LOGICAL_OR, [a, b]) => Node::Or(self.boxed(a), self.boxed(b)),
            (operators::INDEX, [a, b]) => Node::Index(self.boxed(a), self.boxed(b)),
            (operators::CONDITIONAL, [a, b, c]) => Node::Choose(Box::new([self.node(a), self.node(b), self.node(c)])),
            (name, [a, b]) if operator(name).is_some() => {
                let (a, b) = (self.boxed(a), self.boxed(b));
                operator(name).map_or(Node::Constant(Value::Null), |op| Node::Binary(op, a, b))
            }
            _ => self.fault(FaultKind::Unsupported, at, "this operator is not part of the language", "see the list of operators"),
        }
    }

    fn has(&mut self, of: &IdedExpr, at: Range<usize>) -> Node {
        if self.path(of).is_none() && !matches!(of.expr, Ast::Ident(_) | Ast::Select(_)) {
            return self.fault(FaultKind::BadCall, at, "`has` wants a name", "write `has(user.email)`");
        }
        Node::Has(self.boxed(of))
    }

    fn comprehension(&mut self, over: Over, list: &IdedExpr, args: &[IdedExpr], at: Range<usize>) -> Node {
        let Ast::Ident(name) = &args[0].expr else {
            return self.fault(FaultKind::BadCall, at, "the first argument is not a name for the element", "write `list.exists(x, x > 3)`");
        };
        if self.locals.len() >= NESTING_MAX {
            let message = format!("comprehensions nest more than {NESTING_MAX} deep");
            return self.fault(FaultKind::TooBig, at, message, "keep the inner list in an attribute with `set`");
        }
        let path = self.path(list).map(|(mut path, _)| {
            path.push("*".to_owned());
            path
        });
        let list = self.node(list);
        self.locals.push(Variable { name: name.clone(), path });
        let mut parts: Vec<Node> = args[1..].iter().map(|part| self.node(part)).collect();
        self.locals.pop();
        let body = parts.pop().unwrap_or(Node::Constant(Value::Null));
        Node::Comprehension(Box::new(Comprehension { over, list, when: parts.pop(), body }))
    }

    fn matches(&mut self, args: &[&IdedExpr], at: Range<usize>) -> Node {
        let [text, pattern] = args else {
            return self.fault(FaultKind::BadCall, at, "`matches` wants a text and a pattern", "write `code.matches(\"^[A-Z]{3}$\")`");
        };
        let Ast::Literal(LiteralValue::String(literal)) = &pattern.expr else {
            let help = "write the pattern as a text: `code.matches(\"^[A-Z]{3}$\")`";
            return self.fault(FaultKind::BadCall, at, "the pattern of `matches` is not a literal text", help);
        };
        match regex(literal.inner()) {
            Ok(regex) => Node::Matches(self.boxed(text), regex),
            Err(why) => {
                let range = self.parsed.range(pattern);
                self.fault(
                    FaultKind::BadCall,
                    range,
                    format!("the pattern cannot be read: {why}"),
                    "patterns are those of Rust's regex crate",
                )
            }
        }
    }

    fn function(&mut self, name: &str, args: &[&IdedExpr], at: Range<usize>) -> Node {
        let Some(function) = FUNCTIONS.iter().find(|f| f.name == name) else {
            let at = self.word(name, at);
            let message = format!("there is no function `{name}`");
            return self.fault(FaultKind::UnknownHelper, at, message, unknown_help(name));
        };
        let nodes = args.iter().map(|arg| self.node(arg)).collect();
        let (least, most) = function.arguments;
        if !(least..=most).contains(&args.len()) {
            let at = self.word(name, at);
            let message = format!("`{name}` is given {} arguments", args.len());
            return self.fault(FaultKind::BadCall, at, message, format!("write `{}`: {}", function.usage, function.meaning));
        }
        Node::Call(function, nodes)
    }

    /// The place of a function's name: the parser gives that of its bracket.
    fn word(&self, name: &str, at: Range<usize>) -> Range<usize> {
        let start = self.source.get(..at.end).and_then(|before| before.rfind(name));
        start.map_or(at, |start| start..start + name.len())
    }
}

fn operator(name: &str) -> Option<Op> {
    Some(match name {
        operators::EQUALS => Op::Equal,
        operators::NOT_EQUALS => Op::Unequal,
        operators::LESS => Op::Less,
        operators::LESS_EQUALS => Op::AtMost,
        operators::GREATER => Op::Greater,
        operators::GREATER_EQUALS => Op::AtLeast,
        operators::IN => Op::In,
        operators::ADD => Op::Plus,
        operators::SUBSTRACT => Op::Minus,
        operators::MULTIPLY => Op::Times,
        operators::DIVIDE => Op::By,
        operators::MODULO => Op::Rest,
        _ => return None,
    })
}

fn regex(pattern: &str) -> Result<Regex, String> {
    RegexBuilder::new(pattern)
        .size_limit(PATTERN_BYTES_MAX)
        .build()
        .map_err(|error| error.to_string().lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned())
}

/// What functions are called elsewhere.
const ALIASES: &[(&str, &str)] = &[
    ("length", "size"),
    ("count", "size"),
    ("toLowerCase", "lower"),
    ("lowerAscii", "lower"),
    ("toUpperCase", "upper"),
    ("upperAscii", "upper"),
    ("timestamp", "date"),
    ("datetime", "date"),
    ("number", "double"),
    ("float", "double"),
    ("str", "string"),
    ("text", "string"),
    ("includes", "contains"),
    ("some", "exists"),
    ("any", "exists"),
];

fn unknown_help(name: &str) -> String {
    let known = FUNCTIONS.iter().map(|f: &Function| f.name).chain(["has", "matches", "all", "exists", "exists_one", "map", "filter"]);
    match nearest_alias(name, known, ALIASES) {
        Some(over @ ("exists" | "all" | "exists_one" | "map" | "filter")) => {
            format!("write it with a name for the element: `list.{over}(x, x > 3)`")
        }
        Some(similar) => format!("a function with a similar name exists: `{similar}`"),
        None => format!("the functions are {}", FUNCTIONS.iter().map(|f| f.name).collect::<Vec<_>>().join(", ")),
    }
}
