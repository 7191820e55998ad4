//! Looks at a source before it is parsed: what would overflow the parser's stack, and slips that deserve better words than a
//! parser has for them.

use std::ops::Range;

use super::SOURCE_BYTES_MAX;
use crate::template::fault::{Fault, FaultKind};

/// How deep brackets may nest.
const DEPTH_MAX: usize = 24;
/// How many operators, dots and brackets there may be: each is a level of the tree.
const OPERATORS_MAX: usize = 200;

/// A piece of the source outside texts.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Token<'s> {
    Word(&'s str),
    Sign(char),
    Text,
}

/// Up to where any thread's stack is enough for the parser: it takes up to 170 KB for a bracket and 5 KB for an operator.
const SHALLOW: Extent = Extent { depth: 2, operators: 32 };

/// Three times what the deepest source that passes was seen to take, unoptimised.
const STACK_BYTES: usize = 16 * 1024 * 1024;

/// How much of a stack a source wants.
#[derive(Clone, Copy)]
pub(super) struct Extent {
    depth: usize,
    operators: usize,
}

impl Extent {
    /// Runs the parser here, or on a thread that has the stack for it.
    pub(super) fn with_stack<T: Send>(self, source: &str, work: impl FnOnce() -> Result<T, Vec<Fault>> + Send) -> Result<T, Vec<Fault>> {
        if self.depth <= SHALLOW.depth && self.operators <= SHALLOW.operators {
            return work();
        }
        let done = std::thread::scope(|scope| {
            let thread = std::thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, work);
            thread.ok().and_then(|thread| thread.join().ok())
        });
        done.unwrap_or_else(|| Err(vec![Fault::new(FaultKind::TooBig, 0..source.len(), "the expression nests too deeply")]))
    }
}

/// # Errors
/// The first thing that keeps the source from being parsed.
pub(super) fn check(source: &str) -> Result<Extent, Vec<Fault>> {
    checked(source).map_err(|fault| vec![fault])
}

fn checked(source: &str) -> Result<Extent, Fault> {
    check_size(source)?;
    let tokens = tokens(source)?;
    check_braces(source)?;
    let extent = extent(&tokens)?;
    check_slips(source, &tokens)?;
    Ok(extent)
}

fn check_size(source: &str) -> Result<(), Fault> {
    if source.len() > SOURCE_BYTES_MAX {
        let message = format!("the expression is {} bytes long, {SOURCE_BYTES_MAX} are allowed", source.len());
        return Err(Fault::new(FaultKind::TooBig, 0..source.len(), message).help("split it: keep a part in an attribute with `set`"));
    }
    if source.trim().is_empty() {
        return Err(Fault::new(FaultKind::Syntax, 0..source.len(), "the expression is empty"));
    }
    Ok(())
}

/// Braces of templates and shells, which authors carry over.
fn check_braces(source: &str) -> Result<(), Fault> {
    for (open, close) in [("{{", "}}"), ("${", "}"), ("<<", ">>")] {
        let Some(at) = source.find(open) else { continue };
        let inner = &source[at + open.len()..];
        let Some(end) = inner.find(close) else { continue };
        let name = inner[..end].trim();
        if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.')) {
            continue;
        }
        let fault = Fault::new(
            FaultKind::Syntax,
            at..at + open.len() + end + close.len(),
            format!("a placeholder `{open}{name}{close}` stands in an expression"),
        );
        return Err(match open {
            "<<" => fault.help("call the API with an `api` block and `save` what is needed in an attribute"),
            _ => fault.help(format!("names stand bare in an expression: `{name}`")),
        });
    }
    Ok(())
}

