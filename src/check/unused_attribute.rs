//! Attributes that the bot neither reads nor sets.

use crate::{diagnostic::Problems, flow::Bot};

pub(super) fn check(bot: &Bot, problems: &mut Problems) {
    for (name, attribute) in bot.attributes().iter().filter(|(_, attribute)| !attribute.used) {
        problems.unused_attribute(attribute.place.clone(), name);
    }
}
