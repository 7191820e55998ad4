//! What holds after every turn, and what can happen to a conversation.

use std::collections::BTreeSet;

use flowgate::{
    flow::{Answer, Bot, Conversation, Effect, Envelope, Event, Failure, FailureKind, Input, Traced, Turn, limits},
    time::{CLOCK_SLACK_MS, Timestamp},
};
use serde_json::{Map, Value};

use crate::support::walk::Walk;

/// Something that happens; numbers choose among what there is at that point.
#[derive(Clone, Debug)]
pub(crate) enum Happens {
    Says(String),
    SaysTitle(usize),
    Presses(usize),
    Forges(String),
    Sends(Value),
    Starts(usize, Vec<(usize, Value)>),
    Rings,
    /// The clock moves, also back.
    Passes(i64),
}

/// How a call is answered.
#[derive(Clone, Debug)]
pub(crate) enum Answered {
    Sample,
    Fails(usize),
    Missing,
    Strange(Value),
}

/// A walk that checks every turn.
pub(crate) struct Checked<'a> {
    pub walk: Walk<'a>,
    ids: BTreeSet<String>,
    sent: usize,
    called: usize,
}

/// A turn that was taken, with its arguments.
pub(crate) struct Taken<'a> {
    pub bot: &'a Bot,
    pub before: &'a Conversation,
    pub event: &'a Event,
    pub now: Timestamp,
    pub turn: &'a Turn,
}

impl<'a> Checked<'a> {
    pub(crate) fn new(bot: &'a Bot) -> Self {
        Self { walk: Walk::new(bot), ids: BTreeSet::new(), sent: 0, called: 0 }
    }

    pub(crate) fn event(&mut self, happens: &Happens) -> Option<Event> {
        let walk = &mut self.walk;
        let nth = |n: usize, of: usize| (of > 0).then(|| n % of);
        Some(match happens {
            Happens::Says(text) => walk.message(Input::Text(text.clone())),
            Happens::SaysTitle(n) => {
                let title = nth(*n, walk.items.len()).map(|ix| walk.items[ix].title.clone())?;
                walk.message(Input::Text(title))
            }
            Happens::Presses(n) => {
                let item = nth(*n, walk.items.len()).map(|ix| walk.items[ix].clone())?;
                walk.message(Input::Press { payload: item.payload.clone(), item: Some(Box::new(item)) })
            }
            Happens::Forges(payload) => walk.message(Input::Press { payload: payload.clone(), item: None }),
            Happens::Sends(place) => walk.message(Input::Location(place.clone())),
            Happens::Starts(n, attributes) => {
                let sequences = walk.bot.sequences();
                let names: Vec<&str> = walk.bot.attributes().keys().map(|k| &**k).chain(["language", "timezone", "uid", "other"]).collect();
                let attributes = attributes.iter().map(|(n, v)| (names[n % names.len()].to_owned(), v.clone())).collect();
                Event::Start { sequence: sequences[n % sequences.len()].key.clone(), attributes }
            }
            Happens::Rings => Event::Wake,
            Happens::Passes(ms) => {
                walk.now = Timestamp(walk.now.0 + ms);
                return None;
            }
        })
    }

