//! Conditions: judged by what the block sees, and kept for the trace with the values that decided.

use super::Engine;
use crate::{
    flow::{
        answer::Failure,
        bot::BlockIx,
        price, private,
        trace::{Trace, Traced},
    },
    template::Expr,
};

impl Engine<'_> {
    /// Judges a condition of the running block, and keeps what decided it for the trace.
    pub(in crate::flow) fn decides(&mut self, when: Option<&Expr>) -> Result<bool, Failure> {
        let Some(when) = when else { return Ok(true) };
        let truth = when.truth(&self.scope())?;
        self.spend(price::judged(when.source()))?;
        let mut values = when.explain(&self.scope());
        values.iter_mut().for_each(|(path, value)| *value = private::shown_read(self.bot, path, value.take()));
        self.trace.push(Trace { block: None, what: Traced::Decided { condition: when.source().to_owned(), truth, values } });
        Ok(truth)
    }

    pub(super) fn decides_at(&mut self, at: BlockIx, when: Option<&Expr>) -> Result<bool, Failure> {
        let truth = self.decides(when)?;
        if when.is_some()
            && let Some(last) = self.trace.last_mut()
        {
            last.block = Some(at);
        }
        Ok(truth)
    }

    /// Notes which branch was taken.
    pub(in crate::flow) fn took(&mut self, index: usize) {
        self.trace.push(Trace { block: None, what: Traced::Took { branch: index } });
    }
}
