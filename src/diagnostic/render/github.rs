//! For GitHub Actions: workflow commands, which show as annotations of a pull request.
//! Escapes as in the toolkit of GitHub: <https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts>

use super::sorted;
use crate::diagnostic::{Diagnostic, Severity};

/// All diagnostics as `::error file=…,line=…,col=…,title=…::…`, one a line.
#[must_use]
pub fn github(diagnostics: &[Diagnostic]) -> String {
    sorted(diagnostics).into_iter().map(command).collect()
}

fn command(diagnostic: &Diagnostic) -> String {
    let Diagnostic { place, code, message, help, .. } = diagnostic;
    let level = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Hint => "notice",
    };
    let help = help.as_ref().map(|help| format!("\nhelp: {help}")).unwrap_or_default();
    let message = data(&format!("{message}{help}"));
    format!("::{level} file={},line={},col={},title={}::{message}\n", property(&place.file), place.line, place.column, property(code))
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
