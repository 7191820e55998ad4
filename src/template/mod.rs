//! `{{…}}`, `<<api>>` and CEL: compile, list what they read, evaluate within the budget of a run. No clock, no I/O, no panic.
//!
//! [`Text`] is what is shown, sent or stored; [`Expr`] is a condition or a value in `when`, `in`, `expr`. Both are compiled
//! once, at load, and say then what they read and where; evaluating them takes the values from [`Roots`] and can only end in a
//! value or a [`Failure`]. A value is data: nothing that a user wrote is ever compiled.
//!
//! handlebars and cel are used for their grammars: their parsers turn the source into a tree, behind guards against what would
//! overflow the stack. The trees are then lowered into our own, which one small evaluator each walks. Two reasons: the language
//! differs from both in what a value is (absent values, one kind of number, dates, names inside `each`, printing for people,
//! escaping by place), and their evaluators want every value copied into a context first, for each message anew.

mod budget;
mod fault;
pub mod helpers;
mod moment;
mod number;
mod pattern;
mod print;
mod roots;

mod expr;
mod text;

pub use budget::Budget;
pub use expr::{Expr, FUNCTIONS, Function, kind};
pub use fault::{ApiRead, Failure, Fault, FaultKind, Read};
pub use helpers::{HELPERS, Helper};
pub use pattern::Pattern;
pub use roots::{Env, Roots, walk_cow};
pub use text::{Escape, Text};

#[cfg(test)]
mod tests;
