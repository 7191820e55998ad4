//! The sink: every check puts what it found here and goes on.
//! The messages themselves stand in one file per stage beside this one, as named functions, so that all of them can be read in one place.
//! Every code is explained in [`super::codes`].

mod compile;
mod folder;
mod rules;
mod shape;
mod tests;
mod yaml;

use std::collections::BTreeSet;

use super::{Diagnostic, Place, Severity};

/// Collects diagnostics; nothing stops at the first.
#[derive(Debug, Default)]
pub struct Problems {
    found: Vec<Diagnostic>,
}

impl Problems {
    /// Adds an error; the message functions are the only callers.
    pub(in crate::diagnostic) fn error(&mut self, code: &'static str, place: Place, message: String) -> &mut Diagnostic {
        self.add(Severity::Error, code, place, message)
    }

    /// Adds a warning.
    pub(in crate::diagnostic) fn warning(&mut self, code: &'static str, place: Place, message: String) -> &mut Diagnostic {
        self.add(Severity::Warning, code, place, message)
    }

    /// Adds a hint.
    pub(in crate::diagnostic) fn hint(&mut self, code: &'static str, place: Place, message: String) -> &mut Diagnostic {
        self.add(Severity::Hint, code, place, message)
    }

    fn add(&mut self, severity: Severity, code: &'static str, place: Place, message: String) -> &mut Diagnostic {
        self.found.push(Diagnostic { severity, code, message, place, related: Vec::new(), help: None });
        let last = self.found.len() - 1;
        &mut self.found[last]
    }

    /// Takes over what another sink has found.
    pub fn append(&mut self, other: Problems) {
        self.found.extend(other.found);
    }

    /// Takes over what another sink has found, but not about places where an error is known: it follows from that one.
    pub fn append_unblamed(&mut self, other: Problems) {
        let errors = self.found.iter().filter(|d| d.severity == Severity::Error);
        let blamed: BTreeSet<Place> = errors.map(|d| d.place.clone()).collect();
        self.found.extend(other.found.into_iter().filter(|d| !blamed.contains(&d.place)));
    }

    /// Whether anything found keeps the bot from going live.
    #[must_use]
    pub fn any_error(&self) -> bool {
        self.found.iter().any(|d| d.severity == Severity::Error)
    }

    /// How many diagnostics there are so far.
    #[must_use]
    pub fn len(&self) -> usize {
        self.found.len()
    }

    /// Whether nothing was found.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Everything found: by file and place, each fact once.
    #[must_use]
    pub fn into_sorted(mut self) -> Vec<Diagnostic> {
        self.found.sort_by(|a, b| (&a.place, a.severity, a.code, &a.message).cmp(&(&b.place, b.severity, b.code, &b.message)));
        self.found.dedup();
        self.found
    }
}

impl Diagnostic {
    /// Says how to cure it.
    pub(in crate::diagnostic) fn help(&mut self, help: impl Into<String>) -> &mut Self {
        self.help = Some(help.into());
        self
    }

    /// Points at another place that belongs to it.
    pub(in crate::diagnostic) fn related(&mut self, place: Place, words: impl Into<String>) -> &mut Self {
        self.related.push((place, words.into()));
        self
    }
}

/// "did you mean": the known name nearest to the given one, if any is near.
pub(in crate::diagnostic) fn similar<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let name = name.to_lowercase();
    let length = name.chars().count();
    let most = |k: &str| (k.chars().count(), 1 + k.chars().count().min(length) / 4);
    known
        .into_iter()
        // what differs more in length differs more
        .filter(|k| matches!(most(k), (other, most) if other.abs_diff(length) <= most))
        .map(|k| (strsim::damerau_levenshtein(&name, &k.to_lowercase()), k))
        .filter(|(distance, k)| *distance <= most(k).1)
        .min()
        .map(|(_, k)| k)
}
