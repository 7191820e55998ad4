//! Values, types and faults in words for a bot author.

use jsonschema::{
    JsonType, ValidationError,
    error::{TypeKind, ValidationErrorKind as Fault},
};
use serde_json::Value;

/// A long text is cut after so many characters.
const SHOWN_MAX: usize = 40;

/// What was found, short.
pub(super) fn found(value: &Value) -> String {
    match value {
        Value::Null => "nothing".into(),
        Value::Bool(truth) => truth.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => format!("the text \"{}\"", cut(text)),
        Value::Array(_) => "a list".into(),
        Value::Object(_) => "a mapping".into(),
    }
}

fn cut(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    match line.char_indices().nth(SHOWN_MAX) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None if line.len() < text.len() => format!("{line}…"),
        None => line.to_owned(),
    }
}

/// The types that these errors ask for: "a text, a list or a mapping". Where numbers are taken as texts, a text is asked for.
pub(super) fn expected_types<'e, 'i: 'e>(errors: impl IntoIterator<Item = &'e ValidationError<'i>>) -> String {
    let mut names: Vec<&str> = Vec::new();
    for error in errors {
        let types: Vec<JsonType> = match error.kind() {
            Fault::Type { kind: TypeKind::Single(one) } => vec![*one],
            Fault::Type { kind: TypeKind::Multiple(set) } => set.iter().collect(),
            _ => Vec::new(),
        };
        for name in types.into_iter().filter(|t| *t != JsonType::Null).map(name) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    if names.contains(&"a text") && names.contains(&"a number") {
        names.retain(|name| !matches!(*name, "true or false" | "a whole number" | "a number"));
    }
    match names.split_last() {
        None => "nothing".into(),
        Some((last, [])) => (*last).to_owned(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
    }
}

fn name(json: JsonType) -> &'static str {
    match json {
        JsonType::Null => "nothing",
        JsonType::Boolean => "true or false",
        JsonType::Integer => "a whole number",
        JsonType::Number => "a number",
        JsonType::String => "a text",
        JsonType::Array => "a list",
        JsonType::Object => "a mapping",
    }
}

/// A sentence for a fault that has no place of its own among the messages.
pub(super) fn sentence(error: &ValidationError<'_>) -> String {
    let value = error.instance();
    let found = found(value);
    match error.kind() {
        Fault::Pattern { pattern } => format!("{} does not match the pattern {pattern}", bare(value)),
        Fault::Format { format } => format!("{} is not a valid {format}", bare(value)),
        Fault::Minimum { limit } => format!("{found} is less than {limit}"),
        Fault::Maximum { limit } => format!("{found} is more than {limit}"),
        Fault::ExclusiveMinimum { limit } => format!("{found} is not more than {limit}"),
        Fault::ExclusiveMaximum { limit } => format!("{found} is not less than {limit}"),
        Fault::MinLength { limit: 1 } => "the text is empty".into(),
        Fault::MinLength { limit } => format!("the text is shorter than {limit} characters"),
        Fault::MaxLength { limit } => format!("the text is longer than {limit} characters"),
        Fault::MinItems { limit: 1 } => "the list is empty".into(),
        Fault::MinItems { limit } => format!("the list has fewer than {limit} entries"),
        Fault::MaxItems { limit } => format!("the list has more than {limit} entries"),
        Fault::MinProperties { limit: 1 } => "the mapping is empty".into(),
        Fault::MinProperties { limit } => format!("the mapping has fewer than {limit} keys"),
        Fault::MaxProperties { limit } => format!("the mapping has more than {limit} keys"),
        Fault::UniqueItems => "the list has the same entry twice".into(),
        Fault::MultipleOf { multiple_of } => format!("{found} is not a multiple of {multiple_of}"),
        Fault::Custom { message, .. } => message.clone(),
        _ => error.to_string(),
    }
}

/// A description as help: a schema's are sentences, a diagnostic's are not.
pub(super) fn as_help(description: &str) -> String {
    let text = description.trim_end_matches('.');
    let mut letters = text.chars();
    match (letters.next(), letters.next()) {
        (Some(first), Some(second)) if !second.is_uppercase() => format!("{}{}", first.to_lowercase(), &text[first.len_utf8()..]),
        _ => text.to_owned(),
    }
}

/// What was found, a text as it stands.
pub(super) fn bare(value: &Value) -> String {
    match value {
        Value::String(text) => format!("\"{}\"", cut(text)),
        other => found(other),
    }
}
