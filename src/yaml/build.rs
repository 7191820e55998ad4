//! From events to the tree, with the rules that YAML lacks: no key twice, keys are texts, no tags, aliases within bounds.
//! What is wrong but readable is told and read as what was probably meant; only a text that is not YAML ends the work.

use std::collections::BTreeMap;

use super::{
    anchor::Anchor,
    events::{DEPTH_MAX, Event, Events, Marks},
    map::Entries,
    quote::Entry,
    scalar,
    source::{self, Source},
    syntax,
    tree::{Form, Kind, Node, Span},
};
use crate::diagnostic::{Place, Problems};

/// How large a file may become by its aliases, in MiB.
const EXPANDED_MIB_MAX: usize = 4;
/// What a value counts besides its text, in bytes.
pub(super) const NODE_BYTES: usize = 16;

/// The work cannot go on; why, has been told.
pub(super) struct Stopped;

pub(super) type Built<T> = Result<T, Stopped>;

pub(super) struct Builder<'a> {
    pub(super) source: Source<'a>,
    pub(super) problems: &'a mut Problems,
    events: Events<'a>,
    pub(super) anchors: BTreeMap<usize, Anchor>,
    brackets: Vec<Span>,
    pub(super) depth: usize,
    bytes_left: usize,
    /// The last line on which quotes are known to be missing: what else is odd there follows from it.
    pub(super) unquoted_line: u32,
}

impl<'a> Builder<'a> {
    pub(super) fn new(source: Source<'a>, problems: &'a mut Problems) -> Self {
        let events = Events::new(source.text);
        let bytes_left = EXPANDED_MIB_MAX << 20;
        Self { source, problems, events, anchors: BTreeMap::new(), brackets: Vec::new(), depth: 0, bytes_left, unquoted_line: 0 }
    }

    /// Reads the one document of the file.
    pub(super) fn document(mut self) -> Built<Node> {
        let root = loop {
            match self.next()? {
                (Event::Document | Event::DocumentEnd, _) => {}
                (Event::End, _) => return self.empty(),
                (event, at) => break self.node(event, at)?,
            }
        };
        self.blame_unused_anchors();
        match self.rest()? {
            Some(at) => self.problems.yaml_second_document(self.source.place(at)),
            None if root.is_left_out() => return self.empty(),
            None => {}
        }
        Ok(root)
    }

    fn empty<T>(&mut self) -> Built<T> {
        self.problems.yaml_empty(Place::start_of(self.source.file));
        Err(Stopped)
    }

    /// Where a second document begins, if one does.
    fn rest(&mut self) -> Built<Option<Span>> {
        loop {
            match self.next()? {
                (Event::DocumentEnd, _) => {}
                (Event::End, _) => return Ok(None),
                (_, at) => return Ok(Some(at)),
            }
        }
    }

    pub(super) fn next(&mut self) -> Built<(Event<'a>, Span)> {
        self.events.next().map_err(|fault| {
            if fault.at.line != self.unquoted_line {
                syntax::explain(&self.source, &fault, self.brackets.last().copied(), self.problems);
            }
            Stopped
        })
    }

    /// A value and all that is in it.
    pub(super) fn node(&mut self, event: Event<'a>, at: Span) -> Built<Node> {
        self.charge(NODE_BYTES + at.end.saturating_sub(at.start) as usize, at)?;
        let (marks, mut node) = match event {
            Event::Scalar { text, form, marks } => (marks, self.scalar(&text, form, at)),
            Event::List { form, marks } => (marks, self.nested(form, at, |builder| builder.list(form, at))?),
            Event::Map { form, .. } if form == Form::Flow && self.begins_template(at) => return self.template(at),
            Event::Map { form, marks } => (marks, self.nested(form, at, |builder| Entries::read(builder, form, at))?),
            Event::Alias(id) => return self.alias(id, at),
            Event::UnknownAlias => return Ok(self.unknown_alias(at)),
            Event::ListEnd | Event::MapEnd | Event::Document | Event::DocumentEnd | Event::End => {
                self.problems.yaml_syntax(self.source.place(at), "a value is missing");
                return Err(Stopped);
            }
        };
        self.mark(marks, &mut node)?;
        Ok(node)
    }

    fn scalar(&mut self, text: &str, form: Form, at: Span) -> Node {
        let forbidden = text.chars().find(|c| source::is_forbidden(*c));
        if let Some(character) = forbidden {
            self.problems.yaml_control_character(self.source.place(at), character);
        }
        match form {
            Form::Plain => self.plain(if at.is_empty() { "" } else { text }, at),
            Form::BlockText => {
                let span = Span { end: at.start + u32::try_from(at.of(self.source.text).trim_end().len()).unwrap_or(0), ..at };
                node(span, form, Kind::Text(text.strip_suffix('\n').unwrap_or(text).to_owned()))
            }
            _ => node(at, form, Kind::Text(text.to_owned())),
        }
    }

    fn plain(&mut self, text: &str, at: Span) -> Node {
        let Some(kind) = scalar::plain(text) else {
            let help = || format!("if a text is meant, quote it: {}", Entry::around(self.source.text, at.start as usize).with(text));
            self.problems.yaml_not_finite(self.source.place(at), text, help);
            return node(at, Form::Plain, Kind::Text(text.to_owned()));
        };
        let raw = (!matches!(kind, Kind::Text(_))).then(|| text.into());
        Node { raw, ..node(at, Form::Plain, kind) }
    }

    fn nested(&mut self, form: Form, at: Span, read: impl FnOnce(&mut Self) -> Built<Node>) -> Built<Node> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            self.problems.yaml_too_deep(self.source.place(at), DEPTH_MAX);
            return Err(Stopped);
        }
        if form == Form::Flow {
            self.brackets.push(at);
        }
        let node = read(self)?;
        if form == Form::Flow {
            self.brackets.pop();
        }
        self.depth -= 1;
        Ok(node)
    }

    fn list(&mut self, form: Form, at: Span) -> Built<Node> {
        let (mut items, mut span) = (Vec::new(), at);
        loop {
            match self.next()? {
                (Event::ListEnd, end) => {
                    let span = if form == Form::Flow { span.up_to(end) } else { span };
                    items.shrink_to_fit();
                    return Ok(node(span, form, Kind::List(items)));
                }
                (event, at) => {
                    let item = self.node(event, at)?;
                    span = span.up_to(item.span);
                    items.push(item);
                }
            }
        }
    }

    fn mark(&mut self, marks: Marks, node: &mut Node) -> Built<()> {
        if let Some(tag) = marks.tag {
            self.blame_tag(tag, node);
        }
        if let Some((id, name)) = marks.anchor {
            self.anchor(id, name, node)?;
        }
        Ok(())
    }

    /// Pays for a value of so many bytes.
    pub(super) fn charge(&mut self, bytes: usize, at: Span) -> Built<()> {
        let Some(left) = self.bytes_left.checked_sub(bytes) else {
            self.problems.yaml_expands_too_far(self.source.place(at), EXPANDED_MIB_MAX);
            return Err(Stopped);
        };
        self.bytes_left = left;
        Ok(())
    }
}

pub(super) fn node(span: Span, form: Form, kind: Kind) -> Node {
    Node { span, kind, form, raw: None }
}
