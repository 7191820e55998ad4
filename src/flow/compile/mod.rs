//! From the raw types to a `flow::Bot`: the only place that reads `language` and makes a bot.
//! Everything that is wrong is told in one run; a bot comes out only where nothing is.

mod api;
mod asks;
mod attributes;
mod blocks;
mod bot;
mod channels;
mod files;
mod identity;
mod items;
mod jobs;
mod link;
mod locales;
mod names;
mod prepared;
mod response;
mod says;
mod size;
mod texts;
mod urls;
mod values;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use jiff::tz::TimeZone;

pub use files::{Files, Parsed, Raw};
use identity::Identities;
use locales::Locales;
use names::Names;
pub use names::is_key;
use prepared::Prepared;
use size::Size;

use super::api::Api;
use super::attribute::Attribute;
use super::bot::{Block, BlockIx, Bot, SequenceIx};
use crate::{
    diagnostic::{Place, Problems},
    id::ApiName,
    yaml::{Doc, Span},
};

/// Compiles the files of a bot. All problems go to the sink; there is a bot only if none of them is an error.
pub fn compile(parsed: &Parsed, problems: &mut Problems) -> Option<Bot> {
    let Some(raw) = &parsed.bot else {
        if !parsed.unread.bot {
            problems.no_bot_file(parsed.start.clone(), &parsed.key);
        }
        return None;
    };
    let names = Names::collect(parsed, raw, problems);
    let size = Size::default();
    let prepared = Prepared::of(parsed, &size);
    if size.too_many_patterns() {
        problems.too_many_patterns(parsed.start.clone(), size::PATTERNS_MIB_MAX);
        return None;
    }
    let compiler = Compiler {
        parsed,
        problems,
        names,
        locales: Locales::collect(parsed),
        prepared,
        size: &size,
        attributes: BTreeMap::new(),
        apis: BTreeMap::new(),
        blocks: Vec::new(),
        gotos: Vec::new(),
        identities: Identities::default(),
        collecting: None,
        used: BTreeSet::new(),
        language: String::new(),
        zone: TimeZone::UTC,
    };
    compiler.bot(raw)
}

struct Compiler<'a> {
    parsed: &'a Parsed,
    problems: &'a mut Problems,
    names: Names<'a>,
    locales: Locales<'a>,
    prepared: Prepared<'a>,
    size: &'a Size,
    attributes: BTreeMap<Arc<str>, Attribute>,
    apis: BTreeMap<ApiName, Arc<Api>>,
    blocks: Vec<Draft>,
    gotos: Vec<link::Pending>,
    identities: Identities<'a>,
    /// The APIs that the block being compiled calls; none where no API can be called.
    collecting: Option<Vec<ApiName>>,
    /// The names that are read or set anywhere.
    used: BTreeSet<String>,
    /// The bot's language.
    language: String,
    /// The bot's time zone.
    zone: TimeZone,
}

/// A block before it is linked to what stands around it.
struct Draft {
    block: Block,
    /// What stands in it goes on after its parent; else its script just ends.
    goes_on: bool,
    sibling: Option<BlockIx>,
}

/// Where the compiler is.
#[derive(Clone, Copy)]
struct Here<'a> {
    doc: &'a Doc,
    sequence: Option<SequenceIx>,
    parent: Option<BlockIx>,
    goes_on: bool,
    /// The identity of what holds the blocks here.
    path: u64,
    /// In the `on_error` of a block.
    in_on_error: bool,
    /// Names that hold here only: the element of `each`, `value`.
    locals: [Option<&'a str>; 2],
    /// Tells equal texts apart for translators.
    context: Option<&'a str>,
}

impl<'a> Here<'a> {
    fn of_bot(doc: &'a Doc, slot: &str) -> Self {
        Self {
            doc,
            sequence: None,
            parent: None,
            goes_on: false,
            path: identity::of_slot(0, slot),
            in_on_error: false,
            locals: [None; 2],
            context: None,
        }
    }

    /// Inside a block: a branch or group that goes on after it, or a script of its own.
    fn inside(self, parent: BlockIx, key: u64, slot: &str, goes_on: bool) -> Self {
        Self { parent: Some(parent), goes_on, path: identity::of_slot(key, slot), context: None, ..self }
    }

    fn place(&self, span: Span) -> Place {
        self.doc.place(span)
    }

    /// The same place, with one more name that holds there.
    fn with_local(mut self, name: Option<&'a str>) -> Self {
        if let Some(free) = self.locals.iter_mut().find(|l| l.is_none()) {
            *free = name;
        }
        self
    }
}

/// The place of a part of a scalar: exact where the text stands in the file as it is, else the scalar.
fn part_of(doc: &Doc, span: Span, text: &str, part: std::ops::Range<usize>) -> Place {
    let written = span.of(&doc.text);
    let fragment = text.get(part.clone()).unwrap_or_default();
    let offset = written.find(text).map(|at| at + part.start).or_else(|| (!fragment.is_empty()).then(|| written.find(fragment)).flatten());
    let Some(offset) = offset else { return doc.place(span) };
    let before = &written[..offset];
    let column = |text: &str| u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
    let (line, column) = match before.rfind('\n') {
        Some(newline) => (span.line + u32::try_from(before.matches('\n').count()).unwrap_or(0), column(&before[newline + 1..]) + 1),
        None => (span.line, span.column + column(before)),
    };
    let start = span.start + u32::try_from(offset).unwrap_or(0);
    let length = u32::try_from(fragment.len().min(written.len() - offset)).unwrap_or(0);
    doc.place(Span { line, column, start, end: start + length })
}
