//! The sink: every check puts what it found here and goes on.
//! The messages themselves stand in one file per stage beside this one, as named functions, so that all of them can be read in one place.
//! Every code is explained in [`super::codes`].

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
    files: BTreeMap<Arc<str>, OfFile>,
}

/// What was found in one file.
#[derive(Debug, Default)]
struct OfFile {
    told: usize,
    /// How bad those are that were not told.
    more: BTreeSet<Severity>,
}

impl Problems {
    /// So many diagnostics of one file are told, and that there are more: who has made more mistakes repairs these first,
    /// and a file that is made to be wrong costs neither time nor memory.
    pub const OF_FILE_MAX: usize = 100;

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
        let of_file = self.files.entry(diagnostic.place.file.clone()).or_default();
        if of_file.told == Self::OF_FILE_MAX {
            of_file.more.insert(diagnostic.severity);
            return Told::left_out();
        }
        of_file.told += 1;
        self.found.push(diagnostic);
        Told::of(self.found.last_mut())
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
        for (file, of_file) in other.files {
            self.files.entry(file).or_default().more.extend(of_file.more);
        }
    }

    /// Whether anything found keeps the bot from going live.
    #[must_use]
    pub fn any_error(&self) -> bool {
        self.found.iter().any(|d| d.severity == Severity::Error) || self.files.values().any(|f| f.more.contains(&Severity::Error))
    }

    /// Whether nothing more about this file will be told.
    #[must_use]
    pub fn has_enough_of(&self, file: &str) -> bool {
        self.files.get(file).is_some_and(|f| f.told == Self::OF_FILE_MAX && f.more.contains(&Severity::Error))
    }

    /// Whether nothing was found.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Everything found: by file and place, each fact once; of a file with too much, last that there is more.
    #[must_use]
    pub fn into_sorted(mut self) -> Vec<Diagnostic> {
        for (file, of_file) in std::mem::take(&mut self.files) {
            let last = self.found.iter().map(|d| &d.place).filter(|place| place.file == file).max();
            let behind = last.map_or_else(|| Place::start_of(&file), |last| Place { start: last.end, ..last.clone() });
            self.found.extend(of_file.more.into_iter().map(|severity| more(severity, behind.clone())));
        }
        self.found.sort_by(|a, b| (&a.place, a.severity, a.code, &a.message).cmp(&(&b.place, b.severity, b.code, &b.message)));
        self.found.dedup();
        self.found
    }
}

fn more(severity: Severity, place: Place) -> Diagnostic {
    let message = format!("there are more {}s in this file, which are not listed", severity.name());
    let help = "repair those that are listed, and check again".to_owned();
    Diagnostic { help: Some(help), ..Diagnostic::new(severity, "too-many", place, message) }
}
