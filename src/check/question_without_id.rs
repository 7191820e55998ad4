//! Questions without an id: after an edit of their wording a waiting session does not know them again.

use crate::{diagnostic::Problems, flow::Bot, graph::waits};

pub(super) fn check(bot: &Bot, problems: &mut Problems) {
    for (_, block) in bot.blocks().filter(|(_, block)| block.id.is_none() && waits(&block.kind)) {
        problems.question_without_id(block.place.clone(), block.kind.word());
    }
}
