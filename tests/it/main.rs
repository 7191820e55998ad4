//! Tests of the library from outside, in one binary.
#![cfg(test)]

mod api;
mod check;
mod cli;
mod corpus;
mod diagnostics_page;
mod docs;
mod faults;
mod flow;
mod flow_docs;
mod flow_invariants;
mod flow_lengths;
mod flow_outside;
mod flow_sessions;
mod flow_starts;
mod flow_values;
mod gateway;
mod hard;
mod layers;
mod lives;
mod properties;
mod reload;
mod schema;
mod store;
mod support;
mod tree;
mod walker;
