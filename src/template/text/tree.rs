//! The compiled form of a text.

use serde_json::Value;

use crate::template::{expr::Expr, helpers::Helper};

/// A part of a text.
pub(super) enum Piece {
    Literal(Box<str>),
    Show(Term),
    If { test: Term, wanted: bool, then: Vec<Piece>, otherwise: Vec<Piece> },
    Each { list: Term, body: Vec<Piece>, otherwise: Vec<Piece> },
}

/// A value in a text.
pub(super) enum Term {
    Place(Place),
    Literal(Value),
    Call(&'static Helper, Vec<Term>, Vec<(String, Term)>),
    /// An expression, and the names of the elements that it may see: innermost last.
    Calc(Box<Expr>, Vec<(String, Base)>),
}

/// A value by its path.
pub(super) struct Place {
    pub(super) base: Base,
    pub(super) path: Vec<String>,
}

/// Where a path begins. The numbers count `each` blocks outwards, 0 being the innermost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Base {
    Root(String),
    Api(String),
    Element(usize),
    Key(usize),
    Index,
    First,
    Last,
}
