//! One call as it is planned, and what became of it.

use serde_json::Value;

use crate::{
    flow::Failure,
    id::{ApiName, BotKey, CallId, RunId},
    outbound::Request,
};

/// One call of an API, ready to be made.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// Sent as `Idempotency-Key` unless it is a GET, so the same on a repeat.
    pub id: CallId,
    /// Whose API it is.
    pub bot: BotKey,
    /// The API, for its breaker, metrics and logs.
    pub api: ApiName,
    /// What is sent.
    pub request: Request,
    /// Within how many milliseconds the whole answer must be there.
    pub timeout_ms: u64,
    /// Whether it may arrive twice: a GET, or what its author calls idempotent. Only then a failed connection is tried again.
    pub retry: bool,
    /// Whether the answer must be JSON.
    pub envelope: bool,
    /// The trace that it belongs to: [`traceparent`].
    pub traceparent: String,
}

/// What became of a call.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// A 2xx, whole and readable.
    Answered {
        /// The HTTP status.
        status: u16,
        /// The body.
        answer: Answer,
    },
    /// Anything else.
    Failed(Failure),
}

/// The body of an answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// JSON; `null` if there was nothing.
    Json(Value),
    /// Text that is not JSON: only without the envelope.
    Text(String),
}

/// The W3C trace context of a call: one trace per run, one span per call, both derived so that a repeat has the same.
#[must_use]
pub fn traceparent(run: &RunId, call: &CallId) -> String {
    let (trace, span) = (blake3::hash(run.as_bytes()).to_hex(), blake3::hash(call.as_bytes()).to_hex());
    format!("00-{}-{}-01", &trace[..32], &span[..16])
}
