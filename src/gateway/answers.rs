//! Making the calls of a turn, all at once, and checking what comes back.

use futures_util::future::join_all;
use serde_json::Value;

use super::Gateway;
use crate::{
    crash::{self, Point},
    flow::{Answer, Bot, Call, Envelope, Failure, FailureKind, envelope},
    id::RunId,
    integrations::{self, Outcome, traceparent},
};

impl Gateway {
    /// Makes calls; the answers are in the order of the calls.
    pub(super) async fn perform(&self, bot: &Bot, run: &RunId, calls: &[Call]) -> Vec<Answer> {
        join_all(calls.iter().map(|call| self.perform_one(bot, run, call))).await
    }

    async fn perform_one(&self, bot: &Bot, run: &RunId, call: &Call) -> Answer {
        let result = match &self.inner.integrations {
            Some(integrations) => {
                let planned = planned(bot, run, call);
                crash::at(Point::Calling);
                let outcome = integrations.perform(&planned).await;
                crash::at(Point::CallAnswered);
                judged(bot, call, outcome, |said| integrations.redact(&planned, said))
            }
            None => sample(bot, call),
        };
        Answer { call: call.id.clone(), result }
    }
}

fn planned(bot: &Bot, run: &RunId, call: &Call) -> integrations::Call {
    integrations::Call {
        id: call.id.clone(),
        bot: bot.key().clone(),
        api: call.api.clone(),
        request: call.request.clone(),
        timeout_ms: call.timeout_ms,
        retry: call.repeatable,
        envelope: bot.apis().get(&call.api).is_none_or(|api| api.envelope),
        traceparent: traceparent(run, &call.id),
    }
}

/// A refusal's `message` goes into the log, the conversation and what the user reads: `redact` takes the secrets out of it.
fn judged(bot: &Bot, call: &Call, outcome: Outcome, redact: impl Fn(&str) -> String) -> Result<Envelope, Failure> {
    let (status, mut body) = match outcome {
        Outcome::Failed(failure) => return Err(failure),
        Outcome::Answered { status, answer: integrations::Answer::Json(json) } => (status, json),
        Outcome::Answered { status, answer: integrations::Answer::Text(text) } => (status, text.into()),
    };
    let api = bot.apis().get(&call.api).ok_or_else(|| Failure::new(FailureKind::Shape, "the API is no longer part of the bot"))?;
    if api.envelope
        && body.get("success") == Some(&Value::Bool(false))
        && let Some(Value::String(message)) = body.get_mut("message")
    {
        *message = redact(message);
    }
    let checked = envelope::check(api, status, &body);
    if let Err(failure) = &checked {
        tracing::warn!(bot = %bot.key(), api = %call.api, call = %call.id, kind = failure.kind.as_str(), "API \"{}\" failed: {}", call.api, failure.message);
    }
    checked
}

/// Offline an API answers with its sample.
fn sample(bot: &Bot, call: &Call) -> Result<Envelope, Failure> {
    let api = bot.apis().get(&call.api);
    let sample = api.and_then(|api| api.sample.clone());
    sample.unwrap_or_else(|| Err(Failure::new(FailureKind::Connect, format!("API \"{}\" has no sample to answer with offline", call.api))))
}

/// What nobody can know after a crash.
pub(super) fn interrupted(call: &Call) -> Answer {
    let failure = Failure::new(FailureKind::Interrupted, "the gateway stopped while the call was under way");
    Answer { call: call.id.clone(), result: Err(failure) }
}
