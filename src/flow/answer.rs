//! The answers of APIs: what a call gives back once it has been checked, and the ways in which it fails.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::id::CallId;

/// What became of one call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// Which call.
    pub call: CallId,
    /// Its checked envelope, or how it failed.
    pub result: Result<Envelope, Failure>,
}

/// An answer that fits its API: envelope, `output` and `response` have been checked.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Envelope {
    /// The payload.
    #[serde(default)]
    pub data: Value,
    /// Attributes to save on the user.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub attributes: Map<String, Value>,
    /// The HTTP status.
    #[serde(default)]
    pub status: u16,
}

/// How a block failed: the root `error` of an `on_error`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// The kind of failure.
    pub kind: FailureKind,
    /// The HTTP status, where there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// A sentence for people.
    pub message: String,
}

/// The kinds of failure, as `error.kind` names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    /// No complete answer in time.
    Timeout,
    /// No connection, or TLS failed.
    Connect,
    /// A status that is not 2xx.
    Status,
    /// Not JSON, too large, or it does not fit envelope, `output` or `response`.
    Shape,
    /// `success: false`.
    Refused,
    /// Stopped by the address guard or the circuit breaker.
    Blocked,
    /// The gateway stopped meanwhile; nobody knows whether the call was made.
    Interrupted,
    /// Refused by the channel outside its window.
    Window,
    /// A value that does not fit its attribute, or an expression that cannot be evaluated.
    Value,
    /// The run went over a limit.
    Limit,
}

impl FailureKind {
    /// Every kind.
    pub const ALL: [Self; 10] = [
        Self::Timeout,
        Self::Connect,
        Self::Status,
        Self::Shape,
        Self::Refused,
        Self::Blocked,
        Self::Interrupted,
        Self::Window,
        Self::Value,
        Self::Limit,
    ];

    /// The kind of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// The name that flows read and tests write.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Timeout => "timeout",
            Self::Connect => "connect",
            Self::Status => "status",
            Self::Shape => "shape",
            Self::Refused => "refused",
            Self::Blocked => "blocked",
            Self::Interrupted => "interrupted",
            Self::Window => "window",
            Self::Value => "value",
            Self::Limit => "limit",
        }
    }
}

impl Failure {
    /// A failure without an HTTP status.
    #[must_use]
    pub fn new(kind: FailureKind, message: impl Into<String>) -> Self {
        Self { kind, status: None, message: message.into() }
    }
}
