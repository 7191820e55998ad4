//! A file that was read: its text, its tree, and the way from a JSON pointer to a place.

use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{
    build::Builder,
    error::ReadError,
    source::{self, FILE_KIB_MAX, Source},
    tree::{Kind, Node, Span},
};
use crate::diagnostic::{Place, Problems};

/// A YAML file that was read.
#[derive(Clone, Debug)]
pub struct Doc {
    /// The file as the author knows it.
    pub file: Arc<str>,
    /// Its text.
    pub text: Arc<str>,
    /// What it says.
    pub root: Node,
}

/// Where a JSON pointer leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Located {
    /// The key before the value, if the value stands in a mapping.
    pub key: Option<Span>,
    /// The value.
    pub value: Span,
}

/// Reads a file. Everything that is wrong with it is told; `None` when nothing of it can be used.
pub fn load(file: &Arc<str>, text: &Arc<str>, problems: &mut Problems) -> Option<Doc> {
    if text.len() > FILE_KIB_MAX << 10 {
        problems.yaml_too_large(Place::start_of(file), FILE_KIB_MAX);
        return None;
    }
    let source = Source { file, text };
    if let Some((character, at)) = source::forbidden(text) {
        problems.yaml_control_character(source.place(at), character);
        return None;
    }
    let root = Builder::new(source, problems).document().ok()?;
    Some(Doc { file: file.clone(), text: text.clone(), root })
}

/// Reads the bytes of a file, which have to be UTF-8.
pub fn load_bytes(file: &Arc<str>, bytes: &[u8], problems: &mut Problems) -> Option<Doc> {
    match std::str::from_utf8(bytes) {
        Ok(text) => load(file, &text.into(), problems),
        Err(error) => {
            let valid = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
            let at = source::span(&valid, valid.len(), valid.len());
            problems.yaml_not_utf8(Source { file, text: &valid }.place(at));
            None
        }
    }
}

impl Doc {
    /// The place of a span of this file, for a diagnostic.
    #[must_use]
    pub fn place(&self, span: Span) -> Place {
        self.source().place(span)
    }

    /// Where a JSON pointer leads; as far as it goes, if it leads nowhere.
    #[must_use]
    pub fn locate(&self, pointer: &str) -> Located {
        let mut at = Located { key: None, value: self.root.span };
        let mut node = &self.root;
        for token in pointer.split('/').skip(1) {
            let token = token.replace("~1", "/").replace("~0", "~");
            let (key, next) = match &node.kind {
                Kind::Map(entries) => match entries.iter().find(|(key, _)| *key.text == *token) {
                    Some((key, value)) => (Some(key.span), value),
                    None => break,
                },
                Kind::List(items) => match token.parse::<usize>().ok().and_then(|i| items.get(i)) {
                    Some(item) => (None, item),
                    None => break,
                },
                _ => break,
            };
            at = Located { key, value: next.span };
            node = next;
        }
        at
    }

    /// What the file says, without places.
    #[must_use]
    pub fn to_json(&self) -> Value {
        self.root.to_json()
    }

    /// Reads the file into a type; tells what does not fit, unless that value is blamed already.
    pub fn read<T: DeserializeOwned>(&self, problems: &mut Problems) -> Option<T> {
        self.root
            .read()
            .map_err(|error: ReadError| {
                let mut found = Problems::default();
                found.unreadable_value(self.place(error.span.unwrap_or(self.root.span)), error.message);
                problems.append_unblamed(found);
            })
            .ok()
    }

    pub(super) fn source(&self) -> Source<'_> {
        Source { file: &self.file, text: &self.text }
    }
}
