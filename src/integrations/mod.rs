//! Performing one API call: deadline, retry, breaker, and what the answer is, as far as that needs no knowledge of the
//! bot. Whether an answer fits its envelope, output and schema is for `flow` to say. Knows no sessions.

mod answer;
mod breaker;
mod call;
mod perform;

pub use call::{Answer, Call, Outcome, traceparent};
pub use perform::Integrations;

#[cfg(test)]
mod tests;
