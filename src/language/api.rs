//! `apis/**/*.yaml`: how an API of the team is called.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{
    block::ToDo,
    values::{Duration, Said, VersionOne},
};
use crate::yaml::{Entries, Node, Spanned};

/// One API integration.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "An API integration")]
pub struct ApiFile {
    /// The version of the language.
    pub version: VersionOne,
    /// The name of the API, as `<<name>>` and `api: name` write it: letters, digits and `_`, the first no digit, at most 64.
    #[schemars(regex(pattern = "^[A-Za-z_][A-Za-z0-9_]{0,63}$"))]
    pub api: Spanned<String>,
    /// What it is for; for people.
    pub note: Option<Said>,
    /// The HTTP method: GET sends no user data, POST the customer document. With `envelope: false` also PUT, PATCH, DELETE.
    pub method: Spanned<Method>,
    /// Where it is. Scheme, host and port are literal or come from `${env:…}`.
    pub url: Said,
    /// Request headers.
    pub headers: Option<Entries<Said>>,
    /// The query string, for every method.
    pub params: Option<Entries<Said>>,
    /// Keys added to the customer document; with `envelope: false`, the whole JSON body.
    pub body: Option<Node>,
    /// With `envelope: false`: a form body.
    pub form: Option<Entries<Said>>,
    /// What `data` is.
    pub output: Option<Spanned<Output>>,
    /// How long the whole answer may take: 5s is both default and maximum.
    pub timeout: Option<Spanned<Duration>>,
    /// What the user is told when a call fails and the block itself says nothing.
    pub on_error: Option<ToDo>,
    /// The attributes that an answer may set; others are dropped.
    pub sets: Option<Vec<Spanned<String>>>,
    /// A JSON Schema of `data`; needed to use `<<api.a.b>>`.
    pub response: Option<Node>,
    /// An answer as the backend would give it: what `test`, `--offline` and the checker use.
    pub sample: Option<Spanned<SampleDecl>>,
    /// `false`: any HTTP API; the whole answer is `data`.
    pub envelope: Option<Spanned<bool>>,
    /// How the gateway says who it is: by `bearer` or by `oauth2`.
    pub auth: Option<AuthDecl>,
    /// A repeated POST or PATCH does no harm: it may be made at least once instead of at most once.
    pub idempotent: Option<bool>,
}

/// An HTTP method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
#[expect(missing_docs, reason = "the methods of HTTP")]
pub enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

/// What the `data` of an API is, and so which blocks can use it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Output {
    /// A text.
    Text,
    /// `{type, url}` of an image, audio or video.
    Image,
    /// Cards.
    Gallery,
    /// Buttons.
    Buttons,
    /// Quick replies.
    QuickReplies,
    /// Rows of a list.
    List,
    /// Any JSON.
    Json,
}

impl Output {
    /// The word in YAML.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Image => "image",
            Self::Gallery => "gallery",
            Self::Buttons => "buttons",
            Self::QuickReplies => "quick_replies",
            Self::List => "list",
            Self::Json => "json",
        }
    }
}

/// How the gateway says who it is: by `bearer` or by `oauth2`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("oneOf" = [{"required": ["bearer"]}, {"required": ["oauth2"]}]))]
pub struct AuthDecl {
    /// A token, sent as `Authorization: Bearer`.
    pub bearer: Option<Said>,
    /// A token that the gateway fetches (client credentials) and keeps while it is valid.
    pub oauth2: Option<OAuth2Decl>,
}

/// OAuth 2.0 client credentials (RFC 6749, 4.4).
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OAuth2Decl {
    /// Where tokens are given.
    pub token_url: Said,
    /// The client.
    pub client_id: Said,
    /// Its secret.
    pub client_secret: Said,
    /// The scope to ask for.
    pub scope: Option<Said>,
}

/// A sample answer.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SampleDecl {
    /// The payload.
    pub data: Option<Node>,
    /// Whether the backend did what was asked: true by default.
    pub success: Option<bool>,
    /// For logs.
    pub message: Option<String>,
    /// Attributes to save on the user.
    pub attributes: Option<Node>,
    /// The status: 200 by default.
    pub status: Option<u16>,
}
