//! A compiled API integration: how a call is rendered, and what its answer has to look like.

use std::{
    collections::{BTreeSet, HashSet},
    sync::Arc,
};

use jsonschema::Validator;
use serde_json::Value;

use super::{
    answer::{Envelope, Failure},
    bot::BlockIx,
    computed::{SecretJson, SecretText},
    scope::Scope,
};
use crate::{
    diagnostic::Place,
    id::ApiName,
    language::Output,
    outbound::{Auth, Body, Json, Method, Request, SecretRef},
    template::{self, Escape},
};

/// A compiled API integration.
#[derive(Clone, Debug)]
pub struct Api {
    /// Its name.
    pub name: ApiName,
    /// How it is called.
    pub method: Method,
    pub(super) how: Arc<How>,
    pub(super) body: Option<Arc<SecretJson>>,
    pub(super) form: Option<Arc<Vec<(String, SecretText)>>>,
    /// What `data` is.
    pub output: Output,
    pub(super) on_error: Option<BlockIx>,
    /// The attributes that an answer may set; any, if none are listed.
    pub sets: Option<BTreeSet<String>>,
    /// The JSON Schema of `data`, as written and compiled.
    pub response: Option<(Value, Arc<Validator>)>,
    /// What `test` and `--offline` answer.
    pub sample: Option<Result<Envelope, Failure>>,
    /// Whether it speaks the envelope; else the whole answer is `data`.
    pub envelope: bool,
    /// A repeated POST or PATCH does no harm.
    pub idempotent: bool,
    /// Where its name stands.
    pub place: Place,
}

/// How an API is called: never part of a version, always what is live.
#[derive(Debug)]
pub(super) struct How {
    pub url: SecretText,
    pub headers: Vec<(String, SecretText)>,
    pub params: Vec<(String, SecretText)>,
    pub auth: ApiAuth,
    pub timeout_ms: u64,
}

/// How a call says who makes it.
#[derive(Debug)]
pub(super) enum ApiAuth {
    None,
    Bearer(SecretText),
    OAuth2 { token_url: SecretText, client_id: SecretText, client_secret: SecretText, scope: Option<SecretText> },
}

impl Api {
    /// May be made again when nobody knows whether it was made.
    #[must_use]
    pub fn repeatable(&self) -> bool {
        self.idempotent || matches!(self.method, Method::Get | Method::Put | Method::Delete)
    }

    /// How long the whole answer may take.
    #[must_use]
    pub fn timeout_ms(&self) -> u64 {
        self.how.timeout_ms
    }

    /// Renders the request. The customer document is asked for only where it is sent.
    pub(super) fn request(&self, scope: &Scope<'_>, customer: impl FnOnce() -> Value) -> Result<Request, template::Failure> {
        let list = |pairs: &[(String, SecretText)]| -> Result<Vec<_>, template::Failure> {
            pairs.iter().map(|(name, text)| Ok((name.clone(), text.render(scope, Escape::Plain)?))).collect()
        };
        Ok(Request {
            method: self.method,
            url: self.how.url.render(scope, Escape::Url)?,
            headers: list(&self.how.headers)?,
            query: list(&self.how.params)?,
            body: match &self.form {
                Some(form) => Body::Form(list(form)?),
                None => self.json_body(scope, customer)?,
            },
            auth: self.how.auth.render(scope)?,
        })
    }

    fn json_body(&self, scope: &Scope<'_>, customer: impl FnOnce() -> Value) -> Result<Body, template::Failure> {
        let own = self.body.as_ref().map(|body| body.json(scope)).transpose()?.flatten();
        if !self.envelope {
            return Ok(own.map_or(Body::None, Body::Json));
        }
        if self.method != Method::Post {
            return Ok(Body::None);
        }
        let Json::Map(mut document) = Json::from(customer()) else { return Ok(Body::None) };
        if let Some(Json::Map(more)) = own {
            let own: HashSet<&str> = more.iter().map(|(key, _)| key.as_str()).collect();
            document.retain(|(key, _)| !own.contains(key.as_str()));
            drop(own);
            document.extend(more);
        }
        Ok(Body::Json(Json::Map(document)))
    }

    /// The same API, called as the live version calls it: address, headers, inputs, identity and time-out are not part of a version.
    #[must_use]
    pub(super) fn calling_like(self, live: &Api) -> Self {
        Self { how: live.how.clone(), ..self }
    }

    /// Every template of the request.
    pub fn texts(&self) -> Vec<&SecretText> {
        let mut all: Vec<&SecretText> = vec![&self.how.url];
        all.extend(self.how.headers.iter().chain(&self.how.params).chain(self.form.iter().flat_map(|f| f.iter())).map(|(_, text)| text));
        match &self.how.auth {
            ApiAuth::None => {}
            ApiAuth::Bearer(token) => all.push(token),
            ApiAuth::OAuth2 { token_url, client_id, client_secret, scope } => {
                all.extend([token_url, client_id, client_secret].into_iter().chain(scope))
            }
        }
        if let Some(body) = &self.body {
            body.each_text(&mut |text| all.push(text));
        }
        all
    }

    /// Where a call goes: its own URL, and that of its token.
    pub fn urls(&self) -> impl Iterator<Item = &SecretText> {
        let token = if let ApiAuth::OAuth2 { token_url, .. } = &self.how.auth { Some(token_url) } else { None };
        std::iter::once(&self.how.url).chain(token)
    }

    /// The secrets that a call needs.
    pub fn secrets(&self) -> impl Iterator<Item = &SecretRef> {
        self.texts().into_iter().flat_map(SecretText::secrets)
    }
}

impl ApiAuth {
    fn render(&self, scope: &Scope<'_>) -> Result<Auth, template::Failure> {
        let plain = |text: &SecretText| text.render(scope, Escape::Plain);
        Ok(match self {
            Self::None => Auth::None,
            Self::Bearer(token) => Auth::Bearer(plain(token)?),
            Self::OAuth2 { token_url, client_id, client_secret, scope } => Auth::OAuth2 {
                token_url: plain(token_url)?,
                client_id: plain(client_id)?,
                client_secret: plain(client_secret)?,
                scope: scope.as_ref().map(plain).transpose()?,
            },
        })
    }
}
