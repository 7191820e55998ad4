//! Tests from outside of the library, in one binary.

mod check;
mod diagnostics_page;
mod reload;
mod schema;
mod support;
