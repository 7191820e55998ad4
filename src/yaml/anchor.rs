//! Anchors and aliases: every use of an anchor is paid for, so that no file grows or nests without bounds.

use super::{
    build::{Builder, Built, NODE_BYTES, Stopped, node},
    events::DEPTH_MAX,
    tree::{Form, Kind, Node, Span},
};

/// A value that aliases may name.
pub(super) struct Anchor {
    pub(super) node: Node,
    bytes: usize,
    depth: usize,
    pub(super) name: Span,
    pub(super) is_used: bool,
}

impl Anchor {
    pub(super) fn new(node: Node, name: Span) -> Self {
        let (bytes, depth) = size(&node);
        Self { node, bytes, depth, name, is_used: false }
    }
}

impl Builder<'_> {
    /// Keeps a value for the aliases to come.
    pub(super) fn anchor(&mut self, id: usize, name: Span, node: &Node) -> Built<()> {
        let anchor = Anchor::new(node.clone(), name);
        self.charge(anchor.bytes, node.span)?;
        self.anchors.insert(id, anchor);
        Ok(())
    }

    /// The value that an alias names.
    pub(super) fn alias(&mut self, id: usize, at: Span) -> Built<Node> {
        let Some(anchor) = self.anchors.get_mut(&id) else {
            self.problems.yaml_alias_in_itself(self.source.place(at));
            return Ok(node(at, Form::Alias, Kind::Null));
        };
        anchor.is_used = true;
        let (bytes, depth) = (anchor.bytes, anchor.depth);
        self.charge(bytes, at)?;
        if self.depth + depth > DEPTH_MAX {
            self.problems.yaml_too_deep(self.source.place(at), DEPTH_MAX);
            return Err(Stopped);
        }
        Ok(Node { span: at, form: Form::Alias, ..self.anchors[&id].node.clone() })
    }
}

/// What a value costs, and how deep it is.
fn size(node: &Node) -> (usize, usize) {
    let text = match &node.kind {
        Kind::Text(text) => text.len(),
        Kind::Map(entries) => entries.iter().map(|(key, _)| NODE_BYTES + key.text.len()).sum(),
        _ => 0,
    };
    let nests = usize::from(matches!(node.kind, Kind::List(_) | Kind::Map(_)));
    let (bytes, depth) = node.children().map(size).fold((0, 0), |(bytes, depth), (b, d)| (bytes + b, depth.max(d)));
    (NODE_BYTES + text + bytes, nests + depth)
}
