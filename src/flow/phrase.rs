//! A text that people read: compiled once, in every language there is a translation for.

use super::{price, scope::Scope};
use crate::template::{ApiRead, Escape, Failure, Text};

/// The most that a rendered text may take, in bytes.
pub(super) const RENDERED_BYTES_MAX: usize = 16 * 1024;

/// A text and its translations.
#[derive(Debug)]
pub struct Phrase {
    pub(super) base: Text,
    /// By language, BCP 47.
    pub(super) translations: Vec<(String, Text)>,
}

impl Phrase {
    /// The text in the bot's own language.
    #[must_use]
    pub fn base(&self) -> &Text {
        &self.base
    }

    /// The APIs whose answers it splices, in any language.
    pub fn apis(&self) -> impl Iterator<Item = &ApiRead> {
        self.base.apis().iter()
    }

    /// The text for a user's language: `fr-CA`, then `fr`, then the bot's own.
    #[must_use]
    pub fn in_language(&self, language: &str) -> &Text {
        let exact = self.translations.iter().find(|(l, _)| l.eq_ignore_ascii_case(language));
        let general =
            || language.split(['-', '_']).next().and_then(|short| self.translations.iter().find(|(l, _)| l.eq_ignore_ascii_case(short)));
        exact.or_else(general).map_or(&self.base, |(_, text)| text)
    }

    pub(super) fn render(&self, scope: &Scope<'_>) -> Result<String, Failure> {
        scope.budget.spend(price::translated(self.translations.len(), scope.language()))?;
        let text = self.in_language(scope.language());
        match text.literal() {
            Some(literal) => {
                scope.budget.text(literal.len())?;
                Ok(literal.to_owned())
            }
            None => text.render(scope, Escape::Plain, RENDERED_BYTES_MAX),
        }
    }
}
