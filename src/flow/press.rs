//! Presses: which one is a repeat of another, and which item still acts.

use serde::{Deserialize, Serialize};

use super::{block::ChoicesKind, conversation::Conversation, effect::SentItem};
use crate::time::Timestamp;

/// How long after the end of its run the same press, come again, is still the same: a double click, or a client that repeats.
const REPEAT_MS: i64 = 2_000;
/// So many presses are kept at most, besides those whose run goes on: a user presses, a program may flood.
const PRESSES_MAX: usize = 32;

/// A press whose repeat is no other press.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Press {
    /// The key of the pressed item.
    pub payload: Box<str>,
    /// When it arrived; absent in what older versions stored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arrived: Option<Timestamp>,
    /// When its run ended; none while it goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Timestamp>,
}

impl Press {
    /// Whether the same press, arriving then, is this one again. One that seems to arrive before it comes from a clock that was set
    /// back, and was meant.
    fn covers(&self, arrived: Timestamp) -> bool {
        let Some(ended) = self.ended else { return true };
        arrived <= ended.plus_ms(REPEAT_MS) && self.arrived.is_none_or(|own| own <= arrived.plus_ms(REPEAT_MS))
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
        let surplus = (self.presses.len() + 1).saturating_sub(PRESSES_MAX);
        let mut forgotten = 0..surplus;
        self.presses.retain(|press| press.ended.is_none() || forgotten.next().is_none());
        self.presses.push(Press { payload: payload.into(), arrived: Some(arrived), ended: None });
    }

    /// The run of all presses has ended, unless calls are out.
    pub(super) fn end_presses(&mut self) {
        if self.calls().is_empty() {
            let now = self.now;
            self.presses.iter_mut().for_each(|press| _ = press.ended.get_or_insert(now));
        }
    }

    /// A conversation as it was stored, by this version or an older one.
    ///
    /// # Errors
    /// When the text is not the JSON of a conversation.
    pub fn read(stored: &str) -> serde_json::Result<Self> {
        let mut conversation: Self = serde_json::from_str(stored)?;
        conversation.restore_items();
        Ok(conversation)
    }

    /// Marks what acts once among the items of open questions, where an older version stored them without that.
    fn restore_items(&mut self) {
        let asked = self.session.iter_mut().flat_map(|session| &mut session.frames).filter_map(|frame| frame.asked.as_mut());
        for asked in asked {
            let shown_as = asked.message.content.word();
            if asked.items.iter().any(|item| item.lacks_once(shown_as)) {
                asked.items = asked.items.iter().cloned().map(|item| item.restored(shown_as)).collect();
            }
        }
    }

    /// The payloads of the items that act only while their question is open, and still do.
    pub fn open_items(&self) -> impl Iterator<Item = &str> {
        let asked = self.session.iter().flat_map(|session| &session.frames).filter_map(|frame| frame.asked.as_ref());
        asked.flat_map(|asked| asked.items.iter()).filter(|item| item.once).map(|item| item.payload.as_str())
    }
}

impl SentItem {
    /// The item as this version would have stored it; `shown_as` is the `type` of its message.
    #[must_use]
    pub fn restored(mut self, shown_as: &str) -> Self {
        self.once |= self.lacks_once(shown_as);
        self
    }

    /// Quick replies and skips act once; older versions did not store that.
    fn lacks_once(&self, shown_as: &str) -> bool {
        !self.once && (self.skips || shown_as == ChoicesKind::QuickReplies.word())
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
    fn what_an_older_version_stored_acts_once_where_it_must() {
        let mut stored = serde_json::to_value(conversation()).unwrap();
        let item = |payload: &str, skips: bool| serde_json::json!({"payload": payload, "title": payload, "value": null, "skips": skips, "block": 1, "target": "next"});
        let asked = |kind: &str, id: &str| {
            let items = [item(&format!("{id}.0"), false), item(&format!("{id}.1"), true)];
            serde_json::json!({"message": {"id": id, "type": kind, "text": "?", "items": []}, "asks": 1, "items": items})
        };
        let frame = |kind: &str, id: &str| serde_json::json!({"entry": "root", "asked": asked(kind, id)});
        let frames = [frame("buttons", "1-1-1"), frame("quick_replies", "1-1-2")];
        stored["session"] = serde_json::json!({"id": "1-1", "version": "v", "expires_at": 0, "frames": frames});
        let read = Conversation::read(&stored.to_string()).unwrap();
        assert_eq!(read.open_items().collect::<Vec<_>>(), ["1-1-1.1", "1-1-2.0", "1-1-2.1"]);
    }

    #[test]
    fn a_press_after_the_clock_was_set_back_is_meant() {
        let mut conversation = conversation();
        conversation.keep_press("1-1-1.0", Timestamp(50_000));
        assert!(conversation.is_repeat("1-1-1.0", Timestamp(20_000)), "while its run goes on it is a repeat, whatever the clock says");
        conversation.now = Timestamp(50_000);
        conversation.end_presses();
        assert!(conversation.is_repeat("1-1-1.0", Timestamp(48_000)), "the clocks of two processes differ a little");
        assert!(!conversation.is_repeat("1-1-1.0", Timestamp(47_999)));
    }

    #[test]
    fn a_flood_of_presses_is_kept_in_part_but_runs_that_go_on_are_all_kept() {
        let mut conversation = conversation();
        (0..40).for_each(|n| conversation.keep_press(&format!("1-1-1.{n}"), Timestamp(0)));
        assert_eq!(conversation.presses.len(), 40);
        conversation.end_presses();
        (0..100).for_each(|n| conversation.keep_press(&format!("1-1-2.{n}"), Timestamp(0)));
        conversation.end_presses();
        conversation.keep_press("1-1-3.0", Timestamp(0));
        let kept: Vec<_> = conversation.presses.iter().map(|press| &*press.payload).collect();
        assert_eq!((kept.len(), kept[0], kept[31]), (32, "1-1-2.69", "1-1-3.0"), "{kept:?}");
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
