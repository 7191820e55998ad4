//! Tests from outside of the library, in one binary.

mod cli;
mod store;
mod support;
