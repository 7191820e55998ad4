//! The sink: every check puts what it found here and goes on.
//! The messages themselves stand in one file per stage beside this one, as named functions, so that all of them can be read in one place.
//! Every code is explained in [`super::codes`].

mod accounts;
mod compile;
mod folder;
mod rules;
mod shape;
mod similar;
mod tests;
mod told;
mod yaml;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use self::{similar::similar, told::Told};
use super::{Diagnostic, Place, Severity};

/// Collects diagnostics; nothing stops at the first.
#[derive(Debug, Default)]
pub struct Problems {
    found: Vec<Diagnostic>,
    /// How many there are of each file, those too that are not told.
    counts: BTreeMap<(Arc<str>, Severity), usize>,
    /// How many are told.
    told: BTreeMap<Severity, usize>,
}

impl Problems {
    /// So many errors of one file are told, and that there are more: who has made more mistakes repairs these first, and a
    /// file that is made to be wrong costs neither time nor memory. As many warnings, and as many hints.
    pub const OF_FILE_MAX: usize = 100;
    /// So many errors of all files, as many warnings, and as many hints.
    pub const OF_BOT_MAX: usize = 2_000;
    /// For so many of them a cure is looked for that takes time to find.
    const CURES_MAX: usize = 100;

    /// Adds an error; the message functions are the only callers.
    pub(in crate::diagnostic) fn error(&mut self, code: &'static str, place: Place, message: String) -> Told<'_> {
        self.add(Diagnostic::new(Severity::Error, code, place, message))
    }

    /// Adds a warning.
    pub(in crate::diagnostic) fn warning(&mut self, code: &'static str, place: Place, message: String) -> Told<'_> {
        self.add(Diagnostic::new(Severity::Warning, code, place, message))
    }

    /// Adds a hint.
    pub(in crate::diagnostic) fn hint(&mut self, code: &'static str, place: Place, message: String) -> Told<'_> {
        self.add(Diagnostic::new(Severity::Hint, code, place, message))
    }

    fn add(&mut self, diagnostic: Diagnostic) -> Told<'_> {
        let count = self.counts.entry((diagnostic.place.file.clone(), diagnostic.severity)).or_default();
        *count += 1;
        if *count > Self::OF_FILE_MAX {
            return Told::left_out();
        }
        let told = self.told.entry(diagnostic.severity).or_default();
        if *told >= Self::OF_BOT_MAX {
            *count = Self::OF_FILE_MAX + 1;
            return Told::left_out();
        }
        *told += 1;
        let curable = *told <= Self::CURES_MAX;
        self.found.push(diagnostic);
        Told::of(self.found.last_mut(), curable)
    }

    /// Takes over what another sink has found.
    pub fn append(&mut self, other: Problems) {
        self.append_where(other, |_| true);
    }

    /// Takes over what another sink has found, but not about places where an error is known: it follows from that one.
    pub fn append_unblamed(&mut self, other: Problems) {
        let errors = self.found.iter().filter(|d| d.severity == Severity::Error);
        let blamed: BTreeSet<Place> = errors.map(|d| d.place.clone()).collect();
        self.append_where(other, |d| !blamed.contains(&d.place));
    }

    fn append_where(&mut self, other: Problems, takes: impl Fn(&Diagnostic) -> bool) {
        for diagnostic in other.found.into_iter().filter(|d| takes(d)) {
            self.add(diagnostic);
        }
        for (of, _) in other.counts.into_iter().filter(|(_, count)| *count > Self::OF_FILE_MAX) {
            let count = self.counts.entry(of).or_default();
            *count = (*count).max(Self::OF_FILE_MAX + 1);
        }
    }

    /// Whether anything found keeps the bot from going live.
    #[must_use]
    pub fn any_error(&self) -> bool {
        self.counts.keys().any(|(_, severity)| *severity == Severity::Error)
    }

    /// Whether no more errors of this file will be told.
    #[must_use]
    pub fn has_enough_of(&self, file: &Arc<str>) -> bool {
        self.counts.get(&(file.clone(), Severity::Error)).is_some_and(|count| *count > Self::OF_FILE_MAX)
    }

    /// Whether nothing was found.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Everything found: by file and place, each fact once; of a file with too much, last that there is more.
    #[must_use]
    pub fn into_sorted(mut self) -> Vec<Diagnostic> {
        for ((file, severity), _) in self.counts.iter().filter(|(_, count)| **count > Self::OF_FILE_MAX) {
            let last = self.found.iter().filter(|d| d.place.file == *file).map(|d| &d.place).max();
            let behind = last.map_or_else(|| Place::start_of(file), |last| Place { start: last.end, ..last.clone() });
            self.found.push(more(*severity, behind));
        }
        self.found.sort_by(|a, b| (&a.place, a.severity, a.code, &a.message).cmp(&(&b.place, b.severity, b.code, &b.message)));
        self.found.dedup();
        self.found
    }
}

fn more(severity: Severity, place: Place) -> Diagnostic {
    let message = format!("there are more {}s in this file that are not listed", severity.name());
    let help = "repair those that are listed, and check again".to_owned();
    Diagnostic { help: Some(help), ..Diagnostic::new(severity, "too-many", place, message) }
}

#[cfg(test)]
mod unit {
    use super::*;

    fn warned(first: u32, times: u32) -> Problems {
        let mut problems = Problems::default();
        let place = |line| Place { line, start: line as usize, end: line as usize, ..Place::start_of(&"a.yaml".into()) };
        (first..first + times).for_each(|line| problems.no_sample(place(line), "shop"));
        problems
    }

    fn told(problems: Problems) -> Vec<(u32, &'static str)> {
        problems.into_sorted().into_iter().map(|d| (d.place.line, d.code)).collect()
    }

    #[test]
    fn warnings_keep_no_error_away() {
        let mut problems = warned(1, 150);
        problems.no_bot_file(Place { line: 500, ..Place::start_of(&"a.yaml".into()) }, "shop");
        assert!(problems.any_error());
        let told = told(problems);
        assert_eq!(told.len(), Problems::OF_FILE_MAX + 2);
        assert_eq!(told.iter().rev().take(2).map(|(_, code)| *code).collect::<BTreeSet<_>>(), ["no-bot-file", "too-many"].into());
    }

    #[test]
    fn a_bot_that_is_wrong_everywhere_is_told_so_much_and_no_more() {
        let mut problems = Problems::default();
        let cures = std::cell::Cell::new(0);
        for file in 0..30 {
            let file: Arc<str> = format!("{file:02}.yaml").into();
            for line in 0..100 {
                let cure = || {
                    cures.set(cures.get() + 1);
                    None
                };
                problems.error("unknown-target", Place { line, ..Place::start_of(&file) }, "x".into()).help_by(cure);
            }
        }
        assert!(problems.any_error() && problems.has_enough_of(&"29.yaml".into()) && cures.get() == Problems::CURES_MAX);
        let told = problems.into_sorted();
        assert_eq!(told.len(), Problems::OF_BOT_MAX + 10, "ten files have more");
    }

    #[test]
    fn what_one_sink_left_out_the_next_one_knows() {
        let most = u32::try_from(Problems::OF_FILE_MAX).unwrap();
        let mut few = warned(1, 1);
        few.append(warned(2, most - 1));
        assert_eq!(told(few).len(), Problems::OF_FILE_MAX);
        let mut many = warned(1, 1);
        many.append(warned(2, most));
        assert_eq!(told(many).last(), Some(&(most, "too-many")));
    }
}
