//! Texts that YAML takes for something else while they are read: `{{name}}`, `*bold*`, `!open`, `&amp;`.
//! Each is told with its quoted form and then read as the text that it was meant to be.

use super::{
    build::{Builder, Built, Stopped, node},
    events::Event,
    quote::Entry,
    tree::{Form, Kind, Node, Span},
};

impl Builder<'_> {
    /// No mapping has a mapping for its key.
    pub(super) fn begins_template(&self, at: Span) -> bool {
        self.source.text[at.start as usize..].starts_with("{{")
    }

    /// `{{name}}` is a mapping with a mapping for its key: told once, and read as the text that it was meant to be.
    pub(super) fn template(&mut self, at: Span) -> Built<Node> {
        let help = || Entry::around(self.source.text, at.start as usize).help();
        self.problems.yaml_unquoted_template(self.source.place(at), help);
        self.unquoted_line = at.line;
        let mut open = 1;
        let mut end = at;
        while open > 0 {
            let (event, at) = self.next()?;
            end = at;
            match event {
                Event::Map { .. } | Event::List { .. } => open += 1,
                Event::MapEnd | Event::ListEnd => open -= 1,
                Event::End => return Err(Stopped),
                _ => {}
            }
        }
        let span = at.up_to(end);
        Ok(node(span, Form::Plain, Kind::Text(span.of(self.source.text).to_owned())))
    }

    /// `*bold*` is an alias without an anchor.
    pub(super) fn unknown_alias(&mut self, at: Span) -> Node {
        let alias = at.of(self.source.text);
        let help = || Entry::around(self.source.text, at.start as usize).help();
        self.problems.yaml_unknown_alias(self.source.place(at), alias, help);
        self.unquoted_line = at.line;
        node(at, Form::Plain, Kind::Text(alias.to_owned()))
    }

    /// A tag is told; a scalar behind it is read as the text that begins with the `!`.
    pub(super) fn blame_tag(&mut self, tag: Span, node: &mut Node) {
        let whole = tag.up_to(node.span);
        let text = whole.of(self.source.text).trim_end();
        let name = text.split([' ', '\t', '\n', ',', ']', '}']).next().unwrap_or_default();
        let help = || Entry::around(self.source.text, tag.start as usize).help();
        self.problems.yaml_tag(self.source.place(Span { end: tag.start + u32::try_from(name.len()).unwrap_or(0), ..tag }), name, help);
        self.unquoted_line = tag.line;
        if !matches!(node.kind, Kind::List(_) | Kind::Map(_)) {
            *node = Node { raw: None, span: whole, form: node.form, kind: Kind::Text(text.to_owned()) };
        }
    }

    /// `&amp; more` names the text `more`: an anchor that nothing uses was meant to be text.
    pub(super) fn blame_unused_anchors(&mut self) {
        let unused = self.anchors.values().filter(|a| !a.is_used && !matches!(a.node.kind, Kind::List(_) | Kind::Map(_)));
        for anchor in unused {
            let help = || Entry::around(self.source.text, anchor.name.start as usize).help();
            self.problems.yaml_unused_anchor(self.source.place(anchor.name), anchor.name.of(self.source.text), help);
        }
    }
}
