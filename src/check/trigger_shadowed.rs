//! Words of a trigger that an earlier one always takes.

use crate::{
    diagnostic::Problems,
    flow::{Bot, Trigger},
};

/// So many comparisons are made; a bot with more words than that is checked as far as they go.
const COMPARISONS_MAX: usize = 1_000_000;
/// So many bytes of a word count as one more.
const BYTES: usize = 32;

pub(super) fn check(bot: &Bot, problems: &mut Problems) {
    // Those that interrupt are asked before the others.
    let mut in_order: Vec<&Trigger> = bot.triggers().iter().collect();
    in_order.sort_by_key(|trigger| !trigger.interrupt);
    let (mut words, mut left) = (0, COMPARISONS_MAX);
    for (ix, trigger) in in_order.iter().enumerate() {
        let earlier = &in_order[..ix];
        let own: usize = trigger.keywords.iter().chain(&trigger.contains).map(|word| 1 + word.folded.len() / BYTES).sum();
        let Some(rest) = left.checked_sub(own * (words + ix)) else { return };
        left = rest;
        words += trigger.keywords.len() + trigger.contains.len();
        let keywords = trigger.keywords.iter().map(|word| (word, earlier.iter().find(|t| t.takes(word))));
        let contained = trigger.contains.iter().map(|word| (word, earlier.iter().find(|t| t.takes_wherever(word))));
        for (word, taken) in keywords.chain(contained) {
            if let Some(first) = taken {
                problems.trigger_shadowed(word.place.clone(), &word.folded, first.place.clone(), first.interrupt && !trigger.interrupt);
            }
        }
    }
}
