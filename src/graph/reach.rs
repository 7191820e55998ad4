//! What can be reached.

use std::collections::BTreeSet;

use super::ways::ways;
use crate::flow::{BlockIx, Bot};

/// All blocks to which there is a way from one of these.
#[must_use]
pub fn reached(bot: &Bot, from: impl IntoIterator<Item = BlockIx>) -> BTreeSet<BlockIx> {
    let mut open: Vec<BlockIx> = from.into_iter().collect();
    let mut reached = BTreeSet::new();
    while let Some(ix) = open.pop() {
        if reached.insert(ix) {
            open.extend(ways(bot, ix).to.into_iter().map(|(_, to)| to));
        }
    }
    reached
}
