//! The steps that a run may take, whatever its loops and values are. A step is at most some twenty nanoseconds; `benches/budget.rs` measures
//! what each price buys, and [performance](../../docs/performance.md) shows it.

use std::cell::Cell;

use serde_json::Value;

use super::fault::Failure;

/// Bytes that are read, copied or searched in a step.
const BYTES: usize = 8;
/// Bytes that are compared in a step.
const COMPARED_BYTES: usize = 64;
/// A number that is printed, rounded or read from a text.
pub(super) const DIGITS: usize = 16;
/// A text that is read as a date, or a date that is put into a zone.
pub(super) const MOMENT: usize = 16;
/// A name that is looked up.
pub(super) const NAME: usize = 4;

/// What is left of the steps of a run. Once they are used up, everything fails until more are granted: so what cannot fail
/// may charge, and whatever comes next does.
#[derive(Debug)]
pub struct Budget {
    spent: Cell<u64>,
    most: Cell<u64>,
}

impl Budget {
    /// `most` steps, of which so many are spent.
    #[must_use]
    pub fn new(spent: u64, most: u64) -> Self {
        Self { spent: Cell::new(spent), most: Cell::new(most) }
    }

    /// The steps taken; one more than there are, if they were not enough.
    #[must_use]
    pub fn spent(&self) -> u64 {
        self.spent.get()
    }

    /// Whether the steps were not enough.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.spent.get() > self.most.get()
    }

    /// From now on there are `most` steps.
    pub fn grant(&self, most: u64) {
        self.most.set(most);
    }

    /// Takes `steps`.
    #[inline]
    pub fn charge(&self, steps: usize) {
        let (spent, most) = (self.spent.get(), self.most.get());
        if spent <= most {
            self.spent.set(spent.saturating_add(steps as u64).min(most.saturating_add(1)));
        }
    }

    /// Takes `steps`.
    ///
    /// # Errors
    /// They are used up.
    #[inline]
    pub fn spend(&self, steps: usize) -> Result<(), Failure> {
        self.charge(steps);
        self.check()
    }

    /// # Errors
    /// The steps are used up.
    #[inline]
    pub fn check(&self) -> Result<(), Failure> {
        if self.is_over() { Err(Failure::exhausted()) } else { Ok(()) }
    }

    /// Takes what copying this value costs.
    ///
    /// # Errors
    /// The steps are used up.
    pub fn copy(&self, value: &Value) -> Result<(), Failure> {
        self.each(value, 1)
    }

    /// Takes what writing this value as a text costs.
    pub(super) fn print(&self, value: &Value) -> Result<(), Failure> {
        self.each(value, DIGITS)
    }

    /// Takes what making or searching a text of so many bytes costs.
    ///
    /// # Errors
    /// The steps are used up.
    #[inline]
    pub fn text(&self, bytes: usize) -> Result<(), Failure> {
        self.spend(1 + bytes / BYTES)
    }

    /// Takes what comparing so many bytes costs.
    pub(super) fn compare(&self, bytes: usize) -> Result<(), Failure> {
        self.spend(1 + bytes / COMPARED_BYTES)
    }

    fn each(&self, value: &Value, number: usize) -> Result<(), Failure> {
        match value {
            Value::String(text) => self.text(text.len()),
            Value::Array(list) => self.spend(1).and_then(|()| list.iter().try_for_each(|v| self.each(v, number))),
            Value::Object(map) => {
                map.iter().try_for_each(|(key, v)| self.text(NAME * BYTES + key.len()).and_then(|()| self.each(v, number)))
            }
            Value::Number(_) => self.spend(number),
            _ => self.spend(1),
        }
    }
}
