//! How large a bot may become when it is loaded. What it costs is counted, never timed: it is the same on every machine.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use serde_json::Value;

use super::{Compiler, Here};
use crate::{
    template::Pattern,
    yaml::{Doc, Kind, Node, Span},
};

/// So many values its files may hold together, those that aliases stand for counted each time.
pub(super) const VALUES_MAX: usize = 250_000;
/// So many MiB its texts may have together, counted alike.
pub(super) const TEXTS_MIB_MAX: usize = 16;
/// So many MiB its patterns may have together once they are compiled.
pub(super) const PATTERNS_MIB_MAX: usize = 32;
/// So many locales it may have: every text is looked for in each.
pub(super) const LOCALES_MAX: usize = 100;
/// The largest pattern, in bytes.
const PATTERN_BYTES_MAX: usize = 1 << 20;
/// What a pattern counts that only the checker of answers can read.
const FOREIGN_PATTERN_BYTES: usize = 64 << 10;

/// What has been used, by all who read or compile side by side.
#[derive(Default)]
pub(super) struct Size {
    values: AtomicUsize,
    text_bytes: AtomicUsize,
    pattern_bytes: AtomicUsize,
}

impl Size {
    pub(super) fn add(&self, doc: &Doc) {
        let (mut values, mut bytes) = (0, 0);
        weigh(&doc.root, &mut values, &mut bytes);
        self.values.fetch_add(values, Relaxed);
        self.text_bytes.fetch_add(bytes, Relaxed);
    }

    pub(super) fn add_patterns(&self, bytes: usize) {
        self.pattern_bytes.fetch_add(bytes, Relaxed);
    }

    /// Whether the files hold too much. Once they do, that is so whatever else is read, and in whatever order.
    pub(super) fn too_many_values(&self) -> bool {
        self.values.load(Relaxed) > VALUES_MAX || self.text_bytes.load(Relaxed) > TEXTS_MIB_MAX << 20
    }

    pub(super) fn too_many_patterns(&self) -> bool {
        self.pattern_bytes.load(Relaxed) > PATTERNS_MIB_MAX << 20
    }
}

fn weigh(node: &Node, values: &mut usize, bytes: &mut usize) {
    *values += 1;
    match &node.kind {
        Kind::Text(text) => *bytes += text.len(),
        Kind::List(items) => items.iter().for_each(|item| weigh(item, values, bytes)),
        Kind::Map(entries) => entries.iter().for_each(|(_, value)| weigh(value, values, bytes)),
        _ => {}
    }
}

impl Compiler<'_> {
    /// Compiles a pattern, as long as there is room for it; tells what is wrong.
    pub(super) fn sized_pattern(&mut self, source: &str, any_case: bool, span: Span, here: Here<'_>) -> Option<Pattern> {
        if self.size.too_many_patterns() {
            return None;
        }
        match Pattern::compile(source, any_case, PATTERN_BYTES_MAX) {
            Ok(pattern) => self.has_room_for(pattern.bytes(), span, here).then_some(pattern),
            Err(error) => {
                self.has_room_for(PATTERN_BYTES_MAX, span, here);
                let reason = error.to_string();
                let reason = reason.lines().last().unwrap_or_default().trim_start_matches("error: ");
                self.problems.bad_pattern(here.place(span), reason);
                None
            }
        }
    }

    /// Whether there is room for the patterns of a JSON Schema, which are compiled by its validator.
    pub(super) fn has_room_for_patterns(&mut self, schema: &Value, span: Span, here: Here<'_>) -> bool {
        let mut patterns = Vec::new();
        gather(schema, &mut patterns);
        patterns.into_iter().all(|pattern| {
            let bytes = match Pattern::compile(pattern, false, PATTERN_BYTES_MAX) {
                Ok(pattern) => pattern.bytes(),
                Err(regex::Error::CompiledTooBig(_)) => PATTERN_BYTES_MAX,
                Err(_) => FOREIGN_PATTERN_BYTES,
            };
            self.has_room_for(bytes, span, here)
        })
    }

    /// Told once: what follows is not compiled any more.
    fn has_room_for(&mut self, bytes: usize, span: Span, here: Here<'_>) -> bool {
        let before = self.size.too_many_patterns();
        self.size.add_patterns(bytes);
        let after = self.size.too_many_patterns();
        if after && !before {
            self.problems.too_many_patterns(here.place(span), PATTERNS_MIB_MAX);
        }
        !after
    }
}

fn gather<'a>(schema: &'a Value, patterns: &mut Vec<&'a str>) {
    match schema {
        Value::Array(items) => items.iter().for_each(|item| gather(item, patterns)),
        Value::Object(entries) => {
            patterns.extend(entries.get("pattern").and_then(Value::as_str));
            let by_name = entries.get("patternProperties").and_then(Value::as_object);
            patterns.extend(by_name.into_iter().flatten().map(|(pattern, _)| pattern.as_str()));
            entries.values().for_each(|value| gather(value, patterns));
        }
        _ => {}
    }
}
