//! What is wrong with a bot, told to its author: a code, a place, a message, a cure.
//! Owns the codes, the sink and the renderers; never prints.

pub mod codes;
mod escape;
mod problems;
pub mod render;

use std::{collections::BTreeMap, sync::Arc};

use serde::Serialize;

pub use escape::{escape_name, escape_text};
pub use problems::Problems;

/// How bad a diagnostic is. Hints never change an exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The bot cannot go live.
    Error,
    /// The bot can go live; something is probably not meant.
    Warning,
    /// An idea; never fails anything.
    Hint,
}

impl Severity {
    fn name(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Hint => "hint",
        }
    }
}

/// A place in a file of a bot. Lines and columns count from 1, columns in characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The file as the author knows it, for example `bots/shop/sequences/order.yaml`.
    pub file: Arc<str>,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// The first byte of what the diagnostic is about.
    pub start: usize,
    /// The byte after the last one.
    pub end: usize,
}

impl Place {
    /// The first character of a file: for what concerns the file as a whole.
    #[must_use]
    pub fn start_of(file: &Arc<str>) -> Self {
        Self { file: file.clone(), line: 1, column: 1, start: 0, end: 0 }
    }
}

/// One problem, told once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// The stable code, for example `unknown-target`; `docs/diagnostics.md` explains each.
    pub code: &'static str,
    /// The fact, lower case, without a full stop.
    pub message: String,
    /// Where it is.
    pub place: Place,
    /// Other places that belong to it, each with a few words ("first used here").
    pub related: Vec<(Place, String)>,
    /// How to cure it.
    pub help: Option<String>,
}

impl Diagnostic {
    fn new(severity: Severity, code: &'static str, place: Place, message: String) -> Self {
        Self { severity, code, message, place, related: Vec::new(), help: None }
    }
}

/// The texts of the files that diagnostics point into, by the name in [`Place::file`].
pub type Sources = BTreeMap<Arc<str>, Arc<str>>;
