//! The compiled bot, the conversation, and `advance`: what a bot does, as a function of values.
//! No I/O, no clock, no randomness, no async. The engine sees no YAML and no unresolved name.

pub mod answer;
mod api;
mod api_items;
mod attribute;
pub mod block;
mod bot;
pub mod compile;
mod computed;
mod conversation;
mod customer;
mod effect;
mod engine;
pub mod envelope;
mod event;
mod fold;
mod hours;
pub mod limits;
mod moves;
pub mod names;
mod phrase;
mod press;
mod price;
mod private;
mod scope;
mod trace;
mod trigger;
mod types;
mod weight;
pub mod wording;

pub use answer::{Answer, Envelope, Failure, FailureKind};
pub use api::Api;
pub use attribute::Attribute;
pub use block::{Branch, Choices, Goto, Item, Kind, Leads, Question, Run};
pub use bot::{About, Block, BlockIx, Bot, Sequence, SequenceIx};
pub use computed::{Computed, SecretJson, SecretText};
pub use conversation::{Asked, BlockKey, Calling, Conversation, Entry, Frame, Session, Spent};
pub use effect::{Call, Card, Choice, Content, Effect, Media, Message, SentItem, Target};
pub use engine::{Turn, advance, advance_at_once};
pub use event::{Event, Incoming, Input};
pub use moves::{moved, moves_to};
pub use phrase::Phrase;
pub use press::Press;
pub use trace::{Trace, Traced};
pub use trigger::{Trigger, Word};
pub use types::Type;
