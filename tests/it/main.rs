//! Tests of the library from outside, in one binary.

mod flow;
mod gateway;
mod layers;
mod store;
mod support;
mod tree;
