//! The user's language as ICU knows it.

use icu_locale_core::Locale;

use crate::template::roots::Env;

/// `fr-CA`, also written `fr_CA`; what is no language is English.
pub(super) fn locale(env: &Env) -> Locale {
    let tag = env.language.replace('_', "-");
    Locale::try_from_str(&tag).ok().filter(|locale| !locale.id.language.is_unknown()).unwrap_or(icu_locale_core::locale!("en"))
}

/// CLDR writes narrow and fixed spaces. Authors cannot type them in their tests, and one of them doubles the parts of an SMS.
pub(super) fn plain_spaces(text: &str) -> String {
    text.replace(['\u{202f}', '\u{a0}'], " ")
}
