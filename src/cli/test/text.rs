//! For people: a line per bot, every failure with expected and actual side by side, a last line that counts.

use std::{fmt::Write, time::Duration};

use anstyle::{AnsiColor, Reset, Style};

use super::{Ran, Tested, conversation};
use crate::{cli::output, diagnostic::render};

const GOOD: Style = AnsiColor::Green.on_default();
const BAD: Style = AnsiColor::Red.on_default().bold();

/// So many lines of a conversation are read; `--trace` shows all.
const LINES_MAX: usize = 30;

pub(super) fn text(all: &[Tested], trace: bool, took: Option<Duration>) -> String {
    let mut text = String::new();
    for tested in all {
        let _ = writeln!(text, "{}: {}", tested.bot.files.key, verdict(tested));
    }
    for tested in all {
        failures(&mut text, tested, trace);
    }
    let (passed, failed) = (all.iter().map(Tested::passed).sum(), all.iter().map(Tested::failed).sum());
    text + &format!("\n{}{}\n", counts(passed, failed), output::seconds(took))
}

fn verdict(tested: &Tested) -> String {
    match &tested.ran {
        None => format!("{BAD}not tested{Reset}, {}", render::summary(&tested.bot.diagnostics)),
        Some(ran) if ran.is_empty() => "no tests".into(),
        Some(_) => counts(tested.passed(), tested.failed()),
    }
}

fn counts(passed: usize, failed: usize) -> String {
    let style = if failed == 0 { GOOD } else { BAD };
    let failed = if failed == 0 { String::new() } else { format!(", {failed} failed") };
    format!("{style}{passed} passed{failed}{Reset}")
}

fn failures(text: &mut String, tested: &Tested, trace: bool) {
    let shown = if tested.ran.is_none() { tested.bot.diagnostics.clone() } else { tested.warnings() };
    if !shown.is_empty() {
        let _ = write!(text, "\n{}", render::text(&shown, &tested.bot.sources(), true));
    }
    for Ran { outcome, conversation, .. } in tested.all() {
        match &outcome.failure {
            Some(failure) => {
                let _ = writeln!(text, "\n{BAD}failed{Reset}: {}: {}\n{failure}", tested.bot.files.key, outcome.name);
                let left_out = if trace { 0 } else { conversation.len().saturating_sub(LINES_MAX) };
                text.push_str(&conversation::text(conversation, left_out));
            }
            None if trace => {
                let _ = writeln!(text, "\n{GOOD}passed{Reset}: {}: {}", tested.bot.files.key, outcome.name);
                text.push_str(&conversation::text(conversation, 0));
            }
            None => {}
        }
    }
}
