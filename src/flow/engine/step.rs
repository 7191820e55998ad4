//! Blocks, one after the other, and what each takes of what the run has.

use serde_json::Value;

use super::{Engine, failure};
use crate::flow::{
    answer::Failure,
    block::Then,
    bot::BlockIx,
    limits, price,
    trace::{Trace, Traced},
};

impl Engine<'_> {
    /// Runs until a question waits, calls are out, or nothing is left to do.
    pub(super) fn run(&mut self) {
        while self.conversation.calls().is_empty() {
            let Some(frame) = self.frames().last() else { break };
            if frame.asked.is_some() {
                break;
            }
            match frame.at.map(|key| self.bot.find_block(key)) {
                Some(Some((at, _))) => self.step(at),
                Some(None) | None => self.end_frame(),
            }
        }
        self.end_if_timed_out();
    }

    fn step(&mut self, at: BlockIx) {
        let result = self.spend_block().and_then(|()| self.run_block(at));
        match result {
            Ok(Then::Next) => self.go(self.bot.block(at).next),
            Ok(Then::Enter(first)) => self.go(Some(first)),
            Ok(Then::Wait | Then::Moved) => {}
            Err(failure) => self.fail(at, failure),
        }
    }

    fn run_block(&mut self, at: BlockIx) -> Result<Then, Failure> {
        let block = self.bot.block(at);
        if !(block.channels.is_empty() || block.channels.contains(&self.conversation.key.channel)) {
            return Ok(Then::Next);
        }
        if self.answered != Some(at) {
            if !self.decides_at(at, block.when.as_ref())? {
                return Ok(Then::Next);
            }
            if !block.apis.is_empty() {
                return self.call_apis(at);
            }
        }
        self.trace.push(Trace { block: Some(at), what: Traced::Ran });
        let then = block.kind.run(self, at)?;
        self.answered = None;
        self.data.clear();
        Ok(then)
    }

    /// Sends the running activation to a block; to none when its script has run out.
    pub(super) fn go(&mut self, to: Option<BlockIx>) {
        let key = to.map(|ix| self.bot.block(ix).key);
        if let Some(frame) = self.top() {
            frame.at = key;
        }
    }

    fn spend_block(&mut self) -> Result<(), Failure> {
        self.conversation.spent.blocks += 1;
        failure::within(self.conversation.spent.blocks, limits::BLOCKS_MAX, "blocks")?;
        self.spend(price::BLOCK)
    }

    /// Takes the steps of copying a value.
    pub(in crate::flow) fn spend_copy(&self, value: &Value) -> Result<(), Failure> {
        Ok(self.budget.copy(value)?)
    }

    /// Takes steps of the run.
    pub(in crate::flow) fn spend(&self, steps: usize) -> Result<(), Failure> {
        Ok(self.budget.spend(steps)?)
    }

    /// A number below `n`, drawn from the conversation's seed.
    pub(in crate::flow) fn draw(&mut self, n: usize) -> usize {
        if n < 2 {
            return 0;
        }
        // splitmix64, so that a seed and the count of draws give the same choice everywhere
        self.conversation.seed = self.conversation.seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.conversation.seed;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % n as u64).unwrap_or(0)
    }
}
