//! Blocks behind one that always leaves: nothing leads to them.

use crate::{diagnostic::Problems, flow::Bot, graph::reached};

pub(super) fn check(bot: &Bot, problems: &mut Problems) {
    let begins = bot.roots().chain(bot.sequences().iter().map(|sequence| sequence.first));
    let reached = reached(bot, begins);
    for (ix, block) in bot.blocks().filter(|(ix, _)| reached.contains(ix)) {
        // The rest of the list and what stands in it is told by its first block.
        let behind = block.next.filter(|next| bot.block(*next).parent == block.parent && !reached.contains(next));
        if let Some(next) = behind.filter(|next| *next != ix) {
            problems.block_never_reached(bot.block(next).place.clone(), block.kind.word(), block.place.clone());
        }
    }
}
