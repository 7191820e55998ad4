//! Tests of the library from outside.

mod flow;
mod support;
