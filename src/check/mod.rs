//! Rules on a compiled bot: what compiles but cannot be meant. One rule per file; none stops at the first problem.

use crate::{diagnostic::Problems, flow::Bot};

/// Every rule, in the order in which they are asked.
const RULES: &[fn(&Bot, &mut Problems)] = &[];

/// Asks every rule about a bot.
pub fn all(bot: &Bot, problems: &mut Problems) {
    for rule in RULES {
        rule(bot, problems);
    }
}
