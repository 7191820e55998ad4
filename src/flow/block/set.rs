//! `set`: attributes, in the order written, each seeing the ones before.

use std::sync::Arc;

use super::Then;
use crate::flow::{answer::Failure, computed::Computed, engine::Engine};

/// Attributes to set.
#[derive(Debug)]
pub struct Set {
    /// In the order written.
    pub assigns: Vec<Assign>,
}

/// One attribute to set.
#[derive(Debug)]
pub struct Assign {
    /// The attribute.
    pub name: Arc<str>,
    /// Its value.
    pub value: Computed,
}

impl Set {
    pub(super) fn run(&self, engine: &mut Engine<'_>) -> Result<Then, Failure> {
        engine.assign(&self.assigns)?;
        Ok(Then::Next)
    }
}
