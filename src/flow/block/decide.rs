//! `decide`: the first branch that is true.

use super::{Assign, Then};
use crate::{
    flow::{answer::Failure, bot::BlockIx, engine::Engine},
    template::Expr,
};

/// Branches, tried in order.
#[derive(Debug)]
pub struct Decide {
    /// The last may have no condition.
    pub branches: Vec<Branch>,
}

/// One branch.
#[derive(Debug)]
pub struct Branch {
    /// Taken if true; always, if there is none.
    pub when: Option<Expr>,
    /// What it sets first.
    pub set: Vec<Assign>,
    /// What it does.
    pub first: Option<BlockIx>,
}

impl Decide {
    pub(super) fn run(&self, engine: &mut Engine<'_>) -> Result<Then, Failure> {
        for (index, branch) in self.branches.iter().enumerate() {
            if engine.decides(branch.when.as_ref())? {
                engine.took(index);
                engine.assign(&branch.set)?;
                return Ok(branch.first.map_or(Then::Next, Then::Enter));
            }
        }
        Ok(Then::Next)
    }
}
