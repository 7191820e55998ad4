//! `run`: a sequence as a subroutine; the flow comes back.

use super::Then;
use crate::flow::{
    answer::Failure,
    bot::SequenceIx,
    computed::{self, Computed},
    engine::Engine,
    scope,
};

/// A subroutine.
#[derive(Debug)]
pub struct Run {
    /// The sequence.
    pub sequence: SequenceIx,
    /// What it reads as `with`.
    pub with: Vec<(String, Computed)>,
}

impl Run {
    pub(super) fn run(&self, engine: &mut Engine<'_>) -> Result<Then, Failure> {
        let with = computed::values(&self.with, &engine.scope())?;
        engine.call_sequence(self.sequence, scope::with_value(with))
    }
}
