//! The raw text of a file, before YAML: encoding, size, characters, and the place of a byte.

use std::sync::Arc;

use super::tree::Span;
use crate::diagnostic::Place;

/// A file: its name and its text.
#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    pub(super) file: &'a Arc<str>,
    pub(super) text: &'a str,
}

impl Source<'_> {
    /// The place of a span in this file.
    pub(super) fn place(&self, span: Span) -> Place {
        Place { file: self.file.clone(), line: span.line, column: span.column, start: span.start as usize, end: span.end as usize }
    }
}

/// The largest file, in KiB.
pub(super) const FILE_KIB_MAX: usize = 256;

/// Characters that no text may hold: all controls but tab and line breaks, what Unicode calls no character, and the
/// byte-order mark, which nobody sees.
pub(super) fn is_forbidden(c: char) -> bool {
    (c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{85}')) || matches!(c, '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}')
}

/// The first forbidden character and its place; a byte-order mark at the very beginning is fine.
pub(super) fn forbidden(text: &str) -> Option<(char, Span)> {
    let (at, c) = text.char_indices().find(|&(at, c)| is_forbidden(c) && (at, c) != (0, '\u{FEFF}'))?;
    Some((c, span(text, at, at + c.len_utf8())))
}

/// The place of the bytes `start..end`; a byte-order mark takes no column.
pub(super) fn span(text: &str, start: usize, end: usize) -> Span {
    let before = text.get(..start).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let of_line = before.rsplit('\n').next().unwrap_or_default();
    let column = of_line.trim_start_matches('\u{FEFF}').chars().count() + 1;
    let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    Span { line: number(line), column: number(column), start: number(start), end: number(end) }
}
