//! What is changed from outside of what is known of the user.

use super::Engine;
use crate::flow::{
    event::Change,
    limits,
    trace::{Trace, Traced},
};

impl Engine<'_> {
    pub(super) fn change(&mut self, change: &Change) {
        self.take_attributes(&change.attributes, None);
        for tag in &change.remove_tags {
            self.conversation.tags.remove(tag);
        }
        for tag in &change.add_tags {
            if self.conversation.tags.len() < limits::TAGS_MAX {
                self.conversation.tags.insert(tag.clone());
            } else if !self.conversation.tags.contains(tag) {
                self.trace.push(Trace { block: None, what: Traced::Refused { name: "tags".to_owned() } });
            }
        }
        self.conversation.opted_out = change.opted_out.unwrap_or(self.conversation.opted_out);
    }
}
