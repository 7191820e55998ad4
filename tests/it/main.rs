//! Tests of the library from outside, in one binary.

mod flow;
mod layers;
mod store;
mod support;
mod tree;
