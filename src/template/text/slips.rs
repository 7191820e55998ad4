//! What authors write by habit from elsewhere, and the words for it. Every message about the form of a text is here.

use std::ops::Range;

use super::scan::Tag;
use crate::template::{
    fault::{Fault, FaultKind},
    helpers,
};

fn syntax(range: Range<usize>, message: impl Into<String>) -> Fault {
    Fault::new(FaultKind::Syntax, range, message)
}

/// `<<` that begins no placeholder.
pub(super) fn api(source: &str, at: usize) -> Fault {
    let line = source[at..].lines().next().unwrap_or_default();
    let end = line.find(">>").map_or(at + 2, |length| at + length + 2);
    let inner = source.get(at + 2..end.saturating_sub(2)).unwrap_or_default().trim();
    let name = inner.split('.').all(|key| !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'));
    let fault = Fault::new(FaultKind::BadApi, at..end, "`<<` does not begin the placeholder of an API");
    if name && !inner.starts_with(|c: char| c.is_ascii_digit()) {
        return fault.help(format!("write it without spaces: `<<{inner}>>`"));
    }
    fault.help("write `<<api>>` or `<<api.key>>` to show an API's answer, `\\<<` for two angle brackets")
}

/// Openings that handlebars knows and this language does not.
pub(super) fn opening(rest: &str, at: usize) -> Option<Fault> {
    let unsupported =
        |length: usize, message: &str, help: &str| Some(Fault::new(FaultKind::Unsupported, at..at + length, message).help(help));
    if rest.starts_with("{{{{") {
        return unsupported(4, "there are no raw blocks", "write `\\{{` for two braces that are text");
    }
    if rest.starts_with("{{{") {
        return unsupported(
            3,
            "three braces stand together",
            "write two: nothing is HTML-escaped; a brace before a placeholder needs a space",
        );
    }
    let sign = rest[2..].trim_start_matches(['~', ' ', '\t', '\n', '\r', '#']);
    let plain = rest[2..].trim_start_matches(['~', ' ', '\t', '\n', '\r']);
    let length = rest.len() - sign.len() + 1;
    match (sign.as_bytes().first(), plain.as_bytes().first()) {
        (Some(b'>'), _) => unsupported(length, "there are no partials", "put the text itself here, or `run` a sequence"),
        (Some(b'*'), _) => unsupported(length, "there are no decorators", "keep a value in an attribute with `set`"),
        (_, Some(b'&')) => unsupported(length, "`{{&` is not needed", "write `{{name}}`: nothing is HTML-escaped"),
        (_, Some(b'^')) => unsupported(length, "`{{^` is not part of the language", "write `{{else}}`, or `{{#unless name}}`"),
        (_, Some(b'{')) => unsupported(length, "three braces stand together", "write two: nothing is HTML-escaped"),
        (_, Some(b'%')) => unsupported(length, "`{{%` is not part of the language", "write `{{#if name}} … {{/if}}`"),
        _ => None,
    }
}

/// A tag without its end.
pub(super) fn never_closed(source: &str, at: usize) -> Fault {
    let opened: String = source[at..].split_whitespace().next().unwrap_or("{{").chars().take(20).collect();
    let single = source[at + 2..].find('}').is_some_and(|end| !source[at + 2..at + 2 + end].contains('{'));
    let fault = syntax(at..at + 2, format!("the text opens \"{opened}\" and never closes it"));
    if source[at..].lines().next().is_some_and(|line| line.contains(['"', '\'']) && line.contains("}}")) {
        return fault.help("a text within the placeholder misses its closing quote");
    }
    fault.help(if single { "close it with two braces: `}}`" } else { "close it with `}}`, or write `\\{{` for two braces that are text" })
}

/// A block without its end.
pub(super) fn left_open(name: &str, tag: &Tag) -> Fault {
    syntax(tag.range.clone(), format!("the text opens \"{{{{#{name}\" and never closes it")).help(format!("end it with `{{{{/{name}}}}}`"))
}

/// A block closed by another's name.
pub(super) fn wrong_close(opened: &str, tag: &Tag) -> Fault {
    syntax(tag.range.clone(), format!("the block \"{{{{#{opened}\" is closed by another name")).help(format!("write `{{{{/{opened}}}}}`"))
}

/// `{{else}}` or `{{/if}}` without a block.
pub(super) fn lonely(source: &str, tag: &Tag) -> Fault {
    syntax(tag.range.clone(), format!("\"{}\" belongs to no block", &source[tag.range.clone()]))
        .help("a block is opened by `{{#if name}}` or `{{#each list as |x|}}`")
}

/// What stands in a tag and cannot be read, or would be read as something else.
pub(super) fn inside(source: &str, place: Range<usize>, inner: &str) -> Option<Fault> {
    let (bare, name) =
        (without_texts(inner), inner.split(['|', '[', ' ']).map(str::trim).find(|word| !word.is_empty()).unwrap_or_default());
    let fault = |message: &str| Some(syntax(place.clone(), message));
    if bare.trim().is_empty() {
        return fault("the placeholder is empty").map(|f| f.help("write a name: `{{first_name}}`"));
    }
    if bare.contains("<<") {
        return Some(
            Fault::new(FaultKind::BadApi, place.clone(), "`<<` stands within `{{…}}`")
                .help("call the API with an `api` block, `save` its answer in an attribute, and use that"),
        );
    }
    if let Some((before, after)) =
        bare.split_once('|').filter(|_| !bare.trim_start().starts_with('#') && !bare.trim_start().starts_with("else"))
    {
        let filter = after.split(['|', ':', '(', ' ']).map(str::trim).find(|word| !word.is_empty()).unwrap_or("upper");
        let helper = helpers::similar(filter).unwrap_or(filter);
        return fault("there are no filters").map(|f| f.help(format!("write the helper first: `{{{{{helper} {}}}}}`", before.trim())));
    }
    if bare.contains(['[', ']']) {
        let dotted = inner.trim().replace(['[', '.'], ".").replace(['"', '\'', ']'], "").replace("..", ".");
        return fault("brackets are not part of a placeholder")
            .map(|f| f.help(format!("write keys and positions with points: `{{{{{dotted}}}}}`")));
    }
    if bare.contains(['{', '}']) {
        return fault("a brace stands within the placeholder").map(|f| f.help("two braces open and close it: `{{name}}`"));
    }
    if let Some(fault) = operator(source, &place, &bare, name) {
        return Some(fault);
    }
    None
}

fn operator(source: &str, place: &Range<usize>, bare: &str, name: &str) -> Option<Fault> {
    let signs =
        [("===", "eq"), ("==", "eq"), ("!=", "ne"), (">=", "gt"), ("<=", "lt"), ("&&", "and"), ("||", "or"), (">", "gt"), ("<", "lt")];
    if let Some((sign, helper)) = signs.into_iter().find(|(sign, _)| bare.contains(sign)) {
        let help = if matches!(sign, ">=" | "<=") {
            format!("write it as an expression: `(calc \"a {sign} b\")`")
        } else {
            format!("write the helper: `{{{{#if ({helper} a b)}}}}`")
        };
        return Some(syntax(place.clone(), format!("`{sign}` is not part of a placeholder")).help(help));
    }
    let sign = [" + ", " - ", " * ", " / ", " % ", " ? "].into_iter().find(|sign| bare.contains(sign))?;
    let inner = source[place.clone()].trim_matches(['{', '}', '~', ' ']);
    let quoted = inner.replace('"', "'");
    let help = if name.starts_with('#') { "write `(calc \"…\")`".to_owned() } else { format!("write `{{{{calc \"{quoted}\"}}}}`") };
    Some(syntax(place.clone(), format!("`{}` is not part of a placeholder", sign.trim())).help(help))
}

/// The tag with its texts blanked.
fn without_texts(inner: &str) -> String {
    let (mut bare, mut quote, mut escaped) = (String::with_capacity(inner.len()), None, false);
    for c in inner.chars() {
        match quote {
            Some(q) => {
                if c == q && !escaped {
                    quote = None;
                }
                escaped = c == '\\' && !escaped;
            }
            None if matches!(c, '"' | '\'') => quote = Some(c),
            None => bare.push(c),
        }
    }
    bare
}

/// The parser's refusal of a tag that the scan let through.
pub(super) fn unreadable(source: &str, place: Range<usize>) -> Fault {
    let shown = source.get(place.clone()).unwrap_or_default();
    syntax(place, format!("\"{}\" cannot be read", shown.chars().take(40).collect::<String>()))
        .help("write a name (`{{first_name}}`), a helper with its values (`{{upper first_name}}`) or a block (`{{#if vip}} … {{/if}}`)")
}

/// `{name}` and `${name}` in a text: valid, and hardly meant.
pub(super) fn suspects(source: &str) -> Vec<Fault> {
    let mut found = Vec::new();
    for (at, _) in source.match_indices('{') {
        let rest = &source[at + 1..];
        let length = rest.bytes().position(|b| !(b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.'))).unwrap_or(rest.len());
        let name = &rest[..length];
        let alone = !source[..at].ends_with('{') && rest[length..].starts_with('}') && !rest[length..].starts_with("}}");
        if alone && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
            let start = at - usize::from(source[..at].ends_with('$'));
            let written = &source[start..at + length + 2];
            found.push(
                Fault::new(FaultKind::Suspect, start..at + length + 2, format!("`{written}` is shown as it is"))
                    .help(format!("a placeholder has two braces: `{{{{{name}}}}}`")),
            );
        }
    }
    found
}
