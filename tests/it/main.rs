//! Tests from outside of the library, in one binary.

mod check;
mod reload;
mod support;
