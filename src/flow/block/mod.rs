//! The blocks, one file each: what a block holds once compiled, and what running it does.

mod api;
mod ask;
mod choices;
mod decide;
mod file;
mod gallery;
mod goto;
mod group;
mod item;
mod media;
mod question;
mod run;
mod set;
mod text;

pub use api::CallApi;
pub use ask::Ask;
pub use choices::{Choices, ChoicesKind};
pub use decide::{Branch, Decide};
pub use file::SendFile;
pub use gallery::{Card, Gallery};
pub use goto::Goto;
pub use group::Group;
pub(super) use item::Offered;
pub use item::{Each, Item, Leads};
pub use media::{Media, MediaKind, Source};
pub(in crate::flow) use question::RETRIES;
pub use question::{Expect, Question, Skip};
pub use run::Run;
pub use set::{Assign, Set};
pub use text::SayText;

use super::{answer::Failure, bot::BlockIx, engine::Engine};

/// What a block does.
#[derive(Debug)]
#[expect(missing_docs, reason = "the words of the language; each type says what it is")]
pub enum Kind {
    Text(SayText),
    Media(Media),
    File(SendFile),
    Gallery(Gallery),
    Ask(Box<Ask>),
    Choices(Box<Choices>),
    Set(Set),
    Api(CallApi),
    Decide(Decide),
    Group(Group),
    Goto(Goto),
    Run(Run),
    Return,
    End,
}

/// Where the flow goes after a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Then {
    /// On with the next block.
    Next,
    /// To a block within the same activation: a branch, a group.
    Enter(BlockIx),
    /// Nowhere: the block waits for an answer.
    Wait,
    /// The engine has moved already.
    Moved,
}

impl Kind {
    pub(super) fn run(&self, engine: &mut Engine<'_>, at: BlockIx) -> Result<Then, Failure> {
        match self {
            Kind::Text(block) => block.run(engine),
            Kind::Media(block) => block.run(engine),
            Kind::File(block) => block.run(engine),
            Kind::Gallery(block) => block.run(engine, at),
            Kind::Ask(block) => block.run(engine),
            Kind::Choices(block) => block.run(engine, at),
            Kind::Set(block) => block.run(engine),
            Kind::Api(block) => block.run(engine),
            Kind::Decide(block) => block.run(engine),
            Kind::Group(block) => Ok(Then::Enter(block.first)),
            Kind::Goto(block) => Ok(engine.leave_for(block.to())),
            Kind::Run(block) => block.run(engine),
            Kind::Return => Ok(engine.come_back()),
            Kind::End => Ok(engine.end_session()),
        }
    }

    /// The key of the block in YAML.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Kind::Text(_) => "text",
            Kind::Media(block) => block.kind.word(),
            Kind::File(_) => "file",
            Kind::Gallery(_) => "gallery",
            Kind::Ask(_) => "ask",
            Kind::Choices(block) => block.kind.word(),
            Kind::Set(_) => "set",
            Kind::Api(_) => "api",
            Kind::Decide(_) => "decide",
            Kind::Group(_) => "blocks",
            Kind::Goto(_) => "goto",
            Kind::Run(_) => "run",
            Kind::Return => "return",
            Kind::End => "end",
        }
    }

    /// The question that it asks, if it asks one.
    #[must_use]
    pub fn question(&self) -> Option<&Question> {
        match self {
            Kind::Ask(block) => Some(&block.question),
            Kind::Choices(block) => Some(&block.question),
            _ => None,
        }
    }

    /// The items that it shows, those of a gallery's cards among them.
    #[must_use]
    pub fn items(&self) -> Vec<&Item> {
        match self {
            Kind::Choices(block) => block.items.iter().collect(),
            Kind::Gallery(block) => block.items.iter().flat_map(|card| &card.buttons).collect(),
            _ => Vec::new(),
        }
    }
}