    /// One event and the answers to its calls, until the run ends; `seen` is shown every turn.
    pub(crate) fn run(&mut self, event: Event, answer: &mut dyn FnMut() -> Answered, seen: &mut dyn FnMut(&Taken<'_>)) {
        (self.sent, self.called) = (0, 0);
        let mut event = event;
        loop {
            let before = self.walk.conversation.clone();
            let turn = self.walk.turn(&event);
            self.check(&before, &event, &turn);
            seen(&Taken { bot: self.walk.bot, before: &before, event: &event, now: self.walk.now, turn: &turn });
            if turn.conversation.calls().is_empty() {
                return;
            }
            let mut all = self.walk.samples();
            all.retain_mut(|given| spoil(given, &answer()));
            event = Event::Answers(all);
        }
    }

    fn check(&mut self, before: &Conversation, event: &Event, turn: &Turn) {
        let after = &turn.conversation;
        assert_eq!(after.turn, before.turn + 1);
        let set_back = before.now.0 - self.walk.now.0 > CLOCK_SLACK_MS;
        let now = if set_back { self.walk.now } else { before.now.max(self.walk.now) };
        assert_eq!(after.now, now, "time goes back only with a clock that is set back");
        for effect in &turn.effects {
            let id = match effect {
                Effect::Send { message, items } => {
                    self.sent += 1;
                    assert_eq!(items.iter().map(|i| &i.payload).collect::<BTreeSet<_>>().len(), items.len(), "payloads are unique");
                    assert!(items.len() <= limits::ITEMS_MAX, "{} items of a message", items.len());
                    message.id.to_string()
                }
                Effect::Call(call) => {
                    self.called += 1;
                    call.id.to_string()
                }
            };
            assert!(self.ids.insert(id.clone()), "{id} was given twice");
        }
        self.within_limits(after);
        assert!(event.begins_run() || after.spent.steps >= before.spent.steps, "the turns of a run share its steps");
        self.answered(event, turn);
        let frames = after.session.iter().flat_map(|s| &s.frames);
        assert!(!after.calls().is_empty() || frames.last().is_none_or(|f| f.asked.is_some()), "a run ends where something waits");
    }

    fn within_limits(&self, after: &Conversation) {
        let most = |limit: u32| (limit + limits::GRACE) as usize;
        assert!(self.sent <= most(limits::MESSAGES_MAX), "{} messages", self.sent);
        assert!(self.called <= most(limits::CALLS_MAX), "{} calls", self.called);
        assert!(after.spent.blocks as usize <= most(limits::BLOCKS_MAX) + limits::FRAMES_MAX, "{} blocks", after.spent.blocks);
        assert!(after.spent.steps <= limits::STEPS_MAX + limits::STEPS_GRACE + 1, "{} steps", after.spent.steps);
        let session = after.session.as_ref().map_or(0, |s| serde_json::to_vec(s).expect("it is JSON").len());
        assert!(session <= limits::SESSION_BYTES_MAX + 1024, "{session} bytes of a session");
        assert!(after.session.as_ref().is_none_or(|s| s.frames.len() <= limits::FRAMES_MAX));
        let attributes = serde_json::to_vec(&after.attributes).expect("it is JSON").len();
        assert!(attributes <= 2 * limits::ATTRIBUTES_BYTES_MAX, "{attributes} bytes of attributes");
    }

    /// Nobody is left without an answer, but where the flow itself took the message and had nothing to say.
    fn answered(&self, event: &Event, turn: &Turn) {
        let took = |what: &Traced| {
            matches!(
                what,
                Traced::Answered { .. }
                    | Traced::Repeated
                    | Traced::Triggered { .. }
                    | Traced::Missed { .. }
                    | Traced::Ran
                    | Traced::Ended { .. }
            )
        };
        let silent = turn.effects.is_empty() && !turn.trace.iter().any(|t| took(&t.what));
        assert!(!(silent && matches!(event, Event::Message(_))), "nothing came back for {event:?}");
    }
}

/// Turns the answer to a call into another one; false leaves it out.
fn spoil(answer: &mut Answer, how: &Answered) -> bool {
    match how {
        Answered::Sample => {}
        Answered::Missing => return false,
        Answered::Fails(kind) => answer.result = Err(Failure::new(FailureKind::ALL[*kind], "spoilt")),
        Answered::Strange(value) => {
            let names = ["n", "uid", "language", "cart", "other", "now"];
            let attributes: Map<String, Value> = names.iter().map(|name| ((*name).to_owned(), value.clone())).collect();
            answer.result = Ok(Envelope { data: value.clone(), attributes, status: 200 });
        }
    }
    true
}
