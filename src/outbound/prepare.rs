//! From a planned [`Request`] to what is written to the wire: references resolved, everything checked. What is made
//! here holds secrets, so it is neither printed nor kept.

use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::{
    error::{Error, Kind},
    keyring::Keyring,
    parts::Parts,
    request::{Auth, Body, Request},
    secrets::MissingSecret,
};

/// A request with the secrets in it.
pub(super) struct Prepared {
    pub(super) method: reqwest::Method,
    pub(super) url: Url,
    pub(super) headers: HeaderMap,
    pub(super) body: Option<Bytes>,
}

impl Prepared {
    /// HTTP Basic with a user and a password, as one text.
    pub(super) fn authorise_basic(&mut self, pair: &str) -> Result<(), Error> {
        put(&mut self.headers, AUTHORIZATION.as_str(), &format!("Basic {}", BASE64_STANDARD.encode(pair)))
    }
}

impl From<MissingSecret> for Error {
    fn from(missing: MissingSecret) -> Self {
        Error::new(Kind::Secret, missing.to_string())
    }
}

/// `defaults` are headers that the request itself may replace; `token` is what OAuth2 gave.
pub(super) fn prepare(
    request: &Request,
    defaults: &[(&str, &str)],
    token: Option<&SecretString>,
    secrets: &Keyring,
) -> Result<Prepared, Error> {
    let mut headers = HeaderMap::new();
    put(&mut headers, ACCEPT.as_str(), "*/*")?;
    let body = body(&request.body, &mut headers, secrets)?;
    for (name, value) in defaults {
        put(&mut headers, name, value)?;
    }
    for (name, value) in &request.headers {
        put(&mut headers, name, &value.expose(secrets)?)?;
    }
    if let Auth::Bearer(token) = &request.auth {
        put(&mut headers, AUTHORIZATION.as_str(), &format!("Bearer {}", token.expose(secrets)?))?;
    }
    if let Some(token) = token {
        put(&mut headers, AUTHORIZATION.as_str(), &format!("Bearer {}", token.expose_secret()))?;
    }
    let mut url = address(&request.url.expose(secrets)?)?;
    append(&mut url, &request.query, secrets)?;
    let method = reqwest::Method::from_bytes(request.method.as_str().as_bytes()).expect("our methods are HTTP's");
    Ok(Prepared { method, url, headers, body })
}

/// Whether a bot may set a header of this name: a valid one that does not belong to the connection or to the message's framing.
#[must_use]
pub fn header_name_allowed(name: &str) -> bool {
    const OURS: [&str; 9] =
        ["connection", "content-length", "expect", "host", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"];
    let lower = name.to_ascii_lowercase();
    HeaderName::from_bytes(lower.as_bytes()).is_ok() && !OURS.contains(&lower.as_str()) && !lower.starts_with("proxy-")
}

/// A value with a line break could add headers of its own: refused, not repaired.
fn put(headers: &mut HeaderMap, name: &str, value: &str) -> Result<(), Error> {
    if !header_name_allowed(name) {
        return Err(Error::new(Kind::Invalid, format!("the header \"{}\" cannot be set", name.escape_debug())));
    }
    let invalid = || Error::new(Kind::Invalid, format!("the value of the header \"{name}\" holds a control character"));
    let mut value = HeaderValue::from_bytes(value.as_bytes()).map_err(|_| invalid())?;
    value.set_sensitive(true);
    headers.insert(HeaderName::from_bytes(name.as_bytes()).map_err(|_| invalid())?, value);
    Ok(())
}

fn body(body: &Body, headers: &mut HeaderMap, secrets: &Keyring) -> Result<Option<Bytes>, Error> {
    let (kind, bytes) = match body {
        Body::None => return Ok(None),
        Body::Json(json) => ("application/json", json.expose(secrets)?.to_string()),
        Body::Form(form) => ("application/x-www-form-urlencoded", encode(form, secrets)?),
    };
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    Ok(Some(bytes.into()))
}

fn encode(form: &[(String, Parts)], secrets: &Keyring) -> Result<String, MissingSecret> {
    let mut text = url::form_urlencoded::Serializer::new(String::new());
    for (key, value) in form {
        text.append_pair(key, &value.expose(secrets)?);
    }
    Ok(text.finish())
}

fn append(url: &mut Url, query: &[(String, Parts)], secrets: &Keyring) -> Result<(), MissingSecret> {
    for (key, value) in query {
        let value = value.expose(secrets)?;
        url.query_pairs_mut().append_pair(key, &value);
    }
    Ok(())
}

fn address(text: &str) -> Result<Url, Error> {
    let url = Url::parse(text).map_err(|_| Error::new(Kind::Invalid, "the URL is not a valid one"))?;
    if climbs(text) {
        return Err(Error::new(Kind::Blocked, "a part of the URL's path is \".\" or \"..\""));
    }
    judge_url(&url)?;
    Ok(url)
}

/// What holds for every URL that is called, a redirect's too.
pub(super) fn judge_url(url: &Url) -> Result<(), Error> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(Error::new(Kind::Blocked, "only http and https are called"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Error::new(Kind::Blocked, "a URL with a user name or password is not called"));
    }
    Ok(())
}

/// A value that is percent-encoded can still be `..`, which URLs resolve (also as `%2e%2e`): it would leave its place in the path.
fn climbs(text: &str) -> bool {
    let path = text.split(['?', '#']).next().unwrap_or_default().to_ascii_lowercase();
    path.split(['/', '\\']).any(|segment| matches!(segment.replace("%2e", ".").as_str(), "." | ".."))
}
