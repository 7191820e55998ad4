//! The `cel` crate's parser, without its macros: comprehensions stay calls, so that their bodies keep their places.

use std::ops::Range;

use cel::{
    common::ast::{IdedExpr, SourceInfo},
    parser::ParseError,
};

use crate::template::fault::{Fault, FaultKind};

/// A parsed source, and where its parts begin.
pub(super) struct Parsed {
    pub(super) expr: IdedExpr,
    places: SourceInfo,
    bytes: usize,
}

impl Parsed {
    /// The bytes of the token that the part hangs on: a name, an operator, an opening bracket.
    pub(super) fn range(&self, part: &IdedExpr) -> Range<usize> {
        let place = self.places.offset_for(part.id).map(|(start, last)| start as usize..last as usize + 1);
        place.filter(|range| range.start < range.end && range.end <= self.bytes).unwrap_or(0..self.bytes)
    }
}

/// # Errors
/// Where the parser stops understanding.
pub(super) fn parse(source: &str) -> Result<Parsed, Vec<Fault>> {
    let parser = cel::Env::default().with_optional_support(false).parser().error_recovery_limit(2);
    match parser.parse_with_source_info(source) {
        Ok((expr, places)) => Ok(Parsed { expr, places, bytes: source.len() }),
        Err(errors) => Err(vec![fault(source, errors.errors.first())]),
    }
}

fn fault(source: &str, error: Option<&ParseError>) -> Fault {
    let at = error.map_or(0, |error| place(source, error.pos));
    let end = source[at..].char_indices().find(|(i, c)| *i > 0 && !c.is_alphanumeric()).map_or(source.len(), |(i, _)| at + i);
    let token = source[at..end].trim();
    let fault = |message: String| Fault::new(FaultKind::Syntax, at..end, message);
    match error.map(|error| error.msg.as_str()) {
        Some(message) if message.contains("reserved") => fault(format!("`{token}` is a reserved word")),
        Some(message) if message.contains("Recursion") => Fault::new(FaultKind::TooBig, 0..source.len(), "the expression nests too deeply"),
        Some(message) if message.contains("missing ')'") || message.contains("missing ']'") || message.contains("missing '}'") => {
            let close = message.chars().find(|c| matches!(c, ')' | ']' | '}')).unwrap_or(')');
            fault("a bracket opens and never closes".to_owned()).help(format!("close it with `{close}`"))
        }
        _ if token.is_empty() => {
            fault("the expression ends too early".to_owned()).help("an operator, a bracket or a value is missing at its end")
        }
        _ => fault(format!("`{token}` is not expected here")).help("write conditions like `age >= 18 && city == \"Rome\"`"),
    }
}

/// The byte at a line and column, both counted from 1 in characters.
fn place(source: &str, (line, column): (isize, isize)) -> usize {
    let (line, column) = (usize::try_from(line).unwrap_or(1).max(1), usize::try_from(column).unwrap_or(1).max(1));
    let start: usize = source.split_inclusive('\n').take(line - 1).map(str::len).sum();
    source[start..].char_indices().nth(column - 1).map_or(source.len(), |(at, _)| start + at)
}
