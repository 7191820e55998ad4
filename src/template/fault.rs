//! What a compiled source reports: its faults, and what it reads.

use std::ops::Range;

/// The kind of a [`Fault`]: stable, for whoever gives it a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FaultKind {
    /// It cannot be read.
    Syntax,
    /// A template calls a helper, or an expression a function, that does not exist.
    UnknownHelper,
    /// A helper or function is given what it does not take.
    BadCall,
    /// `<<` begins no placeholder, or stands where none can.
    BadApi,
    /// Valid elsewhere, but not part of this language: partials, decorators, raw blocks.
    Unsupported,
    /// Longer or deeper than allowed.
    TooBig,
    /// Probably a slip; it is text all the same ([`crate::template::Text::suspects`]).
    Suspect,
}

/// One thing that is wrong with a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The bytes of the source that it is about.
    pub range: Range<usize>,
    /// The fact, lower case, without a full stop.
    pub message: String,
    /// The cure.
    pub help: Option<String>,
    /// What kind of fault it is.
    pub kind: FaultKind,
}

impl Fault {
    pub(super) fn new(kind: FaultKind, range: Range<usize>, message: impl Into<String>) -> Self {
        Self { range, message: message.into(), help: None, kind }
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// A value that a source reads from [`crate::template::Roots`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    /// The root, then the keys and positions below it. `*` stands for any element of a list.
    pub path: Vec<String>,
    /// The bytes of the source where it is read.
    pub range: Range<usize>,
}

/// A placeholder for an API's answer: `<<api.a.b>>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiRead {
    /// The API's key.
    pub api: String,
    /// The keys and positions below its `data`.
    pub path: Vec<String>,
    /// The bytes of the source where it stands.
    pub range: Range<usize>,
}

/// A source could not be evaluated with these values; the block that holds it fails.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    /// The fact, lower case, without a full stop.
    pub message: String,
    /// A limit was reached: the run has used up its steps, or the text is too long.
    pub over_limit: bool,
}

impl Failure {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), over_limit: false }
    }

    pub(super) fn limit(message: impl Into<String>) -> Self {
        Self { message: message.into(), over_limit: true }
    }

    #[cold]
    pub(super) fn exhausted() -> Self {
        Self::limit("the run takes too many steps")
    }
}

/// The known name that is most like `name`, if one is near enough to be meant; an alias stands for the name beside it.
pub(super) fn nearest_alias(
    name: &str,
    known: impl Iterator<Item = &'static str>,
    aliases: &[(&'static str, &'static str)],
) -> Option<&'static str> {
    let folded = name.to_lowercase();
    let most = |written: &str| 1.max(written.len().min(name.len()) / 3);
    known
        .map(|known| (known, known))
        .chain(aliases.iter().copied())
        // what differs more in length differs more; all that is known is ASCII
        .filter(|(written, _)| folded.chars().count().abs_diff(written.len()) <= most(written))
        .map(|(written, meant)| (strsim::osa_distance(&folded, &written.to_lowercase()), written, meant))
        .filter(|(distance, written, _)| *distance <= most(written))
        .min()
        .map(|(_, _, meant)| meant)
}
