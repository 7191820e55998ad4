//! Presses: which one is a repeat of another, and which item still acts.

use serde::{Deserialize, Serialize};

use super::{conversation::Conversation, effect::SentItem};
use crate::time::Timestamp;

/// How long after the end of its run the same press, come again, is still the same: a double click, or a client that repeats.
const REPEAT_MS: i64 = 2_000;

/// A press whose repeat is no other press.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Press {
    /// The key of the pressed item.
    pub payload: Box<str>,
    /// When its run ended; none while it goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Timestamp>,
}

impl Press {
    fn covers(&self, arrived: Timestamp) -> bool {
        self.ended.is_none_or(|ended| arrived <= ended.plus_ms(REPEAT_MS))
    }
}

impl Conversation {
    /// Whether a press that arrived then is one that was made already: while its run goes on, or within moments after its end.
    #[must_use]
    pub fn is_repeat(&self, payload: &str, arrived: Timestamp) -> bool {
        self.presses.iter().any(|press| *press.payload == *payload && press.covers(arrived))
    }

    /// Keeps a press whose run begins, and forgets those that nothing can repeat any more.
    pub(super) fn keep_press(&mut self, payload: &str, arrived: Timestamp) {
        self.presses.retain(|press| press.covers(arrived) && *press.payload != *payload);
        self.presses.push(Press { payload: payload.into(), ended: None });
    }

    /// The run of all presses has ended, unless calls are out.
    pub(super) fn end_presses(&mut self) {
        if self.calls().is_empty() {
            let now = self.now;
            self.presses.iter_mut().for_each(|press| _ = press.ended.get_or_insert(now));
        }
    }

    /// The payloads of the items that act only while their question is open, and still do.
    pub fn open_items(&self) -> impl Iterator<Item = &str> {
        let asked = self.session.iter().flat_map(|session| &session.frames).filter_map(|frame| frame.asked.as_ref());
        asked.flat_map(|asked| asked.items.iter()).filter(|item| item.once).map(|item| item.payload.as_str())
    }
}

/// Whether a pressed item is one of an open question: itself, or, where it may act later too, one that does the same.
pub(super) fn is_same(open: &SentItem, pressed: &SentItem) -> bool {
    let SentItem { payload, title, also, value, into, set, extra, skips, once, block, target } = open;
    // compared part by part: a copy of the one for each of the others would cost more than all else
    *payload == pressed.payload
        || (!once && !pressed.once && *block == pressed.block && *target == pressed.target && *skips == pressed.skips)
            && (*title == pressed.title && *into == pressed.into && *also == pressed.also)
            && (*value == pressed.value && *set == pressed.set && *extra == pressed.extra)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{Channel, ConversationKey};

    fn conversation() -> Conversation {
        let key = ConversationKey { bot: "shop".into(), channel: Channel::Webchat, user: "ada".into() };
        Conversation::new(key, 1, 1, Timestamp(0))
    }

    #[test]
    fn a_press_is_repeated_while_its_run_goes_on_and_two_seconds_after_its_end() {
        let mut conversation = conversation();
        conversation.keep_press("1-1-1.0", Timestamp(0));
        assert!(conversation.is_repeat("1-1-1.0", Timestamp(60_000)), "as long as the run goes on");
        assert!(!conversation.is_repeat("1-1-1.1", Timestamp(0)), "another item is another press");
        conversation.now = Timestamp(10_000);
        conversation.end_presses();
        assert!(conversation.is_repeat("1-1-1.0", Timestamp(12_000)));
        assert!(!conversation.is_repeat("1-1-1.0", Timestamp(12_001)));
    }

    #[test]
    fn a_press_that_nothing_can_repeat_is_forgotten() {
        let mut conversation = conversation();
        for at in 0..100 {
            conversation.now = Timestamp(at * 1_000);
            conversation.keep_press(&format!("1-1-{at}.0"), conversation.now);
            conversation.end_presses();
            assert!(conversation.presses.len() <= 3, "{:?}", conversation.presses);
        }
    }
}
