//! `locales/<lang>.yaml`.

use super::values::{Said, VersionOne};
use crate::yaml::{Entries, Spanned};

/// Translations into one language.
#[derive(Clone, Debug, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Translations")]
pub struct LocaleFile {
    /// The version of the language.
    pub version: VersionOne,
    /// The language, for example `bn` or `fr-CA`; the file's name.
    pub locale: Spanned<String>,
    /// Each text of the sequences, as it stands there, and its translation; `context/text` where a block has a `context`.
    pub texts: Entries<Said>,
}
