//! From handlebars' tree to pieces: names resolved, calls checked, reads and placeholders listed.

use std::ops::Range;

use handlebars::{
    Template,
    template::{BlockParam, HelperTemplate, Parameter, TemplateElement},
};
use serde_json::Value;

use super::{
    scan::{Scan, Tag, TagKind},
    slips,
    tree::{Base, Piece, Place, Term},
    words::Words,
};
use crate::template::{
    fault::{ApiRead, Fault, FaultKind, Read},
    helpers,
};

/// What lowering gives.
#[derive(Default)]
pub(super) struct Lowered {
    pub(super) pieces: Vec<Piece>,
    pub(super) reads: Vec<Read>,
    pub(super) apis: Vec<ApiRead>,
    /// The size of the patterns in it once they are compiled.
    pub(super) pattern_bytes: usize,
}

/// # Errors
/// What handlebars cannot parse; helpers that do not exist or are called wrongly; faults of `calc`.
pub(super) fn lower(source: &str, scan: &Scan) -> Result<Lowered, Vec<Fault>> {
    let template =
        Template::compile(&scan.masked).map_err(|error| vec![slips::unreadable(source, unreadable_place(source, scan, error.pos()))])?;
    let mut lowering = Lowering { source, tags: &scan.tags, faults: Vec::new(), scope: Vec::new(), out: Lowered::default() };
    let pieces = lowering.pieces(&template);
    lowering.out.pieces = pieces;
    lowering.out.reads.sort_by_key(|read| read.range.start);
    if lowering.faults.is_empty() { Ok(lowering.out) } else { Err(lowering.faults) }
}

/// The tag at or after which the parser gave up.
fn unreadable_place(source: &str, scan: &Scan, position: Option<(usize, usize)>) -> Range<usize> {
    let (line, column) = position.unwrap_or((1, 1));
    let start: usize = source.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let at =
        source.get(start..).and_then(|rest| rest.char_indices().nth(column.saturating_sub(1))).map_or(source.len(), |(at, _)| start + at);
    let tag = scan.tags.iter().rfind(|tag| tag.range.start <= at).or(scan.tags.first());
    tag.map_or(0..source.len(), |tag| tag.range.clone())
}

/// The names of an `each`: element and key, and the path of its list if it is one.
pub(super) struct Level {
    pub(super) names: [Option<String>; 2],
    path: Option<Vec<String>>,
}

/// The work under way.
pub(super) struct Lowering<'s> {
    pub(super) source: &'s str,
    tags: &'s [Tag],
    pub(super) faults: Vec<Fault>,
    /// The `each` blocks around the place where the work is, innermost last.
    pub(super) scope: Vec<Level>,
    pub(super) out: Lowered,
}

