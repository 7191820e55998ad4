//! What can still be said about a diagnostic that was just told.

use super::super::{Diagnostic, Place};

/// A diagnostic that was just told. One that was left out, as its file has too many, takes nothing more.
pub(in crate::diagnostic) struct Told<'a>(Option<&'a mut Diagnostic>);

impl<'a> Told<'a> {
    pub(super) fn of(diagnostic: Option<&'a mut Diagnostic>) -> Self {
        Self(diagnostic)
    }

    pub(super) fn left_out() -> Self {
        Self(None)
    }

    /// Says how to cure it.
    pub(super) fn help(self, help: impl Into<String>) -> Self {
        self.help_by(|| Some(help.into()))
    }

    /// Says how to cure it, where anybody knows; a cure that takes time to find is not looked for in vain.
    pub(super) fn help_by(mut self, help: impl FnOnce() -> Option<String>) -> Self {
        if let Some(diagnostic) = &mut self.0 {
            diagnostic.help = help();
        }
        self
    }

    /// Points at another place that belongs to it.
    pub(super) fn related(mut self, place: Place, words: impl Into<String>) -> Self {
        if let Some(diagnostic) = &mut self.0 {
            diagnostic.related.push((place, words.into()));
        }
        self
    }
}