fn extent(tokens: &[(Token<'_>, Range<usize>)]) -> Result<Extent, Fault> {
    let (mut depth, mut deepest, mut operators) = (0usize, 0, 0);
    for (token, range) in tokens {
        match token {
            Token::Sign('(' | '[' | '{') => (depth, operators) = (depth + 1, operators + 1),
            Token::Sign(')' | ']' | '}') => depth = depth.saturating_sub(1),
            Token::Sign(',') => {}
            Token::Sign(_) | Token::Word("in") => operators += 1,
            _ => {}
        }
        deepest = deepest.max(depth);
        if depth > DEPTH_MAX || operators > OPERATORS_MAX {
            let what = if depth > DEPTH_MAX { "nests brackets too deeply" } else { "has too many operators" };
            return Err(Fault::new(FaultKind::TooBig, range.clone(), format!("the expression {what}")));
        }
    }
    Ok(Extent { depth: deepest, operators })
}

fn check_slips(source: &str, tokens: &[(Token<'_>, Range<usize>)]) -> Result<(), Fault> {
    let sign = |at: usize| match tokens.get(at) {
        Some((Token::Sign(c), range)) => Some((*c, range.start)),
        _ => None,
    };
    for (at, (token, range)) in tokens.iter().enumerate() {
        let before = at.checked_sub(1).and_then(sign).filter(|(_, start)| start + 1 == range.start).map(|(c, _)| c);
        let after = sign(at + 1).filter(|(_, start)| *start == range.end).map(|(c, _)| c);
        let slip = match (token, before, after) {
            (Token::Word(_), Some('.'), _) => None,
            (Token::Word(word @ ("and" | "or" | "not" | "AND" | "OR" | "NOT")), ..) => {
                let sign = match word.to_lowercase().as_str() {
                    "and" => "&&",
                    "or" => "||",
                    _ => "!",
                };
                Some((1, format!("`{word}` is not an operator"), format!("write `{sign}`")))
            }
            (Token::Word(word @ ("True" | "False" | "None" | "nil" | "undefined" | "TRUE" | "FALSE")), ..) => {
                let right = if word.eq_ignore_ascii_case("true") || word.eq_ignore_ascii_case("false") {
                    word.to_lowercase()
                } else {
                    "null".into()
                };
                Some((1, format!("`{word}` is not a value"), format!("write `{right}`")))
            }
            (Token::Sign('='), Some('='), Some('=')) => Some((2, "`===` is not an operator".into(), "write `==`".into())),
            (Token::Sign('='), Some('=' | '!' | '<' | '>'), _) | (Token::Sign('='), _, Some('=')) => None,
            (Token::Sign('='), ..) => Some((1, "`=` does not compare".into(), "write `==`".into())),
            (Token::Sign('<'), _, Some('>')) => Some((2, "`<>` is not an operator".into(), "write `!=`".into())),
            (Token::Sign(c @ ('&' | '|')), before, after) if before != Some(*c) && after != Some(*c) => {
                Some((1, format!("`{c}` is not an operator"), format!("write `{c}{c}`")))
            }
            _ => None,
        };
        if let Some((signs, message, help)) = slip {
            let end = tokens.get(at + signs - 1).map_or(source.len(), |(_, range)| range.end);
            return Err(Fault::new(FaultKind::Syntax, range.start..end, message).help(help));
        }
    }
    Ok(())
}

fn tokens(source: &str) -> Result<Vec<(Token<'_>, Range<usize>)>, Fault> {
    let (bytes, mut at, mut tokens) = (source.as_bytes(), 0, Vec::new());
    while let Some(&byte) = bytes.get(at) {
        let rest = &source[at..];
        let c = rest.chars().next().unwrap_or(' ');
        let word = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
        let quoted = bytes.get(at + word).is_some_and(|b| matches!(b, b'"' | b'\''));
        let prefix = if quoted && matches!(&rest[..word].to_ascii_lowercase()[..], "r" | "b" | "br" | "rb") { word } else { 0 };
        if prefix > 0 || matches!(byte, b'"' | b'\'') {
            let end = text_end(source, at + prefix, rest[..prefix].contains(['r', 'R']))?;
            tokens.push((Token::Text, at..end));
            at = end;
        } else if rest.starts_with("//") {
            at += rest.find('\n').unwrap_or(rest.len());
        } else if word > 0 {
            tokens.push((Token::Word(&rest[..word]), at..at + word));
            at += word;
        } else {
            if !c.is_whitespace() {
                tokens.push((Token::Sign(c), at..at + c.len_utf8()));
            }
            at += c.len_utf8();
        }
    }
    Ok(tokens)
}

/// Where the text that begins at `start` ends.
fn text_end(source: &str, start: usize, raw: bool) -> Result<usize, Fault> {
    let rest = &source[start..];
    let quote = ["\"\"\"", "'''", "\"", "'"].into_iter().find(|quote| rest.starts_with(quote)).unwrap_or("\"");
    let mut at = start + quote.len();
    while let Some(c) = source[at..].chars().next() {
        if source[at..].starts_with(quote) {
            return Ok(at + quote.len());
        }
        at += c.len_utf8();
        if c == '\\' && !raw {
            at += source[at..].chars().next().map_or(0, char::len_utf8);
        }
    }
    Err(Fault::new(FaultKind::Syntax, start..source.len(), "a text opens with a quote and never closes")
        .help(format!("close it with {quote}")))
}
