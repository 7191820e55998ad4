//! Making the calls of a turn, all at once, and checking what comes back.

use super::Gateway;
use crate::{
    crash::{self, Point},
    flow::{Answer, Bot, Call, Envelope, Failure, FailureKind, envelope},
    id::RunId,
    integrations::{self, Outcome, traceparent},
};
use futures_util::future::join_all;

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
                judged(bot, call, outcome)
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

fn judged(bot: &Bot, call: &Call, outcome: Outcome) -> Result<Envelope, Failure> {
    let (status, body) = match outcome {
        Outcome::Failed(failure) => return Err(failure),
        Outcome::Answered { status, answer: integrations::Answer::Json(json) } => (status, json),
        Outcome::Answered { status, answer: integrations::Answer::Text(text) } => (status, text.into()),
    };
    let api = bot.apis().get(&call.api).ok_or_else(|| Failure::new(FailureKind::Shape, "the API is no longer part of the bot"))?;
    envelope::check(api, status, &body).inspect_err(|failure| report(bot, call, failure))
}

/// What a backend says of a refusal is about a user: the log has it only at its most talkative.
fn report(bot: &Bot, call: &Call, failure: &Failure) {
    let (bot, api, id, kind) = (bot.key(), &call.api, &call.id, failure.kind.as_str());
    if failure.kind == FailureKind::Refused {
        tracing::warn!(%bot, %api, call = %id, kind, "API \"{api}\" failed: it refused");
        tracing::debug!(%bot, %api, call = %id, "API \"{api}\" says: {}", failure.message);
    } else {
        tracing::warn!(%bot, %api, call = %id, kind, "API \"{api}\" failed: {}", failure.message);
    }
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
