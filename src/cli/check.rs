//! `flowgate check`: everything that is wrong with bots, told at once.

use std::time::{Duration, Instant};

use comfy_table::{CellAlignment, Table, presets};

use super::{Outcome, bots, output, trouble::Trouble};
use crate::{
    catalog::Loaded,
    diagnostic::{Diagnostic, Severity, Sources, render},
    settings::{Check, CheckFormat},
};

/// A table of more bots than this is not looked at.
const TABLE_BOTS_MAX: usize = 50;

pub(super) fn run(settings: &Check) -> Result<Outcome, Trouble> {
    let begun = Instant::now();
    let bots = bots::load(&settings.paths)?;
    let found: Vec<Diagnostic> = bots.iter().flat_map(|bot| bot.diagnostics.clone()).collect();
    let sources: Sources = bots.iter().flat_map(Loaded::sources).collect();
    let denied = settings.deny.is_some() && found.iter().any(|d| d.severity == Severity::Warning);
    match settings.format {
        CheckFormat::Text => output::show(&text(&bots, &found, &sources, denied, output::is_terminal().then(|| begun.elapsed()))),
        CheckFormat::Json => output::print(&render::json(&found)),
        CheckFormat::Github => output::print(&render::github(&found)),
        CheckFormat::Sarif => output::print(&render::sarif(&found)),
        CheckFormat::Junit => output::print(&render::junit(&found, &sources)),
    }?;
    let faulty = denied || found.iter().any(|d| d.severity == Severity::Error);
    Ok(if faulty { Outcome::Faulty } else { Outcome::Fine })
}

fn text(bots: &[Loaded], found: &[Diagnostic], sources: &Sources, denied: bool, took: Option<Duration>) -> String {
    let text = render::text(found, sources, true);
    if found.iter().any(|d| d.severity == Severity::Error) {
        text
    } else if denied {
        text + "warnings are denied\n"
    } else {
        text + &praise(bots, if found.is_empty() { "no problems" } else { "no errors" }, took)
    }
}

/// What there is, of bots without errors; on a terminal as a table, and with the time it took.
fn praise(bots: &[Loaded], verdict: &str, took: Option<Duration>) -> String {
    let counts: Vec<Counts> = bots.iter().map(Counts::of).collect();
    let total = total(bots.len(), &counts);
    let table = took.filter(|_| bots.len() <= TABLE_BOTS_MAX).map_or_else(String::new, |_| table(bots, &counts).trim_fmt() + "\n\n");
    format!("{table}{total}: {verdict}{}\n", output::seconds(took))
}

/// How much there is of a bot.
struct Counts {
    sequences: usize,
    blocks: usize,
    apis: usize,
    tests: usize,
}

impl Counts {
    fn of(bot: &Loaded) -> Self {
        let of_bot = |count: fn(&crate::flow::Bot) -> usize| bot.bot.as_deref().map_or(0, count);
        Self {
            sequences: of_bot(|bot| bot.sequences().len()),
            blocks: of_bot(|bot| bot.blocks().count()),
            apis: of_bot(|bot| bot.apis().len()),
            tests: bot.tests.len(),
        }
    }

    fn all(&self) -> [usize; 4] {
        [self.sequences, self.blocks, self.apis, self.tests]
    }
}

fn table(bots: &[Loaded], counts: &[Counts]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header(["bot", "sequences", "blocks", "APIs", "tests"]);
    for (bot, counts) in bots.iter().zip(counts) {
        table.add_row(std::iter::once(bot.files.key.to_string()).chain(counts.all().map(|n| n.to_string())));
    }
    for (ix, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, 2));
        column.set_cell_alignment(if ix == 0 { CellAlignment::Left } else { CellAlignment::Right });
    }
    table
}

fn total(bots: usize, counts: &[Counts]) -> String {
    let sum = |count: fn(&Counts) -> usize, name| output::count(counts.iter().map(count).sum(), name);
    let parts = [
        output::count(bots, "bot"),
        sum(|c| c.sequences, "sequence"),
        sum(|c| c.blocks, "block"),
        sum(|c| c.apis, "API"),
        sum(|c| c.tests, "test"),
    ];
    parts.join(", ")
}
