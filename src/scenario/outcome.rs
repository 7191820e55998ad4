//! What came of a test, for people: expected and actual side by side, where the step stands, and the block that spoke.

use std::{collections::BTreeSet, fmt, sync::Arc};

use super::log::LogEntry;
use crate::{diagnostic::Place, flow::BlockIx};

/// What came of a test.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// What the test shows, in its own words.
    pub name: String,
    /// Where it stands.
    pub place: Place,
    /// The steps that held.
    pub steps: usize,
    /// The turns that the bot took.
    pub turns: usize,
    /// The blocks that ran.
    pub ran: BTreeSet<BlockIx>,
    /// The conversation as it went, and what decided.
    pub log: Vec<LogEntry>,
    /// The step that failed, if one did.
    pub failure: Option<Failure>,
}

impl Outcome {
    /// Whether every step held.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.failure.is_none()
    }
}

/// A step that failed. Its `Display` is what people read, several lines without a newline at the end.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    /// The step.
    pub step: Place,
    /// The block that spoke, or did what was not expected.
    pub block: Option<BlockPlace>,
    /// What is wrong, in a few words.
    pub message: String,
    /// What the step names, a line for each part; empty if nothing is compared.
    pub expected: String,
    /// What was there, a line for each part.
    pub actual: String,
}

/// Where a block stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockPlace {
    /// Its file.
    pub file: Arc<str>,
    /// The line it begins on, from 1.
    pub line: u32,
}

impl fmt::Display for BlockPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

impl Failure {
    pub(super) fn new(step: Place, message: impl Into<String>) -> Box<Self> {
        Box::new(Self { step, block: None, message: message.into(), expected: String::new(), actual: String::new() })
    }

    pub(super) fn compared(mut self: Box<Self>, expected: impl Into<String>, actual: impl Into<String>) -> Box<Self> {
        (self.expected, self.actual) = (expected.into(), actual.into());
        self
    }

    pub(super) fn by(mut self: Box<Self>, block: Option<BlockPlace>) -> Box<Self> {
        self.block = block;
        self
    }
}

/// The narrowest left column.
const COLUMN_CHARS_MIN: usize = 30;

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}", self.step.file, self.step.line, self.step.column, self.message)?;
        if !(self.expected.is_empty() && self.actual.is_empty()) {
            side_by_side(f, &self.expected, &self.actual)?;
        }
        match &self.block {
            Some(block) => write!(f, "\n  the block: {block}"),
            None => Ok(()),
        }
    }
}

fn side_by_side(f: &mut fmt::Formatter<'_>, expected: &str, actual: &str) -> fmt::Result {
    let left: Vec<&str> = std::iter::once("expected").chain(expected.lines()).collect();
    let right: Vec<&str> = std::iter::once("actual").chain(actual.lines()).collect();
    let width = left.iter().map(|line| line.chars().count()).max().unwrap_or(0).max(COLUMN_CHARS_MIN);
    for row in 0..left.len().max(right.len()) {
        let (left, right) = (left.get(row).unwrap_or(&""), right.get(row).unwrap_or(&""));
        let line = format!("  {left:<width$} | {right}");
        write!(f, "\n{}", line.trim_end())?;
    }
    Ok(())
}
