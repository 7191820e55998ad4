//! Finds the tags of a source before handlebars sees it: block structure, depth, `<<api>>`.

use std::ops::Range;

use super::slips;
use crate::template::fault::{Fault, FaultKind};

/// The longest source, in bytes.
pub(super) const SOURCE_BYTES_MAX: usize = 16 * 1024;
/// How many blocks may be open at one place.
const OPEN_MAX: usize = 32;
/// How many blocks and `else` there may be in all: each may be a level of the parser's stack.
const BLOCKS_MAX: usize = 200;
/// How deep parentheses may nest in a tag.
const DEPTH_MAX: usize = 8;

/// What a tag is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum TagKind {
    Show,
    Open,
    ElseIf,
    Else,
    Close,
    Comment,
    /// `<<api.a.b>>`: the API, then the path.
    Api(Vec<String>),
}

/// One tag, with its braces.
#[derive(Clone, Debug)]
pub(super) struct Tag {
    pub(super) kind: TagKind,
    pub(super) range: Range<usize>,
}

/// The tags in the order of the source.
pub(super) struct Scan {
    pub(super) tags: Vec<Tag>,
    /// The source for handlebars: as long as the original, each `<<api>>` masked by a placeholder.
    pub(super) masked: String,
}

/// # Errors
/// Tags that do not close, blocks that do not match, what is not part of the language, what is too big.
pub(super) fn scan(source: &str) -> Result<Scan, Vec<Fault>> {
    if source.len() > SOURCE_BYTES_MAX {
        let message = format!("the text is {} bytes long, {SOURCE_BYTES_MAX} are allowed", source.len());
        return Err(vec![Fault::new(FaultKind::TooBig, 0..source.len(), message).help("split it into several texts")]);
    }
    let mut scanner = Scanner { source, at: 0, tags: Vec::new(), faults: Vec::new() };
    scanner.run();
    let Scanner { tags, mut faults, .. } = scanner;
    if faults.is_empty() {
        faults = check_blocks(source, &tags);
    }
    if faults.is_empty() { Ok(Scan { masked: masked(source, &tags), tags }) } else { Err(faults) }
}

struct Scanner<'s> {
    source: &'s str,
    at: usize,
    tags: Vec<Tag>,
    faults: Vec<Fault>,
}

