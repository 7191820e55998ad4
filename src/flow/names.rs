//! The names that need no declaration: the fields of the customer document and the roots. One list for the compiler and the engine.

use std::borrow::Cow;

use crate::template::HELPERS;

/// Characters of an attribute's name.
const NAME_CHARS_MAX: usize = 64;

/// Built-in attributes that a bot may set; kept with the others.
pub const SETTABLE: &[&str] =
    &["language", "locale", "timezone", "gender", "email", "phone", "first_name", "last_name", "full_name", "user_name"];

/// Built-in attributes that only the gateway sets.
pub const READ_ONLY: &[&str] = &[
    "uid",
    "platform_id",
    "bot_enabled",
    "avatar",
    "created_at",
    "last_message_text",
    "last_message_time",
    "phone_no",
    "channel_user_id",
    "user_id",
];

/// The other roots.
pub const ROOTS: &[&str] = &["user", "reply", "match", "with", "error", "now", "today", "open", "opens_at", "channel", "tags", "bot"];

/// Whether only the gateway sets what a name stands for, whoever asks for it.
#[must_use]
pub fn read_only(name: &str) -> bool {
    READ_ONLY.contains(&name) || ROOTS.contains(&name)
}

/// Whether a name is built in, and so cannot be declared as an attribute.
#[must_use]
pub fn built_in(name: &str) -> bool {
    SETTABLE.contains(&name) || read_only(name)
}

/// The name that an attribute from outside gets: what no name can have becomes `_`, and a name that means something else gets `_` behind
/// it. One that only the gateway sets stays, and is refused.
#[must_use]
pub fn from_outside(name: &str) -> Cow<'_, str> {
    if READ_ONLY.contains(&name) || SETTABLE.contains(&name) {
        return name.into();
    }
    if ROOTS.contains(&name) || HELPERS.iter().any(|helper| helper.name == name) {
        return format!("{name}_").into();
    }
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let is_whole = name.starts_with(|c: char| fits(c) && !c.is_ascii_digit()) && name.len() <= NAME_CHARS_MAX && name.chars().all(fits);
    if is_whole { name.into() } else { spelled(name.chars().map(|c| if fits(c) { c } else { '_' })).into() }
}

fn spelled(mut chars: impl Iterator<Item = char>) -> String {
    let first = chars.next().unwrap_or('_');
    let before = first.is_ascii_digit().then_some('_');
    before.into_iter().chain([first]).chain(chars).take(NAME_CHARS_MAX).collect()
}

/// Every built-in name.
pub fn all() -> impl Iterator<Item = &'static str> {
    SETTABLE.iter().chain(READ_ONLY).chain(ROOTS).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_from_outside_are_made_to_fit() {
        for (given, kept) in [
            ("invoiceId", "invoiceId"),
            ("email", "email"),
            ("uid", "uid"),
            ("order.id", "order_id"),
            ("items[0]", "items_0_"),
            ("größe", "gr__e"),
            ("2nd", "_2nd"),
            ("", "_"),
            ("a\0b", "a_b"),
            ("date", "date_"),
            ("now", "now_"),
            ("user", "user_"),
        ] {
            assert_eq!(from_outside(given), kept, "{given}");
        }
        assert_eq!(from_outside(&"9".repeat(100)), format!("_{}", "9".repeat(63)));
    }
}
