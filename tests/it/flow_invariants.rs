//! What holds for every bot and every sequence of events, however strange.

use std::{collections::BTreeSet, sync::OnceLock};

use flowgate::{
    flow::{Answer, Bot, Conversation, Effect, Envelope, Event, Failure, FailureKind, Input, Traced, Turn, advance, limits},
    time::{CLOCK_SLACK_MS, Timestamp},
};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::support::{
    play::{bots_below, load},
    walk::Walk,
};

fn bots() -> &'static [Bot] {
    static BOTS: OnceLock<Vec<Bot>> = OnceLock::new();
    BOTS.get_or_init(|| {
        let folders = bots_below("bots").into_iter().chain(bots_below("tests/flow"));
        folders.map(|folder| load(&folder).bot.unwrap_or_else(|| panic!("{folder} compiles"))).collect()
    })
}

/// Something that happens; numbers choose among what there is at that point.
#[derive(Clone, Debug)]
enum Happens {
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
enum Answered {
    Sample,
    Fails(usize),
    Missing,
    Strange(Value),
}

fn happens() -> impl Strategy<Value = Happens> {
    const WORDS: &[&str] = &[
        "hi",
        "yes",
        "no",
        "1",
        "2",
        "42",
        "menu",
        "stop",
        "start",
        "help",
        "human",
        "cancel",
        "cart",
        "order 1001",
        "2026-03-09",
        "19:00",
        "ada@example.com",
        "Ada",
        "80121",
        "messages",
        "calls",
        "depth",
        "own",
        "api",
        "bot",
        "value",
        "leave",
        "sub",
        "fail",
        "ask",
        "go",
    ];
    prop_oneof![
        4 => proptest::sample::select(WORDS).prop_map(|word| Happens::Says(word.to_owned())),
        2 => "\\PC{0,40}".prop_map(Happens::Says),
        4 => any::<usize>().prop_map(Happens::SaysTitle),
        6 => any::<usize>().prop_map(Happens::Presses),
        1 => "[0-9a-z.-]{0,12}".prop_map(Happens::Forges),
        1 => prop_oneof![Just(json!({"latitude": 1.5, "longitude": 2})), Just(json!({})), Just(json!("x"))].prop_map(Happens::Sends),
        2 => (any::<usize>(), proptest::collection::vec((any::<usize>(), value()), 0..3)).prop_map(|(s, a)| Happens::Starts(s, a)),
        1 => Just(Happens::Rings),
        1 => (-100_000_000_i64..100_000_000).prop_map(Happens::Passes),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,20}".prop_map(Value::from),
        Just(json!([{"name": "x", "qty": 1}])),
        Just(json!({"a": [null]})),
        Just("x".repeat(9_000).into()),
    ]
}

fn answered() -> impl Strategy<Value = Answered> {
    prop_oneof![
        6 => Just(Answered::Sample),
        2 => (0..FailureKind::ALL.len()).prop_map(Answered::Fails),
        1 => Just(Answered::Missing),
        1 => value().prop_map(Answered::Strange),
    ]
}

/// A walk that checks every turn.
struct Checked<'a> {
    walk: Walk<'a>,
    ids: BTreeSet<String>,
    sent: usize,
    called: usize,
}

impl Checked<'_> {
    fn event(&mut self, happens: &Happens) -> Option<Event> {
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

    /// One event and the answers to its calls, until the run ends.
    fn run(&mut self, event: Event, answers: &[Answered]) {
        (self.sent, self.called) = (0, 0);
        let mut event = event;
        let mut answers = answers.iter().cycle();
        loop {
            let before = self.walk.conversation.clone();
            let again = advance(self.walk.bot, &before, &event, self.walk.now);
            let turn = self.walk.turn(&event);
            assert_eq!(turn, again, "the same arguments give the same turn");
            self.check(&before, &event, &turn);
            if turn.conversation.calls().is_empty() {
                return;
            }
            let mut all = self.walk.samples();
            all.retain_mut(|answer| spoil(answer, answers.next().expect("there is an answer")));
            event = Event::Answers(all);
        }
    }

    fn check(&mut self, before: &Conversation, event: &Event, turn: &Turn) {
        let after = &turn.conversation;
        let stored = serde_json::to_string(after).expect("it is JSON");
        assert_eq!(&serde_json::from_str::<Conversation>(&stored).expect("it is read back"), after, "it survives the store");
        assert_eq!(after.turn, before.turn + 1);
        let set_back = before.now.0 - self.walk.now.0 > CLOCK_SLACK_MS;
        let now = if set_back { self.walk.now } else { before.now.max(self.walk.now) };
        assert_eq!(after.now, now, "time goes back only with a clock that is set back");
        for effect in &turn.effects {
            let id = match effect {
                Effect::Send { message, items } => {
                    self.sent += 1;
                    assert_eq!(items.iter().map(|i| &i.payload).collect::<BTreeSet<_>>().len(), items.len(), "payloads are unique");
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
        self.answered(event, turn);
        let frames = after.session.iter().flat_map(|s| &s.frames);
        assert!(!after.calls().is_empty() || frames.last().is_none_or(|f| f.asked.is_some()), "a run ends where something waits");
    }

    fn within_limits(&self, after: &Conversation) {
        let most = |limit: u32| (limit + limits::GRACE) as usize;
        assert!(self.sent <= most(limits::MESSAGES_MAX), "{} messages", self.sent);
        assert!(self.called <= most(limits::CALLS_MAX), "{} calls", self.called);
        assert!(after.spent.blocks as usize <= most(limits::BLOCKS_MAX) + limits::FRAMES_MAX, "{} blocks", after.spent.blocks);
        let session = after.session.as_ref().map_or(0, |s| serde_json::to_vec(s).expect("it is JSON").len());
        assert!(session <= limits::SESSION_BYTES_MAX + 1024, "{session} bytes of a session");
        assert!(after.session.as_ref().is_none_or(|s| s.frames.len() <= limits::FRAMES_MAX));
        let attributes = serde_json::to_vec(&after.attributes).expect("it is JSON").len();
        assert!(attributes <= 2 * limits::ATTRIBUTES_BYTES_MAX, "{attributes} bytes of attributes");
    }

    /// Nobody is left without an answer, but where the flow itself took the message and had nothing to say.
    fn answered(&self, event: &Event, turn: &Turn) {
        let took = |what: &Traced| {
            matches!(what, Traced::Answered { .. } | Traced::Triggered { .. } | Traced::Missed { .. } | Traced::Ran | Traced::Ended { .. })
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

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_turn_keeps_the_promises_of_the_core(
        bot in 0..10_000_usize,
        events in proptest::collection::vec(happens(), 1..40),
        answers in proptest::collection::vec(answered(), 1..12),
    ) {
        let bots = bots();
        let walk = Walk::new(&bots[bot % bots.len()]);
        let mut checked = Checked { walk, ids: BTreeSet::new(), sent: 0, called: 0 };
        for happens in &events {
            if let Some(event) = checked.event(happens) {
                checked.run(event, &answers);
            }
        }
    }
}
