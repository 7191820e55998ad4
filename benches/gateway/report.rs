//! Medians, spreads, and the tables.

use std::{fmt::Write as _, process::Command};

use super::load::Figures;

/// What repeated measurements say.
#[derive(Clone, Default)]
pub(crate) struct Series(Vec<Figures>);

impl Series {
    pub(crate) fn push(&mut self, figures: Figures) {
        self.0.push(figures);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Messages a second.
    pub(crate) fn per_second(&self) -> f64 {
        median(self.0.iter().map(|f| f.per_second))
    }

    /// Half of the width between the lowest and the highest, in percent of the median.
    fn spread(&self) -> f64 {
        let all = || self.0.iter().map(|f| f.per_second);
        (all().fold(f64::MIN, f64::max) - all().fold(f64::MAX, f64::min)) / 2.0 / self.per_second() * 100.0
    }

    /// Milliseconds.
    fn p50(&self) -> f64 {
        median(self.0.iter().map(|f| f.p50.as_secs_f64() * 1e3))
    }

    /// Milliseconds.
    pub(crate) fn p99(&self) -> f64 {
        median(self.0.iter().map(|f| f.p99.as_secs_f64() * 1e3))
    }
}

pub(crate) fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_unstable_by(f64::total_cmp);
    if values.is_empty() { f64::NAN } else { values[values.len() / 2] }
}

/// The text that is printed while it grows, and kept for the file.
#[derive(Default)]
pub(crate) struct Report(String);

impl Report {
    pub(crate) fn line(&mut self, line: &str) {
        println!("{line}");
        self.0.push_str(line);
        self.0.push('\n');
    }

    pub(crate) fn head(&mut self, columns: &[&str]) {
        self.line(&format!("| {} |", columns.join(" | ")));
        self.line(&format!("|{}", " --- |".repeat(columns.len())));
    }

    pub(crate) fn series(&mut self, labels: &[&str], series: &Series) {
        let (rate, spread, p50, p99) = (series.per_second(), series.spread(), series.p50(), series.p99());
        self.line(&format!("| {} | {} | ±{spread:.0} % | {p50:.2} | {p99:.2} |", labels.join(" | "), thousands(rate)));
    }

    /// A goal, and whether it was met.
    pub(crate) fn goal(&mut self, what: &str, is: f64, wanted: f64, at_least: bool) {
        let met = if at_least { is >= wanted } else { is <= wanted };
        let word = if at_least { "at least" } else { "at most" };
        self.line(&format!("| {what} | {is:.2} | {word} {wanted} | {} |", if met { "met" } else { "**missed**" }));
    }

    pub(crate) fn text(&self) -> &str {
        &self.0
    }
}

pub(crate) fn thousands(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Where and of what: the processor, its cores, the commit.
pub(crate) fn circumstances() -> String {
    let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model =
        cpu.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": ")).map_or("unknown processor", |(_, name)| name);
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let mut text = format!("{model}, {cores} cores, shared by the gateway, its database and the load generator");
    let commit = Command::new("git").args(["describe", "--always", "--dirty"]).output();
    if let Ok(commit) = commit {
        let _infallible = write!(text, "; commit {}", String::from_utf8_lossy(&commit.stdout).trim());
    }
    text
}
