//! The identity of a block: its `id`, else its whole content, wording included; and the path of identities that leads to it.
//! Never its position, so that a session finds its question again after an edit elsewhere.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Value, json};

use crate::yaml::{Doc, Kind, Node, Span};

/// Finds what is written at a place, so that content can be hashed without its comments and layout.
#[derive(Default)]
pub(super) struct Identities<'a> {
    mappings: BTreeMap<&'a str, HashMap<u32, &'a Node>>,
}

impl<'a> Identities<'a> {
    /// The mapping written at a place.
    pub(super) fn node(&mut self, doc: &'a Doc, span: Span) -> Option<&'a Node> {
        let index = self.mappings.entry(&doc.file).or_insert_with(|| {
            let mut index = HashMap::new();
            gather(&doc.root, &mut index);
            index
        });
        index.get(&span.start).copied()
    }

    /// A hash of what is written at a place.
    pub(super) fn content(&mut self, doc: &'a Doc, span: Span) -> u64 {
        self.node(doc, span).map_or(0, |node| hash(&[node.to_json().to_string().as_bytes()]))
    }

    /// A hash of what a question asks for: kind, `into`, `expect`, items with their targets. Its wording may change.
    pub(super) fn asks(&mut self, doc: &'a Doc, kind: &str, span: Span) -> u64 {
        let part = |node: &Node, key: &str| node.get(key).map_or(Value::Null, Node::to_json);
        let asked = self.node(doc, span).map(|n| json!([part(n, "into"), part(n, "expect"), part(n, "items"), part(n, "api")]));
        hash(&[kind.as_bytes(), asked.unwrap_or_default().to_string().as_bytes()])
    }
}

fn gather<'a>(node: &'a Node, index: &mut HashMap<u32, &'a Node>) {
    match &node.kind {
        Kind::Map(entries) => {
            index.entry(node.span.start).or_insert(node);
            entries.iter().for_each(|(_, value)| gather(value, index));
        }
        Kind::List(items) => items.iter().for_each(|item| gather(item, index)),
        _ => {}
    }
}

/// The identity of a block with an `id`.
pub(super) fn of_id(path: u64, id: &str) -> u64 {
    hash(&[&path.to_le_bytes(), b"id", id.as_bytes()])
}

/// The identity of a block by its content.
pub(super) fn of_content(path: u64, content: u64) -> u64 {
    hash(&[&path.to_le_bytes(), b"content", &content.to_le_bytes()])
}

/// The path into a part of something: a branch, an item, a sequence.
pub(super) fn of_slot(path: u64, slot: &str) -> u64 {
    hash(&[&path.to_le_bytes(), b"slot", slot.as_bytes()])
}

/// The identity of one of several blocks that are alike: told apart only within one version.
pub(super) fn of_double(key: u64, ordinal: u64) -> u64 {
    hash(&[&key.to_le_bytes(), b"double", &ordinal.to_le_bytes()])
}

fn hash(parts: &[&[u8]]) -> u64 {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(&(part.len() as u64).to_le_bytes()).update(part);
    }
    let bytes = hasher.finalize();
    bytes.as_bytes()[..8].iter().fold(0, |key, byte| key << 8 | u64::from(*byte))
}