impl Lowering<'_> {
    pub(super) fn fault(&mut self, kind: FaultKind, range: Range<usize>, message: impl Into<String>, help: impl Into<String>) -> Term {
        self.faults.push(Fault::new(kind, range, message).help(help));
        Term::Literal(Value::Null)
    }

    /// The next tag of a wanted kind: the tree and the tags have the same order.
    fn next_tag(&mut self, wanted: impl Fn(&TagKind) -> bool) -> Tag {
        let found = self.tags.iter().position(|tag| wanted(&tag.kind));
        let fallback = Tag { kind: TagKind::Show, range: 0..self.source.len() };
        found.map_or(fallback, |at| {
            let tag = self.tags[at].clone();
            self.tags = &self.tags[at + 1..];
            tag
        })
    }

    fn pieces(&mut self, template: &Template) -> Vec<Piece> {
        let mut pieces = Vec::with_capacity(template.elements.len());
        for element in &template.elements {
            match element {
                TemplateElement::RawString(text) if text.is_empty() => {}
                TemplateElement::RawString(text) => push_literal(&mut pieces, &text.replace("\\<<", "<<")),
                TemplateElement::Expression(call) | TemplateElement::HtmlExpression(call) => {
                    let shown = self.shown(call);
                    pieces.push(Piece::Show(shown));
                }
                TemplateElement::HelperBlock(block) => {
                    let tag = self.next_tag(|kind| *kind == TagKind::Open);
                    let block = self.block(block, tag.range);
                    pieces.extend(block);
                    self.next_tag(|kind| *kind == TagKind::Close);
                }
                TemplateElement::Comment(_) => {}
                _ => {
                    self.fault(
                        FaultKind::Unsupported,
                        0..self.source.len(),
                        "partials and decorators are not part of the language",
                        "put the text itself here",
                    );
                }
            }
        }
        pieces
    }

    fn shown(&mut self, call: &HelperTemplate) -> Term {
        let tag = self.next_tag(|kind| matches!(kind, TagKind::Show | TagKind::Api(_)));
        match tag.kind {
            TagKind::Api(path) => {
                let (api, path) = (path[0].clone(), path[1..].to_vec());
                self.out.apis.push(ApiRead { api: api.clone(), path: path.clone(), range: tag.range });
                Term::Place(Place { base: Base::Api(api), path })
            }
            _ => self.call(call, &mut Words::new(self.source, tag.range)),
        }
    }

    fn block(&mut self, block: &HelperTemplate, tag: Range<usize>) -> Option<Piece> {
        let name = block.name.as_name().unwrap_or_default().to_owned();
        let mut words = Words::new(self.source, tag.clone());
        words.take(if self.source[tag.clone()].contains('#') { &name } else { "else" });
        let named = matches!(name.as_str(), "if" | "unless" | "each");
        if !named {
            self.fault(FaultKind::UnknownHelper, tag.clone(), format!("there is no block `{{{{#{name}}}}}`"), block_help(&name));
        } else if block.params.len() != 1 || !block.hash.is_empty() || (name != "each" && block.block_param.is_some()) {
            let usage = if name == "each" {
                "{{#each cart as |line|}} … {{/each}}".to_owned()
            } else {
                format!("{{{{#{name} vip}}}} … {{{{/{name}}}}}")
            };
            self.fault(
                FaultKind::BadCall,
                tag,
                format!("`{{{{#{name}}}}}` is not given one value"),
                format!("write `{usage}`; for more use a helper: `(and a b)`"),
            );
        }
        let subject = block.params.first().map_or(Term::Literal(Value::Null), |param| self.term(param, &mut words));
        if name == "each" {
            self.scope.push(self.level(block, &subject));
        }
        let then = block.template.as_ref().map_or_else(Vec::new, |body| self.pieces(body));
        if name == "each" {
            self.scope.pop();
        }
        let otherwise = block.inverse.as_ref().map_or_else(Vec::new, |body| self.otherwise(body));
        Some(match name.as_str() {
            "each" => Piece::Each { list: subject, body: then, otherwise },
            _ => Piece::If { test: subject, wanted: name != "unless", then, otherwise },
        })
    }

    /// `{{else}}` and `{{else if …}}`: the latter is a block without a tag of its own to close.
    fn otherwise(&mut self, body: &Template) -> Vec<Piece> {
        let tag = self.next_tag(|kind| matches!(kind, TagKind::Else | TagKind::ElseIf));
        match (body.elements.as_slice(), tag.kind) {
            ([TemplateElement::HelperBlock(block)], TagKind::ElseIf) => self.block(block, tag.range).into_iter().collect(),
            _ => self.pieces(body),
        }
    }

    fn level(&self, block: &HelperTemplate, list: &Term) -> Level {
        let name = |parameter: &Parameter| parameter.as_name().map(str::to_owned);
        let names = match &block.block_param {
            Some(BlockParam::Single(element)) => [name(element), None],
            Some(BlockParam::Pair((element, key))) => [name(element), name(key)],
            _ => [None, None],
        };
        let path = match list {
            Term::Place(place) => self.full_path(place).map(|mut path| {
                path.push("*".to_owned());
                path
            }),
            _ => None,
        };
        Level { names, path }
    }

    /// The path of a place from its root, through the lists whose elements it passes.
    pub(super) fn full_path(&self, place: &Place) -> Option<Vec<String>> {
        let mut path = match &place.base {
            Base::Root(root) => vec![root.clone()],
            Base::Element(up) => self.scope.iter().rev().nth(*up)?.path.clone()?,
            _ => return None,
        };
        path.extend_from_slice(&place.path);
        Some(path)
    }
}

/// Literals beside each other, as after a comment, are one.
fn push_literal(pieces: &mut Vec<Piece>, text: &str) {
    if let Some(Piece::Literal(before)) = pieces.last_mut() {
        *before = [before, text].concat().into();
    } else {
        pieces.push(Piece::Literal(text.into()));
    }
}

fn block_help(name: &str) -> String {
    match name {
        "with" => "names are the same everywhere: write the whole path, `{{address.city}}`".to_owned(),
        "for" | "foreach" => "write `{{#each list as |x|}} … {{/each}}`".to_owned(),
        _ if helpers::find(name).is_some() => format!("write `{{{{#if ({name} …)}}}} … {{{{/if}}}}`"),
        _ => "the blocks are `{{#if}}`, `{{#unless}}` and `{{#each}}`".to_owned(),
    }
}
