//! Tests from outside of the library, in one binary.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod cli;
mod flow;
mod reload;
mod store;
mod support;
