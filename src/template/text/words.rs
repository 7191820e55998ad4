//! Finds the places of what the parser names without a place: paths, helpers and texts within one tag.

use std::ops::Range;

/// The words of a tag, each handed out once, first come first served.
pub(super) struct Words<'s> {
    source: &'s str,
    left: Vec<Range<usize>>,
    tag: Range<usize>,
}

impl<'s> Words<'s> {
    pub(super) fn new(source: &'s str, tag: Range<usize>) -> Self {
        let (bytes, mut at, mut left) = (source.as_bytes(), tag.start, Vec::new());
        while at < tag.end {
            let start = at;
            match bytes[at] {
                quote @ (b'"' | b'\'') => {
                    at += 1;
                    while at < tag.end && bytes[at] != quote {
                        at += if bytes[at] == b'\\' { 2 } else { 1 };
                    }
                    at = (at + 1).min(tag.end);
                    left.push(start..at);
                }
                byte if is_word(byte) => {
                    at += bytes[at..tag.end].iter().position(|b| !is_word(*b)).unwrap_or(tag.end - at);
                    // `name=` is an option, never a value.
                    if bytes.get(at) != Some(&b'=') {
                        left.push(start..at);
                    }
                }
                _ => at += 1,
            }
        }
        Self { source, left, tag }
    }

    /// The place of this word; the whole tag if it cannot be found.
    pub(super) fn take(&mut self, word: &str) -> Range<usize> {
        let found = self.left.iter().position(|range| self.source.get(range.clone()) == Some(word));
        found.map_or_else(|| self.tag.clone(), |at| self.left.remove(at))
    }

    /// The place of the inside of the text that says `value`, if it is written without escapes.
    pub(super) fn take_text(&mut self, value: &str) -> Option<Range<usize>> {
        let inside = |range: &Range<usize>| range.start + 1..range.end.saturating_sub(1);
        let found = self
            .left
            .iter()
            .position(|range| self.source[range.clone()].starts_with(['"', '\'']) && self.source.get(inside(range)) == Some(value))?;
        Some(inside(&self.left.remove(found)))
    }

    pub(super) fn tag(&self) -> Range<usize> {
        self.tag.clone()
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || !byte.is_ascii() || matches!(byte, b'_' | b'-' | b'.' | b'/' | b'@' | b'$' | b':')
}
