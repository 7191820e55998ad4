//! Operators, functions and comprehensions: checked when they are compiled.

use std::ops::Range;

use cel::common::ast::{CallExpr, Expr as Ast, IdedExpr, LiteralValue, operators};
use serde_json::Value;

use super::{
    compile::{Compiler, Variable},
    functions::{FUNCTIONS, Function},
    tree::{Comprehension, Node, Op, Over},
};
use crate::template::{
    fault::{FaultKind, nearest_alias},
    pattern::Pattern,
};

/// How deep comprehensions may nest.
const NESTING_MAX: usize = 2;
/// The largest compiled pattern, in bytes.
const PATTERN_BYTES_MAX: usize = 256 * 1024;

impl Compiler<'_> {
    pub(super) fn call(&mut self, call: &CallExpr, at: Range<usize>) -> Node {
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
        match pattern_of(literal.inner()) {
            Ok(pattern) => {
                self.pattern_bytes += pattern.bytes();
                Node::Matches(self.boxed(text), pattern)
            }
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

fn pattern_of(source: &str) -> Result<Pattern, String> {
    Pattern::compile(source, false, PATTERN_BYTES_MAX)
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
