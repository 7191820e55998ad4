//! `blocks`: a group.

use crate::flow::bot::BlockIx;

/// Blocks that belong together.
#[derive(Debug)]
pub struct Group {
    /// The first of them.
    pub first: BlockIx,
}
