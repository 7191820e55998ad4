//! Rules on a compiled bot: what compiles but cannot be meant. One rule per file; none stops at the first problem.

mod endless_loop;
mod literal_secret;
mod never_reached;
mod press_twice;
mod question_without_id;
mod trigger_shadowed;
mod unused_api;
mod unused_attribute;
mod unused_sequence;

use crate::{diagnostic::Problems, flow::Bot};

/// Every rule, in the order in which they are asked.
const RULES: &[fn(&Bot, &mut Problems)] = &[
    endless_loop::check,
    literal_secret::check,
    never_reached::check,
    press_twice::check,
    question_without_id::check,
    trigger_shadowed::check,
    unused_api::check,
    unused_attribute::check,
    unused_sequence::check,
];

/// Asks every rule about a bot.
pub fn all(bot: &Bot, problems: &mut Problems) {
    for rule in RULES {
        rule(bot, problems);
    }
}
