//! Sends one request and reads its whole answer: within a deadline, to allowed addresses, with a limit on its size.

use std::{future::Future, sync::Arc, time::Duration};

use bytes::{Bytes, BytesMut};
use reqwest::{ClientBuilder, StatusCode, Url, header::CONTENT_TYPE, header::LOCATION};
use secrecy::SecretString;
use tokio::time::{Instant, timeout_at};

use super::{
    address::Egress,
    dns::Guard,
    error::{Error, Kind},
    keyring::{Keyring, Known, fetched},
    mask::Mask,
    prepare::{Prepared, judge_url, prepare},
    request::{Auth, Request},
    secrets::Secrets,
    token::Tokens,
};

const REDIRECTS_MAX: usize = 3;
const CONNECT: Duration = Duration::from_secs(2);

/// Below the 5 s after which common servers close an idle connection: a POST that meets the closing is not repeated.
const IDLE: Duration = Duration::from_secs(4);

/// A whole answer, whatever its status.
#[derive(Clone)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The body, decompressed.
    pub body: Bytes,
    /// `Content-Type` as it was sent.
    pub content_type: Option<String>,
    /// What the request was sent with, to be taken out of what is read of the body.
    pub mask: Mask,
}

/// Bodies hold what users said: the debug form shows their length only.
impl std::fmt::Debug for Response {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { status, body, content_type, mask: _ } = self;
        f.debug_struct("Response").field("status", status).field("bytes", &body.len()).field("content_type", content_type).finish()
    }
}

/// The one way out of the process. Keeps connections open; cheap to share behind an `Arc`.
pub struct Client {
    http: reqwest::Client,
    egress: Egress,
    secrets: Arc<Secrets>,
    tokens: Tokens,
}

impl Client {
    /// A client that calls only what `egress` allows. Fails if TLS cannot be set up on this machine.
    pub fn new(egress: Egress, secrets: Arc<Secrets>, user_agent: &str) -> Result<Self, Error> {
        Self::over(connections(egress, user_agent), egress, secrets)
    }

    /// A client over connections of this kind.
    pub(super) fn over(connections: ClientBuilder, egress: Egress, secrets: Arc<Secrets>) -> Result<Self, Error> {
        let http = connections
            .build()
            .map_err(|error| Error::new(Kind::Invalid, format!("the HTTP client cannot be set up: {}", root(&error))))?;
        Ok(Self { http, egress, secrets, tokens: Tokens::new() })
    }

    /// Sends `request` and gives the whole answer, of any status, or says why there is none by `deadline`.
    ///
    /// `defaults` are headers that the request's own replace. A body over `body_bytes_max` (decompressed) is an error.
    /// With `retry` a failed connection is tried once more, so the request may arrive twice.
    pub async fn send(
        &self,
        request: &Request,
        defaults: &[(&str, &str)],
        deadline: Instant,
        body_bytes_max: usize,
        retry: bool,
    ) -> Result<Response, Error> {
        let limits = Limits { deadline, body_bytes_max, retry };
        let secrets = Keyring::of(request, &self.secrets);
        let mut known = secrets.known(request);
        let response = self.authorise(request, defaults, &secrets, limits, &mut known).await?;
        Ok(Response { mask: Mask::new(&known), ..response })
    }

    /// Sends it, with a token where one is wanted: once more with another where the first is refused. Each is added to what is `known`.
    async fn authorise(
        &self,
        request: &Request,
        defaults: &[(&str, &str)],
        secrets: &Keyring,
        limits: Limits,
        known: &mut Vec<Known>,
    ) -> Result<Response, Error> {
        let token = self.token(request, None, secrets, limits).await?;
        known.extend(token.as_ref().and_then(fetched));
        let response = self.exchange(&prepare(request, defaults, token.as_ref(), secrets)?, limits).await?;
        let Some(token) = token.filter(|_| response.status == StatusCode::UNAUTHORIZED) else { return Ok(response) };
        let token = self.token(request, Some(&token), secrets, limits).await?;
        known.extend(token.as_ref().and_then(fetched));
        self.exchange(&prepare(request, defaults, token.as_ref(), secrets)?, limits).await
    }

