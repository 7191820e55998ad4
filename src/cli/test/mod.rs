//! `flowgate test`: the conversation tests of bots, all at once.

mod conversation;
mod json;
mod junit;
mod text;

use std::time::{Duration, Instant};

use rayon::prelude::*;

use super::{Outcome, bots, output, trouble::Trouble};
use crate::{
    catalog::Loaded,
    diagnostic::{Diagnostic, Severity},
    flow::{Bot, compile::Raw},
    language::TestFile,
    scenario,
    settings::{Test, TestFormat},
};

/// What came of the tests of a bot.
struct Tested {
    bot: Loaded,
    /// None if the bot or its tests have errors: then nothing was run, which counts as one failure.
    ran: Option<Vec<Ran>>,
}

/// A test that was run.
struct Ran {
    outcome: scenario::Outcome,
    /// How it went; empty if nobody wants to see it.
    conversation: Vec<conversation::Line>,
    took: Duration,
}

pub(super) fn run(settings: &Test) -> Result<Outcome, Trouble> {
    let begun = Instant::now();
    let bots = bots::load(&settings.paths)?;
    let filter = settings.filter.as_deref().unwrap_or_default().to_lowercase();
    let progress = bots::progress("testing", bots.len());
    let all: Vec<Tested> = bots.into_par_iter().map(|bot| Tested::new(bot, &filter, settings.trace)).inspect(|_| progress.inc(1)).collect();
    progress.finish_and_clear();
    if let Some(text) = settings.filter.as_ref().filter(|_| all.iter().all(Tested::is_empty)) {
        return Err(Trouble::new(format!("no test has \"{text}\" in its name or file")));
    }
    match settings.format {
        TestFormat::Text => output::show(&text::text(&all, settings.trace, output::is_terminal().then(|| begun.elapsed()))),
        TestFormat::Json => output::print(&json::json(&all)),
        TestFormat::Junit => output::print(&junit::junit(&all)),
    }?;
    Ok(if all.iter().any(|tested| tested.failed() > 0) { Outcome::Faulty } else { Outcome::Fine })
}

impl Tested {
    fn new(bot: Loaded, filter: &str, trace: bool) -> Self {
        let sound = bot.diagnostics.iter().all(|d| d.severity != Severity::Error);
        let compiled = bot.bot.as_ref().filter(|_| sound);
        let ran = compiled.map(|compiled| {
            let chosen = bot.tests.par_iter().filter(|test| is_chosen(test, filter));
            chosen.map(|test| Ran::new(compiled, test, trace)).collect()
        });
        Self { bot, ran }
    }

    fn all(&self) -> &[Ran] {
        self.ran.as_deref().unwrap_or_default()
    }

    /// What should be known of tests that run all the same.
    fn warnings(&self) -> Vec<Diagnostic> {
        let found = self.bot.diagnostics.iter().filter(|d| d.severity == Severity::Warning && self.bot.files.is_of_tests(&d.place));
        found.cloned().collect()
    }

    fn is_empty(&self) -> bool {
        self.ran.as_ref().is_some_and(Vec::is_empty)
    }

    fn passed(&self) -> usize {
        self.all().iter().filter(|ran| ran.outcome.passed()).count()
    }

    fn failed(&self) -> usize {
        usize::from(self.ran.is_none()) + self.all().len() - self.passed()
    }
}

impl Ran {
    fn new(bot: &Bot, test: &Raw<TestFile>, trace: bool) -> Self {
        let begun = Instant::now();
        let outcome = scenario::run(bot, test);
        let took = begun.elapsed();
        let conversation = if trace || !outcome.passed() { conversation::of(bot, &outcome, trace) } else { Vec::new() };
        Self { outcome: scenario::Outcome { log: Vec::new(), ..outcome }, conversation, took }
    }
}

/// Whether a test has the text (in lower case) in its name or file.
fn is_chosen(test: &Raw<TestFile>, filter: &str) -> bool {
    let place = test.doc.place(test.value.test.span);
    [&*test.value.test.value.0, &*place.file].iter().any(|text| text.to_lowercase().contains(filter))
}
