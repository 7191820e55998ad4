//! What can still be said about a diagnostic that was just told.

use super::super::{Diagnostic, Place};

/// A diagnostic that was just told. One that was left out, as its file has too many, takes nothing more.
pub(in crate::diagnostic) struct Told<'a> {
    diagnostic: Option<&'a mut Diagnostic>,
    /// Whether a cure that takes time to find is looked for.
    curable: bool,
}

impl<'a> Told<'a> {
    pub(super) fn of(diagnostic: Option<&'a mut Diagnostic>, curable: bool) -> Self {
        Self { diagnostic, curable }
    }

    pub(super) fn left_out() -> Self {
        Self { diagnostic: None, curable: false }
    }

    /// Says how to cure it.
    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        if let Some(diagnostic) = &mut self.diagnostic {
            diagnostic.help = Some(help.into());
        }
        self
    }

    /// Says how to cure it, where anybody knows; a cure that takes time to find is not looked for in vain.
    pub(super) fn help_by(mut self, help: impl FnOnce() -> Option<String>) -> Self {
        if let Some(diagnostic) = self.diagnostic.as_mut().filter(|_| self.curable) {
            diagnostic.help = help();
        }
        self
    }

    /// Points at another place that belongs to it.
    pub(super) fn related(mut self, place: Place, words: impl Into<String>) -> Self {
        if let Some(diagnostic) = &mut self.diagnostic {
            diagnostic.related.push((place, words.into()));
        }
        self
    }
}
