//! The log of a conversation as the gateway keeps it, and its replay.

use flowgate::{
    flow::{Bot, Conversation, Event},
    gateway::run_again,
    outbound::Method,
    time::Timestamp,
};

use super::promises::Taken;

/// What one commit left in the log.
struct Entry {
    /// Before a session's first turn: the whole conversation, as JSON.
    start: Option<String>,
    events: Vec<(Event, Timestamp)>,
    hash: String,
}

/// Logs the turns of a conversation.
#[derive(Default)]
pub(super) struct Recorder {
    log: Vec<Entry>,
    /// The turns of the commit that is under way, and the conversation before them.
    open: Option<(Conversation, Vec<(Event, Timestamp)>)>,
    after: Option<Conversation>,
}

impl Recorder {
    /// Takes a turn; one that does nothing but GET is committed with its answers.
    pub(super) fn take(&mut self, taken: &Taken<'_>) {
        let (before, mut events) = self.open.take().unwrap_or_else(|| (taken.before.clone(), Vec::new()));
        events.push((taken.event.clone(), taken.now));
        let after = &taken.turn.conversation;
        let calls = after.calls();
        if !calls.is_empty() && calls.iter().all(|call| call.request.method == Method::Get) {
            self.open = Some((before, events));
            return;
        }
        let (committed, hash) = run_again(taken.bot, &before, &events);
        assert_eq!(committed, *after, "a commit is its turns");
        let session = |conversation: &Conversation| conversation.session.as_ref().map(|s| s.id.clone());
        let begins = self.log.is_empty() || (session(after).is_some() && session(after) != session(&before));
        let start = begins.then(|| serde_json::to_string(&before).expect("it is JSON"));
        self.log.push(Entry { start, events, hash });
        self.after = Some(committed);
    }

    /// Runs the log again: every turn does what it did, every session starts from what the turns before it made.
    pub(super) fn replay(self, bot: &Bot) -> usize {
        let mut conversation: Option<Conversation> = None;
        let turns = self.log.len();
        for entry in self.log {
            let start = entry.start.map(|json| serde_json::from_str::<Conversation>(&json).expect("it is read back"));
            if let (Some(start), Some(before)) = (&start, &conversation) {
                assert_eq!(start, before, "a session starts from what was there");
            }
            let before = start.or(conversation).expect("the log begins with a state");
            let (after, hash) = run_again(bot, &before, &entry.events);
            assert_eq!(hash, entry.hash, "the same effects after {:?}", entry.events);
            conversation = Some(after);
        }
        assert_eq!(conversation, self.after, "the same conversation in the end");
        turns
    }
}
