//! The answers of APIs in a test: its own in turn, the last again and again; by default the sample.

use std::collections::BTreeMap;

use crate::{
    flow::{Answer, Api, Bot, Call, Envelope, Failure, FailureKind, envelope},
    id::ApiName,
    language::{FailsDecl, TestFile},
};

/// How many answers each API has given.
#[derive(Debug, Default)]
pub(super) struct Answers {
    given: BTreeMap<ApiName, usize>,
}

impl Answers {
    /// The answer to a call.
    ///
    /// # Errors
    /// The API has neither an answer in the test nor a sample.
    pub(super) fn answer(&mut self, bot: &Bot, test: &TestFile, call: &Call) -> Result<Answer, String> {
        let Some(api) = bot.apis().get(&call.api) else { return Err(format!("there is no API \"{}\"", call.api)) };
        let given = self.given.entry(call.api.clone()).or_default();
        let own = test.apis.as_ref().and_then(|apis| apis.get(&call.api)).map(|answers| &answers.0);
        let result = match own.and_then(|answers| answers.get(*given).or(answers.last())) {
            Some(answer) => written(api, answer),
            None => api.sample.clone().ok_or_else(|| format!("API \"{}\" has no sample, and the test gives no answer for it", call.api))?,
        };
        *given += 1;
        Ok(Answer { call: call.id.clone(), result })
    }
}

/// An answer as the test writes it, through the very check that a live answer goes through.
pub(super) fn written(api: &Api, answer: &FailsDecl) -> Result<Envelope, Failure> {
    if let Some(kind) = answer.fails.as_ref().and_then(|name| FailureKind::named(name)) {
        let message = answer.message.clone().unwrap_or_else(|| format!("the test answers with `fails: {}`", kind.as_str()));
        return Err(Failure { kind, status: answer.status, message });
    }
    let data = answer.data.as_ref().map(crate::yaml::Node::to_json);
    let attributes = answer.attributes.as_ref().map(crate::yaml::Node::to_json);
    envelope::check_sample(api, &envelope::written(data, answer.success, attributes, answer.message.as_deref(), answer.status))
}
