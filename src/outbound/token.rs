//! Bearer tokens of the OAuth 2.0 client-credentials grant (RFC 6749, 4.4): fetched once for all who need them, kept
//! until shortly before they expire, fetched anew when one is refused.

use std::{sync::Arc, time::Duration};

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use tokio::{sync::Mutex, time::Instant};

use super::{
    client::{Client, Limits, Response},
    error::{Error, Kind},
    keyring::Keyring,
    parts::Parts,
    prepare::prepare,
    request::{Auth, Body, Method, Request},
};

const KEPT_MAX: u64 = 1_000;
const ANSWER_BYTES_MAX: usize = 64 * 1024;
const LIFE_UNSAID: Duration = Duration::from_secs(300);
const MARGIN_MAX: Duration = Duration::from_secs(30);

/// The references, not their values: who asks where for what.
type Key = (Parts, Parts, Option<Parts>);

struct Token {
    text: SecretString,
    good_until: Instant,
}

#[derive(Deserialize)]
struct Granted {
    access_token: String,
    #[serde(default)]
    expires_in: Option<serde_json::Value>,
}

/// The tokens that are known, each behind a lock that is held while it is fetched, so that one fetch serves all who wait.
pub(super) struct Tokens(moka::sync::Cache<Key, Arc<Mutex<Option<Token>>>>);

impl Tokens {
    pub(super) fn new() -> Self {
        Self(moka::sync::Cache::new(KEPT_MAX))
    }

    /// A token that is good now and is not `refused`, which the API has just answered with 401.
    pub(super) async fn get(
        &self,
        client: &Client,
        auth: &Auth,
        secrets: &Keyring,
        refused: Option<&SecretString>,
        deadline: Instant,
    ) -> Result<SecretString, Error> {
        let slot = self.0.get_with(key(auth), Arc::default);
        let mut kept = slot.lock().await;
        let useless = |token: &Token| refused.is_some_and(|refused| refused.expose_secret() == token.text.expose_secret());
        if let Some(token) = kept.as_ref().filter(|token| Instant::now() < token.good_until && !useless(token)) {
            return Ok(token.text.clone());
        }
        let token = fetch(client, auth, secrets, deadline).await?;
        Ok(kept.insert(token).text.clone())
    }
}

fn key(auth: &Auth) -> Key {
    match auth {
        Auth::OAuth2 { token_url, client_id, scope, .. } => (token_url.clone(), client_id.clone(), scope.clone()),
        Auth::None | Auth::Bearer(_) => Key::default(),
    }
}

/// Credentials go as Basic, which every server must know (RFC 6749, 2.3.1), and in the body for those that do not.
async fn fetch(client: &Client, auth: &Auth, secrets: &Keyring, deadline: Instant) -> Result<Token, Error> {
    let answer = ask(client, auth, secrets, true, deadline).await?;
    let answer = if matches!(answer.status, 400 | 401) { ask(client, auth, secrets, false, deadline).await? } else { answer };
    if !(200..300).contains(&answer.status) {
        return Err(Error::new(Kind::Status, format!("the token endpoint answered {}", answer.status)).with_status(answer.status));
    }
    let granted = serde_json::from_slice(&answer.body).ok().filter(|granted: &Granted| !granted.access_token.trim().is_empty());
    let granted = granted.ok_or_else(|| Error::new(Kind::Token, "the token endpoint's answer has no access_token"))?;
    let life = granted.expires_in.as_ref().and_then(seconds).unwrap_or(LIFE_UNSAID);
    Ok(Token { text: granted.access_token.into(), good_until: Instant::now() + life.saturating_sub(MARGIN_MAX.min(life / 10)) })
}

/// A number, or a number in quotes as some servers send it; a day at most.
fn seconds(value: &serde_json::Value) -> Option<Duration> {
    let seconds = value.as_u64().or_else(|| value.as_str()?.parse().ok())?;
    Some(Duration::from_secs(seconds.min(86_400)))
}

async fn ask(client: &Client, auth: &Auth, secrets: &Keyring, basic: bool, deadline: Instant) -> Result<Response, Error> {
    let Auth::OAuth2 { token_url, client_id, client_secret, scope } = auth else {
        return Err(Error::new(Kind::Invalid, "no token endpoint"));
    };
    let mut form = vec![("grant_type".to_owned(), Parts::from("client_credentials"))];
    form.extend(scope.clone().map(|scope| ("scope".to_owned(), scope)));
    if !basic {
        form.extend([("client_id".to_owned(), client_id.clone()), ("client_secret".to_owned(), client_secret.clone())]);
    }
    let request = Request { body: Body::Form(form), ..Request::new(Method::Post, token_url.clone()) };
    let mut prepared = prepare(&request, &[("Accept", "application/json")], None, secrets)?;
    if let Some(pair) = auth.basic(secrets)?.filter(|_| basic) {
        prepared.authorise_basic(&pair)?;
    }
    client.exchange(&prepared, Limits { deadline, body_bytes_max: ANSWER_BYTES_MAX, retry: true }).await
}
