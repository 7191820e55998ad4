//! Figures of a bench: medians of five with their spread, beside what is asked for.

use std::ops::{Bound, RangeBounds};

use comfy_table::{CellAlignment, Table, presets};

/// How often everything is measured.
const TIMES: usize = 5;

/// Whether this is `cargo bench`; `cargo test` only wants to see that everything comes out right.
pub(crate) fn measuring() -> bool {
    std::env::args().any(|argument| argument == "--bench")
}

/// One thing, measured five times.
pub(crate) struct Figures(Vec<f64>);

impl Figures {
    /// Measures; once before that does not count.
    pub(crate) fn of(mut measure: impl FnMut() -> f64) -> Self {
        measure();
        let mut all: Vec<f64> = (0..TIMES).map(|_| measure()).collect();
        all.sort_by(f64::total_cmp);
        Self(all)
    }

    fn median(&self) -> f64 {
        self.0[TIMES / 2]
    }

    /// From the smallest to the largest.
    fn spread(&self) -> String {
        format!("{} – {}", number(self.0[0]), number(self.0[TIMES - 1]))
    }
}

/// What is asked of a figure: `200_000.0..` is at least that, `..=0.4` at most, `..` nothing.
fn goal(asked: &impl RangeBounds<f64>) -> String {
    match (asked.start_bound(), asked.end_bound()) {
        (Bound::Included(least), _) => format!("≥ {}", number(*least)),
        (_, Bound::Included(most)) => format!("≤ {}", number(*most)),
        _ => String::new(),
    }
}

/// The table of a bench.
pub(crate) struct Report(Table);

impl Report {
    pub(crate) fn new(name: &str) -> Self {
        let mut table = Table::new();
        table.load_style(presets::NOTHING).set_header([name, "median of 5", "spread", "unit", "goal", ""]);
        Self(table)
    }

    pub(crate) fn add(&mut self, what: &str, unit: &str, figures: &Figures, asked: impl RangeBounds<f64>) {
        let (median, goal) = (figures.median(), goal(&asked));
        let verdict = if goal.is_empty() {
            ""
        } else if asked.contains(&median) {
            "met"
        } else {
            "missed"
        };
        self.0.add_row([what, &number(median), &figures.spread(), unit, &goal, verdict]);
    }

    #[expect(clippy::print_stdout, reason = "a bench tells its figures")]
    pub(crate) fn print(mut self) {
        for column in self.0.column_iter_mut().skip(1).take(2) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        println!("{}\n", self.0.trim_fmt());
    }
}

/// Whole from 100 on, with groups of three; else with two places.
fn number(figure: f64) -> String {
    if figure < 100.0 {
        return format!("{figure:.2}");
    }
    let digits = format!("{figure:.0}");
    let groups: Vec<&str> = digits.as_bytes().rchunks(3).rev().map(|group| std::str::from_utf8(group).unwrap_or_default()).collect();
    groups.join(",")
}
