//! The raw types of the YAML files and their JSON Schemas.
//! What stands here is shape only: no name is resolved, no template compiled. Doc comments become the descriptions that editors show.

mod api;
mod block;
mod bot;
mod channels;
mod expectation;
mod expected;
mod file;
mod item;
mod locale;
pub mod schema;
mod sequence;
mod test;
mod types;
mod values;

pub use api::{ApiFile, AuthDecl, Method, OAuth2Decl, Output, SampleDecl};
pub use block::{ApiCall, Ask, Block, Choices, Doing, FileSay, Gallery, MediaSay, Retry, RunBlock, Skip, TextSay, ToDo};
pub use bot::{AttributeDecl, BotFile, Hours, Keep, SessionDecl, Trigger};
pub use channels::{Access, Channels, FacebookDecl, GeneralDecl, PhoneDecl, TelegramDecl, WebchatDecl, WhatsappDecl, WorkflowDecl};
pub use expectation::{CallExpected, CallsExpected, Expectation};
pub use expected::{Expected, Matcher};
pub use file::{File, Kind, read};
pub use item::{Branch, Card, Item};
pub use locale::LocaleFile;
pub use sequence::SequenceFile;
pub use test::{BotStep, FailsDecl, StartStep, Step, TestFile, UserStep};
pub use types::{ElementDecl, Expect, TypeName, Types};
pub use values::{Always, Duration, One, Said, VersionOne, Written};
