//! For code scanning: SARIF 2.1.0 <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>

use std::collections::BTreeSet;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;
use serde_sarif::sarif::{
    ArtifactLocation, Location, Message, MultiformatMessageString, PhysicalLocation, Region, ReportingDescriptor, Result as Finding,
    ResultLevel, Run, Sarif, Tool, ToolComponent,
};

use super::sorted;
use crate::diagnostic::{Diagnostic, Place, Severity, codes};

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// All diagnostics as one SARIF run; columns count characters.
#[must_use]
pub fn sarif(diagnostics: &[Diagnostic]) -> String {
    let rules: Vec<&str> = diagnostics.iter().map(|d| d.code).collect::<BTreeSet<_>>().into_iter().collect();
    let findings: Vec<Finding> = sorted(diagnostics).into_iter().map(|d| finding(d, &rules)).collect();
    let driver = ToolComponent::builder()
        .name("flowgate")
        .version(env!("CARGO_PKG_VERSION"))
        .rules(rules.iter().map(|code| rule(code)).collect::<Vec<_>>());
    let tool = Tool::builder().driver(driver.build()).build();
    let run = Run::builder().tool(tool).results(findings).column_kind("unicodeCodePoints").build();
    let sarif = Sarif::builder().schema(SCHEMA).version(json!("2.1.0")).runs(vec![run]).build();
    serde_json::to_string_pretty(&sarif).expect("texts and numbers have a JSON form")
}

fn rule(code: &str) -> ReportingDescriptor {
    let meaning = MultiformatMessageString::builder().text(codes::explain(code).unwrap_or(code)).build();
    ReportingDescriptor::builder().id(code).short_description(meaning).build()
}

fn finding(diagnostic: &Diagnostic, rules: &[&str]) -> Finding {
    let level = match diagnostic.severity {
        Severity::Error => ResultLevel::Error,
        Severity::Warning => ResultLevel::Warning,
        Severity::Hint => ResultLevel::Note,
    };
    let help = diagnostic.help.as_ref().map(|help| format!("\nhelp: {help}")).unwrap_or_default();
    let index = rules.iter().position(|code| *code == diagnostic.code).and_then(|i| i64::try_from(i).ok()).unwrap_or(-1);
    Finding::builder()
        .rule_id(diagnostic.code)
        .rule_index(index)
        .level(level)
        .message(message(&format!("{}{help}", diagnostic.message)))
        .locations(vec![location(&diagnostic.place)])
        .related_locations(diagnostic.related.iter().map(|(place, words)| related(place, words)).collect::<Vec<_>>())
        .build()
}

fn related(place: &Place, words: &str) -> Location {
    let mut location = location(place);
    location.message = Some(message(words));
    location
}

fn location(place: &Place) -> Location {
    let artifact = ArtifactLocation::builder().uri(uri(&place.file)).build();
    let region = Region::builder().start_line(i64::from(place.line)).start_column(i64::from(place.column)).build();
    Location::builder().physical_location(PhysicalLocation::builder().artifact_location(artifact).region(region).build()).build()
}

fn message(text: &str) -> Message {
    Message::builder().text(text).build()
}

/// A path as a relative reference (RFC 3986).
fn uri(file: &str) -> String {
    const KEPT: AsciiSet = NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~');
    utf8_percent_encode(file, &KEPT).to_string()
}
