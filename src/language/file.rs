//! One file: which kind it is, its shape against the schema, and its raw type.

use super::{BotFile, LocaleFile, SequenceFile, TestFile, api::ApiFile, schema};
use crate::{
    diagnostic::Problems,
    yaml::{self, Doc},
};

/// The kinds of files; each is told by the key that names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the kinds are the keys of the language")]
pub enum Kind {
    Bot,
    Sequence,
    Api,
    Test,
    Locale,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 5] = [Kind::Bot, Kind::Sequence, Kind::Api, Kind::Test, Kind::Locale];

    /// The key in YAML, and the name of the schema.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Bot => "bot",
            Kind::Sequence => "sequence",
            Kind::Api => "api",
            Kind::Test => "test",
            Kind::Locale => "locale",
        }
    }

    /// The kind of a file by its path within the bot's folder.
    #[must_use]
    pub fn of_path(path: &str) -> Option<Self> {
        match path.strip_suffix(".yaml")?.split_once('/') {
            None => (path == "bot.yaml").then_some(Kind::Bot),
            Some(("sequences", _)) => Some(Kind::Sequence),
            Some(("apis", _)) => Some(Kind::Api),
            Some(("tests", _)) => Some(Kind::Test),
            Some(("locales", language)) => (!language.contains('/')).then_some(Kind::Locale),
            Some(_) => None,
        }
    }

    /// Where a file that is no part of a bot would be one: `Sequences/more.YML` is meant to be `sequences/more.yaml`.
    #[must_use]
    pub fn meant_path(path: &str) -> Option<String> {
        let (stem, _) = path.rsplit_once('.')?;
        let meant = match stem.split_once('/') {
            None => format!("{}.yaml", stem.to_ascii_lowercase()),
            Some((folder, rest)) => format!("{}/{rest}.yaml", folder.to_ascii_lowercase()),
        };
        (meant != path && Self::of_path(&meant).is_some()).then_some(meant)
    }
}

/// A file in its raw type.
#[derive(Clone, Debug)]
#[expect(
    missing_docs,
    clippy::large_enum_variant,
    reason = "the kinds are the keys of the language; there is one value a file, never a collection of them"
)]
pub enum File {
    Bot(BotFile),
    Sequence(SequenceFile),
    Api(ApiFile),
    Test(TestFile),
    Locale(LocaleFile),
}

/// Texts that people read: here a comment behind an unquoted text is more likely a lost half of it.
const READ_BY_PEOPLE: &[&str] =
    &["text", "title", "subtitle", "caption", "description", "name", "any", "texts", "keywords", "contains", "also", "note", "messages"];

/// Keys whose empty value is never meant.
const NEVER_EMPTY: &[&str] = &["when", "text", "goto", "run", "title", "into", "expr", "in", "api", "ask", "url", "start", "fallback"];

/// Checks the shape of a file of a kind and reads it; none if its shape is wrong (everything wrong with it is then told).
pub fn read(doc: &Doc, kind: Kind, problems: &mut Problems) -> Option<File> {
    let mut found = Problems::default();
    yaml::comments_in_text(doc, READ_BY_PEOPLE, &mut found);
    yaml::empty_values(doc, NEVER_EMPTY, &mut found);
    if !found.any_error() {
        yaml::shape::check(doc, schema::shape(kind), &mut found);
    }
    let sound = !found.any_error();
    problems.append(found);
    sound.then(|| raw(doc, kind, problems)).flatten()
}

fn raw(doc: &Doc, kind: Kind, problems: &mut Problems) -> Option<File> {
    Some(match kind {
        Kind::Bot => File::Bot(doc.read(problems)?),
        Kind::Sequence => File::Sequence(doc.read(problems)?),
        Kind::Api => File::Api(doc.read(problems)?),
        Kind::Test => File::Test(doc.read(problems)?),
        Kind::Locale => File::Locale(doc.read(problems)?),
    })
}
