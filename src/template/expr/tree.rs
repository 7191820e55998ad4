//! The compiled form of an expression.

use serde_json::Value;

use super::functions::Function;
use crate::template::pattern::Pattern;

/// A comparison or an arithmetic operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Op {
    Equal,
    Unequal,
    Less,
    AtMost,
    Greater,
    AtLeast,
    In,
    Plus,
    Minus,
    Times,
    By,
    Rest,
}

/// What a comprehension makes of its list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Over {
    All,
    Exists,
    ExistsOne,
    Map,
    Filter,
}

/// `list.map(x, when, body)` and its kin.
pub(super) struct Comprehension {
    pub(super) over: Over,
    pub(super) list: Node,
    pub(super) when: Option<Node>,
    pub(super) body: Node,
}

/// One part of an expression.
pub(super) enum Node {
    Constant(Value),
    Root(String),
    /// The element of a comprehension: 0 is the innermost.
    Local(usize),
    Field(Box<Node>, String),
    Index(Box<Node>, Box<Node>),
    Has(Box<Node>),
    Not(Box<Node>),
    Negate(Box<Node>),
    And(Box<Node>, Box<Node>),
    Or(Box<Node>, Box<Node>),
    Choose(Box<[Node; 3]>),
    Binary(Op, Box<Node>, Box<Node>),
    Call(&'static Function, Vec<Node>),
    Matches(Box<Node>, Pattern),
    List(Vec<Node>),
    Map(Vec<(Node, Node)>),
    Comprehension(Box<Comprehension>),
}

impl Node {
    /// How a message names it: its path, if it is one.
    pub(super) fn label(&self) -> String {
        match self {
            Self::Root(name) => format!("\"{name}\""),
            Self::Field(of, key) => match of.label() {
                path if path.starts_with('"') => format!("\"{}.{key}\"", path.trim_matches('"')),
                _ => format!("\"{key}\""),
            },
            _ => "a value".to_owned(),
        }
    }
}
