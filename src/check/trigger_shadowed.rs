//! Words of a trigger that an earlier one always takes.

use crate::{
    diagnostic::Problems,
    flow::{Bot, Trigger},
};

pub(super) fn check(bot: &Bot, problems: &mut Problems) {
    // Those that interrupt are asked before the others.
    let mut in_order: Vec<&Trigger> = bot.triggers().iter().collect();
    in_order.sort_by_key(|trigger| !trigger.interrupt);
    for (ix, trigger) in in_order.iter().enumerate() {
        let earlier = &in_order[..ix];
        let keywords = trigger.keywords.iter().map(|word| (word, earlier.iter().find(|t| t.takes(word))));
        let contained = trigger.contains.iter().map(|word| (word, earlier.iter().find(|t| t.takes_wherever(word))));
        for (word, taken) in keywords.chain(contained) {
            if let Some(first) = taken {
                problems.trigger_shadowed(word.place.clone(), &word.folded, first.place.clone(), first.interrupt && !trigger.interrupt);
            }
        }
    }
}
