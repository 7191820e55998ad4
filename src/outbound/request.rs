//! A request as it is planned and stored: with references to secrets, never with their values.

use std::fmt;

use serde::{Deserialize, Serialize};
use url::form_urlencoded::byte_serialize;

use super::{
    keyring::Keyring,
    parts::{Json, Parts},
    secrets::{MissingSecret, SecretRef},
};

/// The methods that an API may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// Asks; changes nothing.
    Get,
    /// Adds or acts.
    Post,
    /// Replaces.
    Put,
    /// Changes in part.
    Patch,
    /// Removes.
    Delete,
}

impl Method {
    /// The name on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Patch => "PATCH",
            Method::Delete => "DELETE",
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a request carries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Body {
    /// Nothing.
    None,
    /// One JSON value.
    Json(Json),
    /// Fields as `application/x-www-form-urlencoded`.
    Form(Vec<(String, Parts)>),
}

/// How a request says who sends it, beyond its headers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Auth {
    /// Not at all.
    None,
    /// `Authorization: Bearer …`.
    Bearer(Parts),
    /// A bearer token that the client fetches with its own credentials and keeps until it expires (RFC 6749, 4.4).
    OAuth2 {
        /// Where tokens are fetched.
        token_url: Parts,
        /// Who asks.
        client_id: Parts,
        /// The proof.
        client_secret: Parts,
        /// What for.
        scope: Option<Parts>,
    },
}

/// One request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// The URL without `query`; every value in it is percent-encoded already.
    pub url: Parts,
    /// Headers; a value holds no control character.
    pub headers: Vec<(String, Parts)>,
    /// Pairs that are encoded and appended to the URL's query.
    pub query: Vec<(String, Parts)>,
    /// The body.
    pub body: Body,
    /// The credentials.
    pub auth: Auth,
}

impl Request {
    /// A request without headers, query, body and credentials.
    #[must_use]
    pub fn new(method: Method, url: Parts) -> Self {
        Self { method, url, headers: vec![], query: vec![], body: Body::None, auth: Auth::None }
    }

    /// Every secret that the request refers to, with repetitions.
    #[must_use]
    pub fn secrets(&self) -> Vec<&SecretRef> {
        let form: &[(String, Parts)] = if let Body::Form(form) = &self.body { form } else { &[] };
        let pairs = self.headers.iter().chain(&self.query).chain(form).map(|(_, parts)| parts);
        let mut found: Vec<_> = std::iter::once(&self.url).chain(pairs).chain(self.auth.parts()).flat_map(Parts::secrets).collect();
        if let Body::Json(json) = &self.body {
            json.collect_secrets(&mut found);
        }
        found
    }
}

impl Auth {
    /// What a `Basic` header says to the token endpoint: both parts form-encoded (RFC 6749, 2.3.1). None without one.
    pub(super) fn basic(&self, secrets: &Keyring) -> Result<Option<String>, MissingSecret> {
        let Self::OAuth2 { client_id, client_secret, .. } = self else { return Ok(None) };
        let encoded = |parts: &Parts| Ok(byte_serialize(parts.expose(secrets)?.as_bytes()).collect::<String>());
        Ok(Some(format!("{}:{}", encoded(client_id)?, encoded(client_secret)?)))
    }

    fn parts(&self) -> Vec<&Parts> {
        match self {
            Auth::None => vec![],
            Auth::Bearer(token) => vec![token],
            Auth::OAuth2 { token_url, client_id, client_secret, scope } => {
                [token_url, client_id, client_secret].into_iter().chain(scope).collect()
            }
        }
    }
}
