//! Expressions: CEL's grammar with the rules of this language.
//!
//! The `cel` crate parses; the evaluator is our own, since nearly every rule about values differs from CEL's: one kind of
//! number, absent values that are false and compare, text and numbers that join, declared dates, sorted keys. It takes its
//! steps from the budget of the run, so that nested comprehensions over long lists end.
//!
//! Where the language is silent: the empty text equals null too; a date minus a date is a number of days; `1/2` is `0.5`;
//! values of different types are not equal, and comparing their order fails; a condition that is neither true, false nor
//! absent fails; `contains` also finds an element of a list; every function may be written `f(x)` or `x.f()`.

mod calls;
mod compile;
mod eval;
mod functions;
mod guard;
mod numeric;
mod operate;
mod parse;
mod tree;
mod value;

use std::{fmt, sync::Arc};

use serde_json::Value;

use self::tree::Node;
use super::{
    budget::NAME,
    fault::{Failure, Fault, Read},
    roots::Roots,
};
pub use functions::{FUNCTIONS, Function};
pub(super) use value::V;

/// What kind of value it is, in a message: "a text".
pub fn kind(value: &Value) -> &'static str {
    V::borrowed(value).kind()
}

/// The longest source, in bytes.
const SOURCE_BYTES_MAX: usize = 2 * 1024;

/// A compiled expression; a clone is the same one.
#[derive(Clone)]
pub struct Expr(Arc<Compiled>);

struct Compiled {
    source: Box<str>,
    root: Node,
    reads: Vec<Read>,
    pattern_bytes: usize,
}

impl fmt::Debug for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Expr").field(&self.0.source).finish()
    }
}

impl Expr {
    /// Compiles a source of at most 2 KiB.
    ///
    /// # Errors
    /// Everything that is wrong with it; ranges are bytes of `source`.
    pub fn compile(source: &str) -> Result<Self, Vec<Fault>> {
        Self::compile_within(source, &[])
    }

    /// Compiles an expression that also sees `locals` (innermost last), which shadow roots and are not reads.
    pub(super) fn compile_within(source: &str, locals: &[String]) -> Result<Self, Vec<Fault>> {
        let compiled = guard::check(source)?.with_stack(source, || compile::compile(source, &parse::parse(source)?, locals))?;
        Ok(Self(Arc::new(compiled)))
    }

    /// The text that was compiled.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.0.source
    }

    /// What it reads, in the order of the source.
    #[must_use]
    pub fn reads(&self) -> &[Read] {
        &self.0.reads
    }

    /// How large its patterns have become, in bytes.
    #[must_use]
    pub fn pattern_bytes(&self) -> usize {
        self.0.pattern_bytes
    }

    /// The value; null if absent, ISO text if a date.
    ///
    /// # Errors
    /// Arithmetic with an absent value, types that do not fit, too many steps.
    pub fn eval(&self, roots: &dyn Roots) -> Result<Value, Failure> {
        let budget = roots.budget();
        let run = eval::Run { roots, budget };
        let value = run.eval(&self.0.root, None)?;
        if let value::V::Json(json) = &value {
            budget.copy(json)?;
        }
        Ok(value.into_json())
    }

    /// Whether the condition holds; an absent value does not.
    ///
    /// # Errors
    /// As [`Expr::eval`], and if the value is neither true, false nor absent.
    pub fn truth(&self, roots: &dyn Roots) -> Result<bool, Failure> {
        let truth = eval::Run { roots, budget: roots.budget() }.truth(&self.0.root, None)?;
        roots.budget().check().map(|()| truth)
    }

    /// The values of what it reads, by path as it is written (`cart.0.name`), for the trace; each once, elements left out. What
    /// there are no steps for is left out too.
    #[must_use]
    pub fn explain(&self, roots: &dyn Roots) -> Vec<(String, Value)> {
        let mut seen: Vec<(String, Value)> = Vec::new();
        for read in self.0.reads.iter().filter(|read| !read.path.iter().any(|key| key == "*")) {
            let path = read.path.join(".");
            roots.budget().charge(NAME * read.path.len() + seen.len());
            if !seen.iter().any(|(known, _)| *known == path) {
                let value = read.path.split_first().and_then(|(root, keys)| roots.below(root, keys)).unwrap_or_default();
                if roots.budget().copy(&value).is_err() {
                    break;
                }
                seen.push((path, value.into_owned()));
            }
        }
        seen
    }
}
