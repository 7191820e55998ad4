//! The events of a document, from granit-parser. No other file names that crate.

use std::borrow::Cow;

use granit_parser::{ErrorKind, Event as Raw, Marker, Options, Parser, ScalarStyle, ScanError, Span as RawSpan, StrInput, StructureStyle};

use super::tree::{Form, Span};

/// How deep lists and mappings nest.
pub(super) const DEPTH_MAX: usize = 64;

/// What the parser meets next.
pub(super) enum Event<'a> {
    Scalar { text: Cow<'a, str>, form: Form, marks: Marks },
    List { form: Form, marks: Marks },
    ListEnd,
    Map { form: Form, marks: Marks },
    MapEnd,
    Alias(usize),
    UnknownAlias,
    Document,
    DocumentEnd,
    End,
}

/// What stands before a value: `&name` and `!tag`.
#[derive(Clone, Copy, Default)]
pub(super) struct Marks {
    pub(super) anchor: Option<(usize, Span)>,
    pub(super) tag: Option<Span>,
}

/// A text that is not YAML.
pub(super) struct Fault {
    pub(super) kind: FaultKind,
    pub(super) at: Span,
    /// The parser's own words, for faults that have none of ours.
    pub(super) words: String,
}

/// The kinds of faults that we have better words for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum FaultKind {
    Tab,
    Depth,
    BadFirstCharacter,
    AfterQuote,
    ColonInText,
    ListOnLineOfKey,
    BlockTextHeader,
    UnclosedQuote,
    InBrackets,
    Brackets,
    NoColon,
    Indentation,
    TextAfterValue,
    Escape,
    Other,
}

pub(super) struct Events<'a>(Parser<'a, StrInput<'a>>);

impl<'a> Events<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let mut options = Options::default();
        options.set_emit_comments(false);
        options.emit_unresolved_aliases = true;
        options.emit_anchor_events = true;
        options.block_nesting_limit = DEPTH_MAX;
        options.flow_nesting_limit = DEPTH_MAX;
        Self(Parser::new_from_str_with_options(text, options))
    }

    /// The next event and its place; after the end of the file always `End`.
    pub(super) fn next(&mut self) -> Result<(Event<'a>, Span), Fault> {
        let Some((event, at)) = self.raw()? else { return Ok((Event::End, Span::default())) };
        let event = match event {
            Raw::Scalar(text, style, anchor, _) => Event::Scalar { text, form: scalar_form(style), marks: self.marks(anchor, &at)? },
            Raw::SequenceStart(style, anchor, _) => Event::List { form: form(style), marks: self.marks(anchor, &at)? },
            Raw::MappingStart(style, anchor, _) => Event::Map { form: form(style), marks: self.marks(anchor, &at)? },
            Raw::SequenceEnd => Event::ListEnd,
            Raw::MappingEnd => Event::MapEnd,
            Raw::Alias(id) => Event::Alias(id),
            Raw::UnresolvedAlias(_) => Event::UnknownAlias,
            Raw::DocumentStart(..) => Event::Document,
            Raw::DocumentEnd => Event::DocumentEnd,
            Raw::StreamEnd => Event::End,
            _ => return self.next(),
        };
        Ok((event, span(&at)))
    }

    fn raw(&mut self) -> Result<Option<(Raw<'a>, RawSpan)>, Fault> {
        self.0.next_event().transpose().map_err(|e| fault(&e))
    }

    /// The parser tells an anchor right after the value that it names.
    fn marks(&mut self, anchor: usize, at: &RawSpan) -> Result<Marks, Fault> {
        let anchor = match anchor {
            0 => None,
            id => self.raw()?.map(|(_, at)| (id, span(&at))),
        };
        Ok(Marks { anchor, tag: at.tag_start.map(|start| span(&RawSpan::new(start, at.start))) })
    }
}

fn form(style: StructureStyle) -> Form {
    match style {
        StructureStyle::Block => Form::Block,
        StructureStyle::Flow => Form::Flow,
    }
}

fn scalar_form(style: ScalarStyle) -> Form {
    match style {
        ScalarStyle::Plain => Form::Plain,
        ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => Form::Quoted,
        ScalarStyle::Literal | ScalarStyle::Folded => Form::BlockText,
    }
}

fn number(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

fn byte(marker: &Marker) -> u32 {
    number(marker.byte_offset().unwrap_or(0))
}

fn span(at: &RawSpan) -> Span {
    Span { line: number(at.start.line()), column: number(at.start.col()) + 1, start: byte(&at.start), end: byte(&at.end) }
}

fn fault(error: &ScanError) -> Fault {
    let at = error.marker();
    let at = Span { line: number(at.line()), column: number(at.col()) + 1, start: byte(at), end: byte(at) };
    Fault { kind: kind(error.kind()), at, words: error.info() }
}

fn kind(kind: &ErrorKind) -> FaultKind {
    use ErrorKind as E;
    match kind {
        E::TabNotAllowed | E::TabInBlockIndentation | E::TabInIndentation | E::TabInPlainScalar | E::TabAtBlockScalarStart => {
            FaultKind::Tab
        }
        E::InvalidMappingValueWhitespace | E::InvalidBlockEntryWhitespace => FaultKind::Tab,
        E::RecursionLimitExceeded => FaultKind::Depth,
        E::UnexpectedCharacter { .. } | E::MissingAnchorOrAliasName => FaultKind::BadFirstCharacter,
        E::InvalidTrailingSingleQuotedScalar | E::InvalidTrailingDoubleQuotedScalar => FaultKind::AfterQuote,
        E::MappingValueNotAllowed => FaultKind::ColonInText,
        E::BlockSequenceEntryNotAllowed | E::MappingKeyNotAllowed => FaultKind::ListOnLineOfKey,
        E::InvalidBlockScalarHeader | E::ZeroBlockScalarIndent => FaultKind::BlockTextHeader,
        E::UnclosedQuotedScalar | E::InvalidQuotedScalarIndent | E::DocumentIndicatorInQuotedScalar => FaultKind::UnclosedQuote,
        E::ExpectedFlowMappingSeparator | E::ExpectedFlowSequenceSeparator | E::InvalidColonPlacement | E::InvalidFlowScalarIndent => {
            FaultKind::InBrackets
        }
        E::UnexpectedEofFlowMapping
        | E::UnexpectedEofFlowSequence
        | E::UnexpectedEofImplicitFlowMapping
        | E::UnclosedFlowCollection { .. } => FaultKind::InBrackets,
        E::BlockEntryInFlowCollection | E::FlowMappingValueAdjacentCollection | E::CommentNotSeparated => FaultKind::InBrackets,
        E::MisplacedFlowCollectionEnd | E::MismatchedFlowCollectionEnd { .. } => FaultKind::Brackets,
        E::UnknownQuotedScalarEscape | E::InvalidQuotedScalarHexEscape | E::InvalidUnicodeEscape => FaultKind::Escape,
        E::SimpleKeyExpected | E::InvalidSimpleKey => FaultKind::NoColon,
        E::ExpectedBlockSequenceEntry | E::InvalidIndentation | E::InvalidBlockScalarIndent => FaultKind::Indentation,
        E::ExpectedBlockMappingKey | E::ExpectedDocumentStart | E::UnexpectedEofBlockMapping | E::UnexpectedEndOfPlainScalar => {
            FaultKind::TextAfterValue
        }
        _ => FaultKind::Other,
    }
}
