//! `goto`: leaves for a block or a sequence.

use crate::flow::bot::BlockIx;

/// Leaves for a block.
#[derive(Debug)]
pub struct Goto {
    /// Set when all blocks are known: the compiler refuses a bot in which it stays empty.
    pub(in crate::flow) target: Option<BlockIx>,
}

impl Goto {
    /// Where it leads.
    #[must_use]
    pub fn to(&self) -> BlockIx {
        self.target.expect("the compiler links every goto before a bot exists")
    }
}
