//! Events that a conversation keeps until it can take them.

use super::{conversation::Conversation, event::Event, limits, weight};
use crate::id::SequenceKey;

impl Conversation {
    /// Takes out the oldest event that can be taken now: while a human has the conversation, starts wait.
    pub(super) fn take_held(&mut self) -> Option<Event> {
        let may_start = self.bot_enabled;
        let at = self.held.iter().position(|event| may_start || !matches!(event, Event::Start { .. }))?;
        Some(self.held.remove(at))
    }

    /// Drops the oldest start if too many wait, or they are too large together.
    pub(super) fn drop_held_start(&mut self) -> Option<SequenceKey> {
        let starts = || self.held.iter().enumerate().filter_map(|(at, event)| Some((at, sizes(event)?)));
        let too_many = starts().count() > limits::HELD_STARTS_MAX;
        let too_large = starts().count() > 1 && starts().map(|(_, size)| size).sum::<usize>() > limits::SESSION_BYTES_MAX;
        let (oldest, _) = starts().next().filter(|_| too_many || too_large)?;
        match self.held.remove(oldest) {
            Event::Start { sequence, .. } => Some(sequence),
            _ => None,
        }
    }
}

/// How large a start is; none for another event.
fn sizes(event: &Event) -> Option<usize> {
    let Event::Start { attributes, .. } = event else { return None };
    Some(attributes.iter().map(|(name, value)| name.len() + weight::of(value)).sum())
}
