//! Makes one call and says what became of it. Logs and counts without bodies, URLs or header values.

use std::{sync::Arc, time::Duration};

use tokio::time::Instant;

use super::{
    answer,
    breaker::Breaker,
    call::{Call, Outcome},
};
use crate::{
    flow::{Failure, FailureKind},
    id::{ApiName, BotKey},
    outbound::{Client, Error, Kind, Method, Response},
};

const ANSWER_BYTES_MAX: usize = 1 << 20;
const BREAKERS_MAX: u64 = 100_000;

/// The APIs of all bots, as far as they have a state in this process: their breakers.
pub struct Integrations {
    client: Arc<Client>,
    breakers: moka::sync::Cache<(BotKey, ApiName), Arc<Breaker>>,
    begin: Instant,
}

impl Integrations {
    /// All breakers closed.
    #[must_use]
    pub fn new(client: Arc<Client>) -> Self {
        Self { client, breakers: moka::sync::Cache::new(BREAKERS_MAX), begin: Instant::now() }
    }

    /// Makes the call, unless its API's breaker is open. Ends by the call's deadline, always with an outcome.
    pub async fn perform(&self, call: &Call) -> Outcome {
        let begin = Instant::now();
        let breaker = self.breakers.get_with((call.bot.clone(), call.api.clone()), Arc::default);
        let outcome = match breaker.admit(self.now_ms()) {
            Ok(()) => self.attempt(call, begin, &breaker).await,
            Err(wait_ms) => failed(
                FailureKind::Blocked,
                None,
                format!("the API failed repeatedly; the next attempt is in {} s", wait_ms.div_ceil(1_000)),
            ),
        };
        report(call, &outcome, begin.elapsed());
        outcome
    }

    async fn attempt(&self, call: &Call, begin: Instant, breaker: &Breaker) -> Outcome {
        let deadline = begin + Duration::from_millis(call.timeout_ms);
        let headers = [("traceparent", call.traceparent.as_str()), ("Idempotency-Key", call.id.as_str())];
        // a GET may have left for a turn that is then never written, and the name goes to another call
        let headers = if call.request.method == Method::Get { &headers[..1] } else { &headers };
        let sent = self.client.send(&call.request, headers, deadline, ANSWER_BYTES_MAX, call.retry).await;
        let says_nothing = sent.as_ref().is_err_and(|error| error.kind == Kind::Exhausted);
        let outcome = sent.map_or_else(|error| unanswered(&error), |response| answered(&response, call.envelope));
        if !says_nothing {
            self.judge(call, &outcome, breaker);
        }
        outcome
    }

    /// What says nothing about the backend's health moves no breaker.
    fn judge(&self, call: &Call, outcome: &Outcome, breaker: &Breaker) {
        match outcome {
            Outcome::Failed(Failure { kind: FailureKind::Blocked, .. }) => {}
            Outcome::Failed(failure) if is_down(failure) => {
                if breaker.failed(self.now_ms()) {
                    tracing::warn!(bot = %call.bot, api = %call.api, "API \"{}\" failed repeatedly and is left alone for 10 s", call.api);
                }
            }
            Outcome::Failed(_) | Outcome::Answered { .. } => breaker.answered(),
        }
    }

    /// Above 0, as the breaker wants it.
    fn now_ms(&self) -> u64 {
        u64::try_from(self.begin.elapsed().as_millis()).unwrap_or(u64::MAX / 2) + 1
    }
}

fn is_down(failure: &Failure) -> bool {
    match failure.kind {
        FailureKind::Timeout | FailureKind::Connect => true,
        FailureKind::Status => failure.status.is_some_and(|status| status >= 500),
        _ => false,
    }
}

fn failed(kind: FailureKind, status: Option<u16>, message: impl Into<String>) -> Outcome {
    Outcome::Failed(Failure { kind, status, message: message.into() })
}

fn is_success(status: u16) -> bool {
    (200..300).contains(&status)
}

fn answered(response: &Response, envelope: bool) -> Outcome {
    let status = response.status;
    if !is_success(status) {
        return refused(status);
    }
    match answer::read(response, envelope) {
        Ok(answer) => Outcome::Answered { status, answer },
        Err(fact) => failed(FailureKind::Shape, Some(status), fact),
    }
}

fn refused(status: u16) -> Outcome {
    failed(FailureKind::Status, Some(status), format!("the API answered with status {status}"))
}

/// A status that is a failure by itself says more than what became of the body behind it.
fn unanswered(error: &Error) -> Outcome {
    let kind = match (error.kind, error.status) {
        (Kind::Timeout | Kind::Connect | Kind::TooLarge, Some(status)) if !is_success(status) => return refused(status),
        (Kind::Timeout, _) => FailureKind::Timeout,
        (Kind::Connect | Kind::Exhausted, _) => FailureKind::Connect,
        (Kind::Status, _) => FailureKind::Status,
        (Kind::TooLarge | Kind::Token, _) => FailureKind::Shape,
        (Kind::Blocked | Kind::Invalid | Kind::Secret, _) => FailureKind::Blocked,
    };
    failed(kind, error.status, error.message.as_str())
}

fn report(call: &Call, outcome: &Outcome, took: Duration) {
    let (bot, api) = (call.bot.as_str(), call.api.as_str());
    let kind = match outcome {
        Outcome::Answered { .. } => "ok",
        Outcome::Failed(failure) => failure.kind.as_str(),
    };
    metrics::counter!("flowgate_api_calls_total", "bot" => bot.to_owned(), "api" => api.to_owned(), "kind" => kind).increment(1);
    metrics::histogram!("flowgate_api_call_seconds", "bot" => bot.to_owned(), "api" => api.to_owned()).record(took.as_secs_f64());
    let (call, took_ms) = (call.id.as_str(), u64::try_from(took.as_millis()).unwrap_or(u64::MAX));
    match outcome {
        Outcome::Answered { status, .. } => tracing::debug!(bot, api, call, status, took_ms, "API \"{api}\" answered"),
        Outcome::Failed(Failure { status, message, .. }) => {
            tracing::warn!(bot, api, call, kind, status, took_ms, "API \"{api}\" failed: {message}");
        }
    }
}
