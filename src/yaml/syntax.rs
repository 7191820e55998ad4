//! Explains to a bot author why a text is not YAML: by what the parser met, and by what the line looks like.

use super::{
    events::{DEPTH_MAX, Fault, FaultKind},
    quote::Entry,
    source::{self, Source},
    tree::Span,
};
use crate::diagnostic::Problems;

/// Reports a fault; `bracket` is the innermost bracket that is open there.
pub(super) fn explain(source: &Source, fault: &Fault, bracket: Option<Span>, problems: &mut Problems) {
    let text = source.text;
    let entry = Entry::around(text, fault.at.start as usize);
    let at = source.place(fault.at);
    if line_before(text, fault.at).trim_start_matches(' ').starts_with('\t') {
        return problems.yaml_tab(source.place(tab(text, fault.at)));
    }
    if fault.kind != FaultKind::Tab && entry.value.starts_with("{{") {
        return problems.yaml_unquoted_template(at, || entry.help());
    }
    match fault.kind {
        FaultKind::Tab => problems.yaml_tab(source.place(tab(text, fault.at))),
        FaultKind::Depth => problems.yaml_too_deep(at, DEPTH_MAX),
        FaultKind::BadFirstCharacter => problems.yaml_bad_first_character(at, character(text, fault.at), entry.help()),
        FaultKind::AfterQuote => problems.yaml_text_after_quote(at, entry.help()),
        FaultKind::ColonInText if is_first_colon(text, fault.at) => line_too_far(source, fault.at, problems),
        FaultKind::ColonInText => problems.yaml_colon_in_text(at, entry.help()),
        FaultKind::ListOnLineOfKey if entry.is_keyed() => problems.yaml_list_on_line_of_key(at, entry.help()),
        FaultKind::BlockTextHeader => problems.yaml_block_text_header(at, entry.help()),
        FaultKind::UnclosedQuote => problems.yaml_unclosed_quote(source.place(quote_before(text, fault.at))),
        FaultKind::InBrackets => in_brackets(source, fault, bracket, problems),
        FaultKind::Brackets => problems.yaml_stray_bracket(at),
        FaultKind::NoColon => problems.yaml_line_without_colon(at),
        FaultKind::Indentation | FaultKind::ListOnLineOfKey => problems.yaml_indentation(at),
        FaultKind::TextAfterValue if character(text, fault.at) == ':' => problems.yaml_no_space_after_colon(at),
        FaultKind::Escape => problems.yaml_unknown_escape(at, entry.with(entry.value.trim_matches('"'))),
        FaultKind::TextAfterValue if entry.is_keyed() && !is_first_on_line(text, fault.at) => {
            problems.yaml_text_after_value(at, entry.help())
        }
        FaultKind::TextAfterValue if is_first_on_line(text, fault.at) => problems.yaml_indentation(at),
        FaultKind::TextAfterValue | FaultKind::Other => problems.yaml_syntax(at, &fault.words),
    }
}

fn in_brackets(source: &Source, fault: &Fault, bracket: Option<Span>, problems: &mut Problems) {
    let text = source.text;
    let Some(bracket) = bracket.or_else(|| open_bracket(text, fault.at)) else {
        return problems.yaml_syntax(source.place(fault.at), &fault.words);
    };
    let first_line = text[bracket.start as usize..].lines().next().unwrap_or_default();
    if let Some(hash) = first_line.find(" #").filter(|_| bracket.line < fault.at.line) {
        let start = bracket.start as usize + hash + 1;
        let entry = Entry::around(text, start);
        return problems
            .yaml_comment_in_brackets(source.place(source::span(text, start, bracket.start as usize + first_line.len())), entry.help());
    }
    if bracket.line < fault.at.line || fault.at.start <= bracket.start {
        return problems.yaml_unclosed_bracket(source.place(bracket), character(text, bracket));
    }
    problems.yaml_unquoted_in_brackets(source.place(fault.at), Entry::around(text, fault.at.start as usize).help());
}

/// The bracket that is open at `at`, where the parser met the fault before it told of the bracket; looks a few lines up.
fn open_bracket(text: &str, at: Span) -> Option<Span> {
    let before = &text[..at.start as usize];
    let mut end = before.len();
    for line in before.rsplit('\n').take(20) {
        let start = end - line.len();
        let line = line.split(" #").next().unwrap_or_default();
        let (opened, closed) = (line.matches(['{', '[']).count(), line.matches(['}', ']']).count());
        if let Some(bracket) = line.find(['{', '[']).filter(|_| opened > closed) {
            return Some(source::span(text, start + bracket, start + bracket + 1));
        }
        end = start.saturating_sub(1);
    }
    None
}

/// A `key:` that became part of the value above: it is indented too far, or the line above it is no `key: value`.
fn line_too_far(source: &Source, at: Span, problems: &mut Problems) {
    let text = source.text;
    let line = at.start as usize - line_before(text, at).len();
    let above = text[..line].trim_end().rsplit('\n').next().unwrap_or_default();
    let start = text[..line].trim_end().len() - above.trim().len();
    let indent = |line: &str| line.len() - line.trim_start().len();
    if indent(above) != indent(line_before(text, at)) || above.contains(": ") {
        return problems.yaml_indentation(source.place(at));
    }
    match above.trim().find(':') {
        Some(colon) => problems.yaml_no_space_after_colon(source.place(source::span(text, start + colon, start + colon + 1))),
        None => problems.yaml_line_without_colon(source.place(source::span(text, start, start + above.trim().len()))),
    }
}

fn character(text: &str, at: Span) -> char {
    text.get(at.start as usize..).and_then(|rest| rest.chars().next()).unwrap_or(' ')
}

fn line_before(text: &str, at: Span) -> &str {
    text.get(..at.start as usize).and_then(|before| before.rsplit('\n').next()).unwrap_or_default()
}

fn is_first_on_line(text: &str, at: Span) -> bool {
    line_before(text, at).trim_start_matches([' ', '-']).is_empty()
}

/// Whether the colon at `at` ends the first key of its line: then the line is indented too far, not a text with a colon.
fn is_first_colon(text: &str, at: Span) -> bool {
    let before = line_before(text, at);
    at.line > 1 && !before.contains(": ") && !before.trim_start().starts_with("- ")
}

/// The parser blames the value before or the character after a tab; the author looks for the tab.
fn tab(text: &str, at: Span) -> Span {
    let start = at.start as usize;
    let line = start - line_before(text, at).len();
    let tab = text[line..].find('\t').map(|n| line + n);
    tab.map_or(at, |tab| source::span(text, tab, tab + 1))
}

/// The quote that is open at `at`: the first one that begins a value, looking upwards from there.
fn quote_before(text: &str, at: Span) -> Span {
    let before = &text[..(at.start as usize).min(text.len())];
    let opens = |i: usize| before[..i].ends_with([' ', '[', '{', ',', '\n']) || i == 0;
    let quote = before.char_indices().rev().find(|&(i, c)| matches!(c, '"' | '\'') && opens(i));
    quote.map_or(at, |(i, _)| source::span(text, i, i + 1))
}