    async fn token(
        &self,
        request: &Request,
        refused: Option<&SecretString>,
        secrets: &Keyring,
        limits: Limits,
    ) -> Result<Option<SecretString>, Error> {
        if !matches!(request.auth, Auth::OAuth2 { .. }) {
            return Ok(None);
        }
        let token = self.tokens.get(self, &request.auth, secrets, refused, limits.deadline);
        within(limits.deadline, token).await?.map(Some)
    }

    pub(super) async fn exchange(&self, prepared: &Prepared, limits: Limits) -> Result<Response, Error> {
        match self.follow(prepared, limits).await {
            Err(error) if error.kind == Kind::Connect && limits.retry => self.follow(prepared, limits).await,
            done => done,
        }
    }

    async fn follow(&self, prepared: &Prepared, limits: Limits) -> Result<Response, Error> {
        let mut url = prepared.url.clone();
        for _ in 0..=REDIRECTS_MAX {
            let response = within(limits.deadline, self.http.execute(self.begin(prepared, &url)?)).await??;
            match redirect(&prepared.method, &url, &response)? {
                Some(next) => url = next,
                None => return whole(response, limits).await,
            }
        }
        Err(Error::new(Kind::Status, format!("more than {REDIRECTS_MAX} redirects")))
    }

    fn begin(&self, prepared: &Prepared, url: &Url) -> Result<reqwest::Request, Error> {
        self.egress.judge_host(url.host()).map_err(|refused| Error::new(Kind::Blocked, refused.to_string()))?;
        let mut request = reqwest::Request::new(prepared.method.clone(), url.clone());
        request.headers_mut().clone_from(&prepared.headers);
        *request.body_mut() = prepared.body.clone().map(Into::into);
        Ok(request)
    }
}

/// How connections are made: to what the guard allows, and never by a way round.
pub(super) fn connections(egress: Egress, user_agent: &str) -> ClientBuilder {
    reqwest::Client::builder()
        .user_agent(user_agent)
        .dns_resolver(Guard::new(egress))
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(CONNECT)
        .pool_idle_timeout(IDLE)
}

fn root(error: &dyn std::error::Error) -> String {
    error.source().map_or_else(|| error.to_string(), root)
}

/// What bounds one exchange.
#[derive(Clone, Copy)]
pub(super) struct Limits {
    pub(super) deadline: Instant,
    pub(super) body_bytes_max: usize,
    pub(super) retry: bool,
}

pub(super) async fn within<T>(deadline: Instant, work: impl Future<Output = T>) -> Result<T, Error> {
    timeout_at(deadline, work).await.map_err(|_| Error::timeout())
}

/// Where the answer sends us, if that may be followed: GET anywhere on the same host, the rest only where method and body stay.
fn redirect(method: &reqwest::Method, from: &Url, response: &reqwest::Response) -> Result<Option<Url>, Error> {
    let followed = match response.status().as_u16() {
        301..=303 => method == reqwest::Method::GET,
        307 | 308 => true,
        _ => false,
    };
    let location = response.headers().get(LOCATION).and_then(|value| value.to_str().ok());
    let Some(next) = location.filter(|_| followed).and_then(|location| from.join(location).ok()) else { return Ok(None) };
    judge_url(&next)?;
    if next.origin() != from.origin() {
        // the place is not named: whoever redirects may put a secret into it, in any case of letters
        let message = "a redirect to another scheme, host or port, which is not followed";
        return Err(Error::new(Kind::Blocked, message).with_status(response.status().as_u16()));
    }
    Ok(Some(next))
}

async fn whole(response: reqwest::Response, limits: Limits) -> Result<Response, Error> {
    let status = response.status().as_u16();
    let content_type = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let body = within(limits.deadline, read(response, limits.body_bytes_max)).await.and_then(|read| read);
    Ok(Response { status, body: body.map_err(|error| error.with_status(status))?, content_type, mask: Mask::default() })
}

/// Chunks come decompressed, so a small body that unpacks to a large one is stopped at the same limit.
async fn read(mut response: reqwest::Response, bytes_max: usize) -> Result<Bytes, Error> {
    let mut body = BytesMut::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > bytes_max {
            return Err(Error::new(Kind::TooLarge, format!("the answer is larger than {bytes_max} bytes")));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}
