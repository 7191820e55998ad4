//! The names that need no declaration: the fields of the customer document and the roots. One list for the compiler and the engine.

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

/// Every built-in name.
pub fn all() -> impl Iterator<Item = &'static str> {
    SETTABLE.iter().chain(READ_ONLY).chain(ROOTS).copied()
}
