//! What stands beside conversations, as lines.

/// Conversations, with how far what stands beside them goes.
pub(crate) const CONVERSATIONS: &str = r#"SELECT "user" || ' ' || version || ' ' || indexed || ' to ' || indexed_to || ' day '
    || coalesce(last_day, -1) || ' input ' || coalesce(last_input_at, -1) || ' at ' || coalesce(waits_at, -1) AS line
    FROM conversations ORDER BY 1"#;
/// What users are found by.
pub(crate) const ATTRIBUTES: &str =
    r#"SELECT "user" || ' ' || name || '=' || coalesce(value, '-') AS line FROM attributes ORDER BY "user", name"#;
/// Their tags.
pub(crate) const TAGS: &str = r#"SELECT "user" || ' ' || tag AS line FROM tags ORDER BY "user", tag"#;
/// What is counted, over all slots.
pub(crate) const USAGE: &str = r#"SELECT bot || ' ' || channel || ' ' || day || ': ' || CAST(sum(messages) AS BIGINT) || ' by '
    || CAST(sum(users) AS BIGINT) AS line FROM usage GROUP BY bot, channel, day ORDER BY bot, channel, day"#;
