//! For CI: JUnit XML with one test case per file. Errors fail it; warnings and hints are its output.

use std::collections::BTreeSet;

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::sorted;
use crate::diagnostic::{Diagnostic, Severity, Sources};

/// One test case for every file that was checked, in `sources` or not.
#[must_use]
pub fn junit(diagnostics: &[Diagnostic], sources: &Sources) -> String {
    let diagnostics = sorted(diagnostics);
    let files: BTreeSet<&str> = sources.keys().map(|file| &**file).chain(diagnostics.iter().map(|d| &*d.place.file)).collect();
    let mut suite = TestSuite::new("check");
    suite.add_test_cases(files.into_iter().map(|file| case(file, &diagnostics)));
    let mut report = Report::new("flowgate");
    report.add_test_suite(suite);
    report.to_string().expect("texts have an XML form")
}

fn case(file: &str, diagnostics: &[&Diagnostic]) -> TestCase {
    let of_file = diagnostics.iter().filter(|d| &*d.place.file == file);
    let (errors, others): (Vec<&Diagnostic>, Vec<&Diagnostic>) = of_file.partition(|d| d.severity == Severity::Error);
    let mut case = TestCase::new(file, status(&errors));
    case.set_classname("flowgate.check");
    if !others.is_empty() {
        case.set_system_out(lines(&others));
    }
    case
}

fn status(errors: &[&Diagnostic]) -> TestCaseStatus {
    let Some(first) = errors.first() else { return TestCaseStatus::success() };
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    let message = match errors.len() {
        1 => first.message.clone(),
        n => format!("{n} errors, first: {}", first.message),
    };
    status.set_type(first.code).set_message(message).set_description(lines(errors));
    status
}

fn lines(diagnostics: &[&Diagnostic]) -> String {
    let line = |d: &&Diagnostic| {
        let help = d.help.as_ref().map(|help| format!("\n  help: {help}")).unwrap_or_default();
        format!("{}:{}:{}: {}[{}]: {}{help}", d.place.file, d.place.line, d.place.column, d.severity.name(), d.code, d.message)
    };
    diagnostics.iter().map(line).collect::<Vec<_>>().join("\n")
}
