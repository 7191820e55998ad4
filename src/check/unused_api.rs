//! APIs that no block calls.

use std::collections::BTreeSet;

use crate::{diagnostic::Problems, flow::Bot};

pub(super) fn check(bot: &Bot, problems: &mut Problems) {
    let called: BTreeSet<_> = bot.blocks().flat_map(|(_, block)| &block.apis).collect();
    for api in bot.apis().values().filter(|api| !called.contains(&api.name)) {
        problems.unused_api(api.place.clone(), &api.name);
    }
}