impl Scanner<'_> {
    fn run(&mut self) {
        while let Some(offset) = self.source[self.at..].find(['{', '<', '\\']) {
            self.at += offset;
            let rest = &self.source[self.at..];
            if rest.starts_with("\\<<") {
                self.at += 3;
            } else if let Some(escaped) = escaped_braces(rest) {
                self.at += escaped;
            } else if rest.starts_with("<<") {
                self.api();
            } else if rest.starts_with("{{") {
                self.tag();
            } else {
                self.at += 1;
            }
        }
    }

    fn push(&mut self, kind: TagKind, end: usize) {
        self.tags.push(Tag { kind, range: self.at..end });
        self.at = end;
    }

    fn fail(&mut self, end: usize, fault: Fault) {
        self.faults.push(fault);
        self.at = end;
    }

    fn api(&mut self) {
        let rest = &self.source[self.at + 2..];
        let length = rest.bytes().position(|b| !(b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'))).unwrap_or(rest.len());
        let (path, end) = (&rest[..length], self.at + 2 + length + 2);
        let key = path.split('.').next().unwrap_or_default();
        let named = key.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && !key.contains('-');
        if rest[length..].starts_with(">>") && named && !path.split('.').any(str::is_empty) {
            let path = path.split('.').map(str::to_owned).collect();
            self.push(TagKind::Api(path), end);
        } else {
            let fault = slips::api(self.source, self.at);
            self.fail(fault.range.end.max(self.at + 2), fault);
        }
    }

    fn tag(&mut self) {
        let rest = &self.source[self.at..];
        if let Some(length) = comment(rest) {
            return self.push(TagKind::Comment, self.at + length);
        }
        if let Some(fault) = slips::opening(rest, self.at) {
            let end = fault.range.end;
            return self.fail(end, fault);
        }
        let Some(length) = tag_length(rest) else {
            let fault = slips::never_closed(self.source, self.at);
            return self.fail(self.source.len(), fault);
        };
        let inner = inside(&rest[..length]);
        let place = self.at..self.at + length;
        if let Some(fault) = slips::inside(self.source, place.clone(), inner).or_else(|| too_deep(inner, place.clone())) {
            return self.fail(place.end, fault);
        }
        self.push(kind(inner), place.end);
    }
}

/// The length of `\{{`, or of the backslashes before a real tag.
fn escaped_braces(rest: &str) -> Option<usize> {
    let slashes = rest.bytes().take_while(|b| *b == b'\\').count();
    match (slashes, rest[slashes..].starts_with("{{")) {
        (0, _) => None,
        (1, true) if rest[1..].starts_with("{{{{") => Some(5),
        (1, true) => Some(3),
        // One backslash at a time, since the last may belong to `\<<`.
        (_, false) => Some(1),
        (slashes, true) => Some(slashes),
    }
}

fn comment(rest: &str) -> Option<usize> {
    if !rest.starts_with("{{!") {
        return None;
    }
    let long = rest.starts_with("{{!--").then(|| rest[5..].find("--}}").map(|at| 5 + at + 4)).flatten();
    long.or_else(|| rest.find("}}").map(|at| at + 2))
}

/// How long the tag at the start of `rest` is; texts in it may hold braces.
fn tag_length(rest: &str) -> Option<usize> {
    let bytes = rest.as_bytes();
    let mut at = 2;
    while at < bytes.len() {
        match bytes[at] {
            quote @ (b'"' | b'\'') => {
                at += 1;
                while *bytes.get(at)? != quote {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
            }
            b'}' if bytes.get(at + 1) == Some(&b'}') => return Some(at + 2),
            b'{' if bytes.get(at + 1) == Some(&b'{') => return None,
            _ => {}
        }
        at += 1;
    }
    None
}

/// What stands between the braces, without `~`.
fn inside(tag: &str) -> &str {
    let inner = &tag[2..tag.len() - 2];
    let inner = inner.strip_prefix('~').unwrap_or(inner);
    inner.strip_suffix('~').unwrap_or(inner)
}

fn kind(inner: &str) -> TagKind {
    let inner = inner.trim_start();
    let otherwise =
        inner.strip_prefix("else").filter(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.')));
    match (inner.as_bytes().first(), otherwise) {
        (Some(b'#'), _) => TagKind::Open,
        (Some(b'/'), _) => TagKind::Close,
        (_, Some(rest)) if rest.trim().is_empty() => TagKind::Else,
        (_, Some(_)) => TagKind::ElseIf,
        _ => TagKind::Show,
    }
}

fn too_deep(inner: &str, place: Range<usize>) -> Option<Fault> {
    let mut depth = 0usize;
    let deepest = inner.bytes().map(|b| {
        depth = if b == b'(' { depth + 1 } else { depth.saturating_sub(usize::from(b == b')')) };
        depth
    });
    (deepest.max()? > DEPTH_MAX).then(|| {
        Fault::new(FaultKind::TooBig, place, "the tag nests parentheses too deeply").help("keep a part in an attribute with `set`")
    })
}

/// The name of the block that a tag opens or closes.
fn block_name(source: &str, tag: &Tag) -> String {
    let inner = inside(&source[tag.range.clone()]).trim_start().trim_start_matches(['#', '/']);
    inner.split_whitespace().next().unwrap_or_default().to_owned()
}

fn check_blocks(source: &str, tags: &[Tag]) -> Vec<Fault> {
    let (mut open, mut blocks, mut faults): (Vec<&Tag>, usize, Vec<Fault>) = (Vec::new(), 0, Vec::new());
    for tag in tags {
        blocks += usize::from(matches!(tag.kind, TagKind::Open | TagKind::Else | TagKind::ElseIf));
        match tag.kind {
            TagKind::Open => open.push(tag),
            TagKind::Else | TagKind::ElseIf if open.is_empty() => faults.push(slips::lonely(source, tag)),
            TagKind::Close => match open.pop() {
                Some(opened) if block_name(source, opened) == block_name(source, tag) => {}
                Some(opened) => faults.push(slips::wrong_close(&block_name(source, opened), tag)),
                None => faults.push(slips::lonely(source, tag)),
            },
            _ => {}
        }
        if open.len() > OPEN_MAX || blocks > BLOCKS_MAX {
            let message = format!(
                "more than {} blocks {}",
                if open.len() > OPEN_MAX { OPEN_MAX } else { BLOCKS_MAX },
                if open.len() > OPEN_MAX { "are open here" } else { "stand in one text" }
            );
            return vec![Fault::new(FaultKind::TooBig, tag.range.clone(), message).help("split the text, or decide with a `decide` block")];
        }
    }
    faults.extend(open.iter().map(|tag| slips::left_open(&block_name(source, tag), tag)));
    faults
}

/// Each `<<api.path>>` becomes `{{aaaaaaaa}}`: as long, and no keyword.
fn masked(source: &str, tags: &[Tag]) -> String {
    let mut masked = source.to_owned();
    for tag in tags.iter().filter(|tag| matches!(tag.kind, TagKind::Api(_))) {
        masked.replace_range(tag.range.clone(), &format!("{{{{{}}}}}", "a".repeat(tag.range.len() - 4)));
    }
    masked
}
