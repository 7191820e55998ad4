//! Calls of APIs: a call is an effect, its answer an event. All APIs of a block are called at once, each once.

use std::sync::Arc;

use super::{Engine, failure};
use crate::{
    flow::{
        answer::{Answer, Envelope, Failure},
        api::Api,
        block::{Kind, Then},
        bot::BlockIx,
        computed,
        conversation::Calling,
        customer,
        effect::{Call, Effect},
        limits, price, scope,
        trace::{Trace, Traced},
    },
    id::ApiName,
};

impl Engine<'_> {
    /// Sends the calls of a block; it runs when all have answered.
    pub(super) fn call_apis(&mut self, at: BlockIx) -> Result<Then, Failure> {
        let block = self.bot.block(at);
        if let Kind::Api(call) = &block.kind {
            let with = computed::values(&call.with, &self.scope())?;
            self.call_with = Some(scope::with_value(with)).filter(|w| !w.is_null());
        }
        let calls = block.apis.iter().map(|name| self.call(name)).collect::<Result<Vec<_>, _>>();
        self.call_with = None;
        let calls = calls?;
        self.trace.push(Trace { block: Some(at), what: Traced::Called { apis: block.apis.iter().map(ToString::to_string).collect() } });
        self.effects.extend(calls.iter().cloned().map(|call| Effect::Call(Box::new(call))));
        if let Some(session) = self.conversation.session.as_mut() {
            session.calling = Some(Calling { calls });
        }
        Ok(Then::Moved)
    }

    fn call(&mut self, name: &ApiName) -> Result<Call, Failure> {
        self.conversation.spent.calls += 1;
        failure::within(self.conversation.spent.calls, limits::CALLS_MAX, "calls")?;
        let api: Arc<Api> = self.bot.apis.get(name).cloned().expect("the compiler resolves the APIs of every block");
        let before = self.budget.spent();
        let request = api.request(&self.scope(), || customer::document(self.bot, &self.conversation).into())?;
        self.spend(usize::try_from((self.budget.spent() - before) * price::CALLED).unwrap_or(usize::MAX))?;
        Ok(Call { id: self.next_id().into(), api: name.clone(), request, timeout_ms: api.timeout_ms(), repeatable: api.repeatable() })
    }

    /// Takes the answers: attributes are saved, then the block that waited runs, or fails.
    pub(super) fn take_answers(&mut self, answers: &[Answer]) {
        let Some(calling) = self.conversation.session.as_mut().and_then(|s| s.calling.take()) else { return };
        let Some((at, _)) = self.frames().last().and_then(|f| f.at).and_then(|key| self.bot.find_block(key)) else { return };
        let mut failed = None;
        for call in &calling.calls {
            match answers.iter().find(|a| a.call == call.id).map(|a| &a.result) {
                Some(Ok(envelope)) => self.take_envelope(&call.api, envelope),
                Some(Err(failure)) => failed = failed.or_else(|| Some((call.api.clone(), failure.clone()))),
                None => failed = failed.or_else(|| Some((call.api.clone(), interrupted()))),
            }
        }
        match failed {
            None => self.answered = Some(at),
            Some((api, failure)) => {
                self.failed_api = Some(api);
                self.fail(at, failure);
            }
        }
    }

    fn take_envelope(&mut self, name: &ApiName, envelope: &Envelope) {
        let api = self.bot.apis.get(name).cloned();
        self.take_attributes(&envelope.attributes, api.as_ref().and_then(|a| a.sets.as_ref()));
        if self.budget.copy(&envelope.data).is_ok() {
            self.data.insert(name.clone(), envelope.data.clone());
        }
    }

    /// The API whose call has just failed.
    pub(super) fn failed_api(&mut self) -> Option<ApiName> {
        self.failed_api.take()
    }
}

fn interrupted() -> Failure {
    Failure::new(crate::flow::answer::FailureKind::Interrupted, "the call was not answered")
}
