//! The steps that one evaluation may take, whatever its loops and values are.

use std::cell::Cell;

use serde_json::Value;

use super::fault::Failure;

/// Steps of one evaluation: about a tenth of a second at worst.
const STEPS: usize = 2_000_000;

/// What is left of the steps. A template shares one with the expressions in it.
pub(super) struct Budget(Cell<usize>);

impl Budget {
    pub(super) fn new() -> Self {
        Self(Cell::new(STEPS))
    }

    /// Takes `steps`; fails once they are used up.
    pub(super) fn spend(&self, steps: usize) -> Result<(), Failure> {
        match self.0.get().checked_sub(steps) {
            Some(left) => {
                self.0.set(left);
                Ok(())
            }
            None => Err(Failure::new("the evaluation takes too many steps")),
        }
    }

    /// Takes what copying this value costs.
    pub(super) fn copy(&self, value: &Value) -> Result<(), Failure> {
        match value {
            Value::String(text) => self.text(text.len()),
            Value::Array(list) => self.spend(1).and_then(|()| list.iter().try_for_each(|v| self.copy(v))),
            Value::Object(map) => map.iter().try_for_each(|(key, v)| self.text(key.len()).and_then(|()| self.copy(v))),
            _ => self.spend(1),
        }
    }

    /// Takes what making a text of so many bytes costs.
    pub(super) fn text(&self, bytes: usize) -> Result<(), Failure> {
        self.spend(1 + bytes / 8)
    }
}
