//! The loader, by what a bot author sees.

use super::*;
use crate::diagnostic::{Diagnostic, Problems};

mod agree;
mod bad;
mod good;
mod read;
mod shape;

/// Loads a text; all diagnostics in order.
fn try_load(text: &str) -> (Option<Doc>, Vec<Diagnostic>) {
    let mut problems = Problems::default();
    let doc = load(&"a.yaml".into(), &text.into(), &mut problems);
    (doc, problems.into_sorted())
}

/// Loads a text that has nothing wrong.
fn good(text: &str) -> Doc {
    let (doc, problems) = try_load(text);
    assert_eq!(problems, [], "{text}");
    doc.unwrap()
}

/// Each diagnostic on a line: `line:column-width code: message | help`.
fn told(text: &str) -> String {
    lines(try_load(text).1)
}

fn lines(problems: Vec<Diagnostic>) -> String {
    let line = |d: Diagnostic| {
        let help = d.help.map(|help| format!(" | {help}")).unwrap_or_default();
        format!("{}:{} {}: {}{help}", d.place.line, d.place.column, d.code, d.message)
    };
    problems.into_iter().map(line).collect::<Vec<_>>().join("\n")
}
