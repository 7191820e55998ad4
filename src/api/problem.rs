//! The one error of all handlers and extractors: RFC 9457, `application/problem+json`. Paths of other APIs tell it in
//! their own form (`dialect`).

use std::{borrow::Cow, fmt, time::Duration};

use actix_web::{
    HttpResponse, ResponseError,
    http::{
        StatusCode,
        header::{ALLOW, HeaderName, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE},
    },
};
use serde::Serialize;
use utoipa::ToSchema;

use super::observe::Shed;
use crate::{gateway::Refusal, id::Channel};

const OVERLOADED: &str = "overloaded";

/// Why a request was not answered.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Problem {
    /// The HTTP status.
    #[schema(value_type = u16, example = 404)]
    #[serde(serialize_with = "number")]
    status: StatusCode,
    /// A stable word for programs.
    #[schema(example = "unknown-bot")]
    code: &'static str,
    /// The status in words.
    #[schema(example = "Not Found")]
    title: &'static str,
    /// What is wrong with this request, for people.
    #[schema(value_type = String, example = "there is no bot \"shpo\"")]
    detail: Cow<'static, str>,
    #[serde(skip)]
    header: Option<Box<(HeaderName, HeaderValue)>>,
}

impl Problem {
    pub(super) fn new(status: StatusCode, code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        let header = (status == StatusCode::UNAUTHORIZED).then(|| Box::new((WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))));
        Self { status, code, title: status.canonical_reason().unwrap_or("Error"), detail: detail.into(), header }
    }

    /// 400: the request does not fit.
    pub(super) fn invalid(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid", detail)
    }

    /// 401: credentials are missing or no good.
    pub(super) fn unauthorized(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "unauthorized", detail)
    }

    /// 403: the caller is known but may not.
    pub(super) fn forbidden(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", detail)
    }

    /// 404: no such bot is live.
    pub(super) fn unknown_bot(bot: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "unknown-bot", format!("there is no bot \"{bot}\""))
    }

    /// 400: the bot does not speak there.
    pub(super) fn unlisted(channel: Channel) -> Self {
        let detail = format!("the bot does not list the channel {channel} in its bot.yaml");
        Self::new(StatusCode::BAD_REQUEST, "channel-not-configured", detail)
    }

    /// 404: the bot has no such sequence.
    pub(super) fn unknown_flow() -> Self {
        Self::new(StatusCode::NOT_FOUND, "unknown-flow", "the bot has no such flow")
    }

    /// 404: no such bot of this account is live.
    pub(super) fn unknown_bot_of(customer: &str, bot: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "unknown-bot", format!("no bot '{bot}' for customer {customer}"))
    }

    /// 405, with the methods that the path knows.
    pub(super) fn method(allowed: &str) -> Self {
        let mut problem = Self::new(StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", format!("this path knows {allowed}"));
        problem.header = HeaderValue::from_str(allowed).ok().map(|value| Box::new((ALLOW, value)));
        problem
    }

    /// The word for programs.
    pub(super) fn code(&self) -> &'static str {
        self.code
    }

    /// 429, with how long to wait. RFC 9110, 10.2.3: `Retry-After` is in whole seconds.
    pub(super) fn too_many(code: &'static str, detail: &'static str, wait: Duration) -> Self {
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        Self::new(StatusCode::TOO_MANY_REQUESTS, code, detail).retry_after(seconds.max(1))
    }

    /// The same, to be tried again after so many seconds.
    pub(super) fn retry_after(self, seconds: u64) -> Self {
        self.with_header((RETRY_AFTER, seconds.into()))
    }

    /// The same, with the header that its status wants.
    pub(super) fn with_header(mut self, header: (HeaderName, HeaderValue)) -> Self {
        self.header = Some(Box::new(header));
        self
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let unavailable = |code| Self::new(StatusCode::SERVICE_UNAVAILABLE, code, "the gateway cannot take this now, please try again");
        match refusal {
            Refusal::UnknownBot => Self::new(StatusCode::NOT_FOUND, "unknown-bot", "there is no such bot"),
            Refusal::Busy => Self::new(StatusCode::TOO_MANY_REQUESTS, "busy", "too many messages of this user are waiting").retry_after(1),
            Refusal::Overloaded => unavailable(OVERLOADED).retry_after(2),
            Refusal::IdTaken => Self::new(StatusCode::CONFLICT, "id-taken", "this id was used for another message"),
            Refusal::KeyTaken => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "key-taken",
                "this `Idempotency-Key` was used for another request: send another",
            ),
            Refusal::UnknownSequence => Self::unknown_flow(),
            Refusal::UnknownUser => Self::new(StatusCode::NOT_FOUND, "unknown-user", "there is no such user"),
            Refusal::Needs(_) | Refusal::Misfits(_) => Self::invalid(refusal.to_string()),
            Refusal::Invalid(why) => Self::invalid(why),
            Refusal::SearchTooLong => {
                let detail = "the search took longer than 5 s; `indexed: true` in bot.yaml makes an attribute found fast";
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "search-too-long", detail).retry_after(30)
            }
            Refusal::Closing => unavailable("closing").retry_after(2),
            Refusal::Unavailable(why) => {
                tracing::debug!(error = %why, "a request was refused: the gateway is not available"); // the store tells it once
                unavailable("unavailable").retry_after(5)
            }
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status);
        if let Some(header) = &self.header {
            response.insert_header((header.0.clone(), header.1.clone()));
        }
        let mut response = response.content_type("application/problem+json").body(serde_json::to_vec(self).unwrap_or_default());
        if self.code == OVERLOADED {
            response.extensions_mut().insert(Shed);
        }
        response.extensions_mut().insert(self.clone());
        response
    }
}

fn number<S: serde::Serializer>(status: &StatusCode, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u16(status.as_u16())
}
