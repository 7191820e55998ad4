//! Renderers of diagnostics: text for people, json, github, sarif and junit for machines. They make text; they never print.
//! All of them go by file and place.

mod github;
mod json;
mod junit;
mod sarif;
mod text;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

pub use self::{github::github, json::json, junit::junit, sarif::sarif, text::text};
use super::{Diagnostic, Severity};

/// How much was found, on one line: "2 errors, 1 warning in 3 files".
#[must_use]
pub fn summary(diagnostics: &[Diagnostic]) -> String {
    let count = |severity| diagnostics.iter().filter(|d| d.severity == severity).count();
    let kinds = [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Hint, "hint")];
    let kinds: Vec<String> = kinds.iter().filter_map(|&(severity, name)| many(count(severity), name)).collect();
    let files: BTreeSet<&str> = diagnostics.iter().map(|d| &*d.place.file).collect();
    match many(files.len(), "file") {
        Some(files) => format!("{} in {files}", kinds.join(", ")),
        None => "no problems".into(),
    }
}

fn many(n: usize, name: &str) -> Option<String> {
    match n {
        0 => None,
        1 => Some(format!("1 {name}")),
        n => Some(format!("{n} {name}s")),
    }
}

fn sorted(diagnostics: &[Diagnostic]) -> Vec<&Diagnostic> {
    let mut sorted: Vec<&Diagnostic> = diagnostics.iter().collect();
    sorted.sort_by_key(|d| (&d.place, d.severity, d.code));
    sorted
}
