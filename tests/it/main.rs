//! Tests from outside of the library, in one binary.

mod cli;
mod flow;
mod store;
mod support;
