//! For scripts: a list of flat objects.

use serde::Serialize;

use super::sorted;
use crate::diagnostic::{Diagnostic, Severity};

#[derive(Serialize)]
struct Line<'a> {
    severity: Severity,
    code: &'a str,
    message: &'a str,
    file: &'a str,
    line: u32,
    column: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'a str>,
}

impl Serialize for Diagnostic {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Line::of(self).serialize(serializer)
    }
}

/// All diagnostics as a JSON list of `{severity, code, message, file, line, column, help?}`.
#[must_use]
pub fn json(diagnostics: &[Diagnostic]) -> String {
    serde_json::to_string_pretty(&sorted(diagnostics)).expect("texts and numbers have a JSON form")
}

impl<'a> Line<'a> {
    fn of(d: &'a Diagnostic) -> Self {
        let (file, line, column) = (&*d.place.file, d.place.line, d.place.column);
        Self { severity: d.severity, code: d.code, message: &d.message, file, line, column, help: d.help.as_deref() }
    }
}
