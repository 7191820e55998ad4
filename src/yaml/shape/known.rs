//! What a schema knows around an error: the keys that are possible there, and what it says about them.

use std::collections::BTreeSet;

use jsonschema::ValidationError;
use serde_json::Value;

use super::Check;

/// How far references and combinations are followed.
const DEPTH_MAX: usize = 8;

impl<'a> Check<'a> {
    /// The keys that the schema of a refused mapping knows, in its order.
    pub(super) fn known(&self, error: &ValidationError<'_>) -> Vec<&'a str> {
        let mut keys = Vec::new();
        if let Some(schema) = self.around(error) {
            self.collect(schema, 0, &mut keys);
        }
        distinct(keys)
    }

    /// The keys that any branch of a choice knows for the mapping at `pointer`.
    pub(super) fn known_of_all(&self, pointer: &str, context: &[Vec<ValidationError<'static>>]) -> Vec<&'a str> {
        let here = context.iter().flatten().filter(|error| error.instance_path().as_str() == pointer);
        distinct(here.flat_map(|error| self.known(error)).collect())
    }

    /// The description beside the keyword that failed.
    pub(super) fn described(&self, error: &ValidationError<'_>) -> Option<&'a str> {
        self.around(error)?.get("description")?.as_str()
    }

    /// The schema that holds the keyword that failed.
    pub(super) fn around(&self, error: &ValidationError<'_>) -> Option<&'a Value> {
        let (parent, _keyword) = error.schema_path().as_str().rsplit_once('/')?;
        self.schema.pointer(parent)
    }

    fn collect(&self, schema: &'a Value, depth: usize, keys: &mut Vec<&'a str>) {
        if depth > DEPTH_MAX {
            return;
        }
        if let Some(properties) = schema.get("properties").and_then(Value::as_object) {
            keys.extend(properties.keys().map(String::as_str));
        }
        let target = schema.get("$ref").and_then(Value::as_str).and_then(|target| self.schema.pointer(target.strip_prefix('#')?));
        let combined = ["allOf", "oneOf", "anyOf"].into_iter().filter_map(|word| schema.get(word)?.as_array()).flatten();
        combined.chain(target).for_each(|part| self.collect(part, depth + 1, keys));
    }
}

fn distinct(keys: Vec<&str>) -> Vec<&str> {
    let mut seen = BTreeSet::new();
    keys.into_iter().filter(|key| seen.insert(*key)).collect()
}
