//! What a `response` schema says of the paths into `data`.

use serde_json::Value;

/// Whether the schema describes a value at this path. Where it does not say (`true`, no `properties`, a `$ref`), anything may be there.
pub(super) fn has_path(schema: &Value, path: &[String]) -> bool {
    let Some((key, rest)) = path.split_first() else { return true };
    let branches = ["anyOf", "oneOf", "allOf"].iter().filter_map(|k| schema.get(*k)?.as_array()).flatten().collect::<Vec<_>>();
    if !branches.is_empty() {
        return branches.iter().any(|branch| has_path(branch, path));
    }
    if schema.get("$ref").is_some() {
        return true;
    }
    if is_index(key) && (schema.get("items").is_some() || types_of(schema).any(|t| t == "array")) {
        return schema.get("items").is_none_or(|items| has_path(items, rest));
    }
    match schema.get("properties").and_then(|p| p.get(key)) {
        Some(inner) => has_path(inner, rest),
        None => schema.get("additionalProperties").is_some_and(|more| more != &Value::Bool(false) && has_path(more, rest)),
    }
}

fn is_index(key: &str) -> bool {
    key == "*" || key.parse::<usize>().is_ok()
}

/// Whether the value may be a text, number or boolean: something that can be spliced whole.
pub(super) fn may_be_scalar(schema: &Value) -> bool {
    let mut types = types_of(schema).peekable();
    types.peek().is_none() || types.any(|t| matches!(t, "string" | "number" | "integer" | "boolean"))
}

fn types_of(schema: &Value) -> impl Iterator<Item = &str> {
    let own = schema.get("type");
    own.and_then(Value::as_str).into_iter().chain(own.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn paths_are_found_in_objects_lists_and_choices() {
        let schema = json!({"type": "object", "properties": {"a": {"type": "array", "items": {"type": "object", "properties": {"b": {"type": "string"}}}}}});
        let has = |path: &str| has_path(&schema, &path.split('.').map(str::to_owned).collect::<Vec<_>>());
        assert!(has("a") && has("a.0.b") && has("a.*.b"));
        assert!(!has("b") && !has("a.0.c") && !has("a.b"));
        assert!(has_path(&json!({"anyOf": [{"type": "null"}, schema]}), &["a".to_owned()]));
    }
}
