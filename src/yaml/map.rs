//! Mappings while they are read: keys, duplicates, merges, and keys in braces that were meant as text.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    build::{Builder, Built, node},
    events::Event,
    quote::quoted,
    tree::{Form, Key, Kind, Node, Span},
};

#[derive(Default)]
pub(super) struct Entries {
    list: Vec<(Key, Node)>,
    keys: BTreeMap<Arc<str>, Span>,
    merges: Vec<Node>,
    /// The entries whose value goes on after a comma: `{title: Yes, please}`.
    cut: Vec<usize>,
}

impl Entries {
    /// Reads a mapping up to its end.
    pub(super) fn read(builder: &mut Builder<'_>, form: Form, at: Span) -> Built<Node> {
        let mut entries = Self::default();
        let mut span = at;
        loop {
            let (event, at) = builder.next()?;
            if matches!(event, Event::MapEnd) {
                span = if form == Form::Flow { span.up_to(at) } else { span };
                break;
            }
            let key = builder.node(event, at)?;
            let (event, at) = builder.next()?;
            let value = builder.node(event, at)?;
            span = span.up_to(key.span).up_to(value.span);
            entries.add(builder, form, key, value);
        }
        entries.blame_cut_texts(builder);
        entries.merge(builder);
        entries.list.shrink_to_fit(); // most have one entry or two, and a bot has them by the ten thousand
        Ok(node(span, form, Kind::Map(entries.list)))
    }

    fn add(&mut self, builder: &mut Builder<'_>, form: Form, key: Node, value: Node) {
        let Some(text) = key_text(&key) else {
            builder.problems.yaml_key_is_no_text(builder.source.place(key.span));
            return;
        };
        if form == Form::Flow && value.is_left_out() && !has_colon(builder.source.text, key.span) {
            return self.cut(builder, &key, text);
        }
        if let Some(&first) = self.keys.get(&text) {
            let first = builder.source.place(first);
            builder.problems.yaml_duplicate_key(builder.source.place(key.span), &text, first);
            return;
        }
        self.keys.insert(text.clone(), key.span);
        match &*text {
            "<<" if key.form == Form::Plain => self.merges.push(value),
            _ => self.list.push((Key { text, span: key.span }, value)),
        }
    }

    /// A key without a colon goes on with the text before it.
    fn cut(&mut self, builder: &mut Builder<'_>, key: &Node, text: Arc<str>) {
        let Some((_, before)) = self.list.last_mut().filter(|(_, node)| !matches!(node.kind, Kind::List(_) | Kind::Map(_))) else {
            let help = format!("write a value after it, `{text}: …`, or quote the text: {}", quoted(&format!("{{{text}}}")));
            return builder.problems.yaml_no_colon_in_braces(builder.source.place(key.span), &text, help);
        };
        before.span = before.span.up_to(key.span);
        before.kind = Kind::Text(before.span.of(builder.source.text).to_owned());
        before.raw = None;
        self.cut.push(self.list.len() - 1);
    }

    fn blame_cut_texts(&mut self, builder: &mut Builder<'_>) {
        self.cut.dedup();
        for &at in &self.cut {
            let (key, value) = &self.list[at];
            let written = value.span.of(builder.source.text);
            let rest = written.split_once(',').map_or(written, |(_, rest)| rest).trim();
            let help = format!("quote the whole text: {}: {}", key.text, quoted(written));
            builder.problems.yaml_no_colon_in_braces(builder.source.place(value.span), rest, help);
        }
    }

    /// Adds what `<<` brings, behind the mapping's own keys; of several mappings the first wins.
    fn merge(&mut self, builder: &mut Builder<'_>) {
        for node in std::mem::take(&mut self.merges) {
            match node.kind {
                Kind::Map(entries) => self.merge_entries(entries),
                Kind::List(items) if items.iter().all(|item| matches!(item.kind, Kind::Map(_))) => {
                    for item in items {
                        if let Kind::Map(entries) = item.kind {
                            self.merge_entries(entries);
                        }
                    }
                }
                _ if builder.unquoted_line == node.span.line => {}
                _ => builder.problems.yaml_bad_merge(builder.source.place(node.span)),
            }
        }
    }

    fn merge_entries(&mut self, entries: Vec<(Key, Node)>) {
        for (key, node) in entries {
            if !self.keys.contains_key(&key.text) {
                self.keys.insert(key.text.clone(), key.span);
                self.list.push((key, node));
            }
        }
    }
}

/// A key is taken as it is written, so `42:` and `true:` are keys too; one that is left out is none.
fn key_text(key: &Node) -> Option<Arc<str>> {
    key.as_written().or(key.raw.as_deref().filter(|text| !text.is_empty())).map(Arc::from)
}

fn has_colon(text: &str, key: Span) -> bool {
    text.get(key.end as usize..).is_some_and(|rest| rest.trim_start().starts_with(':'))
}
