//! Tests of the library from outside.

mod flow;
mod flow_docs;
mod flow_invariants;
mod flow_sessions;
mod support;
