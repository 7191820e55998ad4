//! A bot as blocks and the ways between them: where the flow can go from each, and what can be reached at all.
//! Works on a compiled bot; no I/O.

mod reach;
mod ways;

pub use reach::reached;
pub use ways::{Way, Ways, may_be_silent, waits, ways};
