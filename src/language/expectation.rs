//! What a step of a conversation test expects beside messages.

use schemars::JsonSchema;
use serde::Deserialize;

use super::values::One;
use crate::yaml::{Entries, Node, Spanned};

/// What holds at this point.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Expectation {
    /// Attributes and their values; null for none.
    pub attributes: Option<Entries<Node>>,
    /// What an API was called with, partially: the last call, or a list of all calls.
    pub called: Option<Entries<One<Spanned<CallsExpected>>>>,
    /// The sequence in which the flow waits, or which ran last.
    pub sequence: Option<Spanned<String>>,
    /// Whether the session has ended.
    pub ended: Option<Spanned<bool>>,
    /// The user's tags.
    pub tags: Option<Spanned<Vec<String>>>,
}

/// A call as it is expected; what is not named is not compared.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CallsExpected {
    /// The HTTP method.
    pub method: Option<Spanned<String>>,
    /// The path of the URL.
    pub path: Option<Spanned<String>>,
    /// Parameters of the query string.
    pub params: Option<Node>,
    /// Request headers.
    pub headers: Option<Node>,
    /// The body, partially.
    pub body: Option<Node>,
}
