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
    words::Words,
};
use crate::template::{
    expr::Expr,
    fault::{ApiRead, Fault, FaultKind, Read},
    helpers::{self, Helper},
};

/// A part of a text.
pub(super) enum Piece {
    Literal(Box<str>),
    Show(Term),
    If { test: Term, wanted: bool, then: Vec<Piece>, otherwise: Vec<Piece> },
    Each { list: Term, body: Vec<Piece>, otherwise: Vec<Piece> },
}

/// A value in a text.
pub(super) enum Term {
    Place(Place),
    Literal(Value),
    Call(&'static Helper, Vec<Term>, Vec<(String, Term)>),
    /// An expression, and the names of the elements that it may see: innermost last.
    Calc(Box<Expr>, Vec<(String, Base)>),
}

/// A value by its path.
pub(super) struct Place {
    pub(super) base: Base,
    pub(super) path: Vec<String>,
}

/// Where a path begins. The numbers count `each` blocks outwards, 0 being the innermost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Base {
    Root(String),
    Api(String),
    Element(usize),
    Key(usize),
    Index,
    First,
    Last,
}

/// What lowering gives.
#[derive(Default)]
pub(super) struct Lowered {
    pub(super) pieces: Vec<Piece>,
    pub(super) reads: Vec<Read>,
    pub(super) apis: Vec<ApiRead>,
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
struct Level {
    names: [Option<String>; 2],
    path: Option<Vec<String>>,
}

struct Lowering<'s> {
    source: &'s str,
    tags: &'s [Tag],
    faults: Vec<Fault>,
    scope: Vec<Level>,
    out: Lowered,
}

impl Lowering<'_> {
    fn fault(&mut self, kind: FaultKind, range: Range<usize>, message: impl Into<String>, help: impl Into<String>) -> Term {
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
    fn full_path(&self, place: &Place) -> Option<Vec<String>> {
        let mut path = match &place.base {
            Base::Root(root) => vec![root.clone()],
            Base::Element(up) => self.scope.iter().rev().nth(*up)?.path.clone()?,
            _ => return None,
        };
        path.extend_from_slice(&place.path);
        Some(path)
    }

    fn term(&mut self, parameter: &Parameter, words: &mut Words<'_>) -> Term {
        match parameter {
            Parameter::Literal(value) => {
                if let Some(text) = value.as_str() {
                    words.take_text(text);
                }
                Term::Literal(value.clone())
            }
            Parameter::Name(raw) => self.place(raw, words),
            Parameter::Path(_) => self.place(parameter.as_name().unwrap_or_default(), words),
            Parameter::Subexpression(inner) => match inner.as_element() {
                TemplateElement::Expression(call) => self.call(call, words),
                _ => Term::Literal(Value::Null),
            },
            _ => self.fault(FaultKind::Unsupported, words.tag(), "this value is not part of the language", "write a name or a text"),
        }
    }

    fn call(&mut self, call: &HelperTemplate, words: &mut Words<'_>) -> Term {
        let bare = call.params.is_empty() && call.hash.is_empty();
        let Some(name) = call.name.as_name() else { return self.term(&call.name, words) };
        let helper = helpers::find(name);
        if bare && (helper.is_none() || self.local(name).is_some()) {
            return self.place(name, words);
        }
        let place = words.take(name);
        let Some(helper) = helper else {
            return self.fault(FaultKind::UnknownHelper, place, format!("there is no helper `{name}`"), helpers::unknown_help(name));
        };
        if helper.name == "calc" {
            return self.calc(call, place, words);
        }
        let args: Vec<Term> = call.params.iter().map(|param| self.term(param, words)).collect();
        let mut named: Vec<(&String, &Parameter)> = call.hash.iter().collect();
        named.sort_by_key(|(key, _)| *key);
        let (least, most) = helper.arguments;
        let usage = || format!("write `{}`: {}", helper.usage, helper.meaning);
        if !(least..=most).contains(&args.len()) {
            return self.fault(FaultKind::BadCall, place, format!("`{name}` is given {} values", args.len()), usage());
        }
        if let Some((key, _)) = named.iter().find(|(key, _)| !helper.named.contains(&key.as_str())) {
            return self.fault(FaultKind::BadCall, place, format!("`{name}` has no option `{key}`"), usage());
        }
        if name == "plural" && !call.hash.contains_key("other") {
            return self.fault(FaultKind::BadCall, place, "`plural` has no `other`", usage());
        }
        let named = named.into_iter().map(|(key, param)| (key.clone(), self.term(param, words))).collect();
        Term::Call(helper, args, named)
    }

    fn calc(&mut self, call: &HelperTemplate, place: Range<usize>, words: &mut Words<'_>) -> Term {
        let ([Parameter::Literal(Value::String(source))], true) = (call.params.as_slice(), call.hash.is_empty()) else {
            let help = "write the expression as one text: `{{calc \"price * 2\"}}`";
            return self.fault(FaultKind::BadCall, place, "`calc` is not given one text", help);
        };
        let text = words.take_text(source);
        let whole = words.tag();
        let moved = |range: Range<usize>| text.as_ref().map_or(whole.clone(), |text| text.start + range.start..text.start + range.end);
        let names = self.visible();
        let locals: Vec<String> = names.iter().map(|(name, _)| name.clone()).collect();
        match Expr::compile_within(source, &locals) {
            Ok(expr) => {
                self.out.reads.extend(expr.reads().iter().map(|read| Read { path: read.path.clone(), range: moved(read.range.clone()) }));
                Term::Calc(Box::new(expr), names)
            }
            Err(faults) => {
                self.faults.extend(faults.into_iter().map(|fault| Fault { range: moved(fault.range.clone()), ..fault }));
                Term::Literal(Value::Null)
            }
        }
    }

    /// The names of elements and keys in scope, innermost last.
    fn visible(&self) -> Vec<(String, Base)> {
        let levels = self.scope.len();
        let mut names: Vec<(String, Base)> = Vec::new();
        for (depth, level) in self.scope.iter().enumerate() {
            let up = levels - 1 - depth;
            let bases = [Base::Element(up), Base::Key(up)];
            names.extend(level.names.iter().zip(bases).filter_map(|(name, base)| name.clone().map(|name| (name, base))));
        }
        if levels > 0 {
            names.push(("this".to_owned(), Base::Element(0)));
        }
        names
    }

    /// What a name in scope stands for, if it is one of an `each`.
    fn local(&self, name: &str) -> Option<Base> {
        self.visible().into_iter().rev().find(|(known, _)| known == name).map(|(_, base)| base)
    }

    fn place(&mut self, raw: &str, words: &mut Words<'_>) -> Term {
        let range = words.take(raw);
        let mut rest = raw;
        for prefix in ["@root.", "@root/", "./"] {
            rest = rest.strip_prefix(prefix).unwrap_or(rest);
        }
        while let Some(outer) = rest.strip_prefix("../") {
            rest = outer;
        }
        let mut path: Vec<String> = rest.split(['.', '/']).filter(|key| !key.is_empty()).map(str::to_owned).collect();
        if path.is_empty() {
            return self.fault(FaultKind::Syntax, range, "a name is missing", "write a name: `{{first_name}}`");
        }
        let first = path.remove(0);
        let base = match first.as_str() {
            "this" | "@index" | "@first" | "@last" | "@key" if self.scope.is_empty() => {
                let message = format!("`{first}` stands outside `{{{{#each}}}}`");
                return self.fault(FaultKind::Syntax, range, message, "it belongs to the element of a list: `{{#each list as |x|}}`");
            }
            "@index" => Base::Index,
            "@first" => Base::First,
            "@last" => Base::Last,
            "@key" => Base::Key(0),
            name if name.starts_with('@') => {
                return self.fault(
                    FaultKind::Syntax,
                    range,
                    format!("there is no `{name}`"),
                    "within `{{#each}}` there are @index, @first, @last and @key",
                );
            }
            name => self.local(name).unwrap_or_else(|| Base::Root(name.to_owned())),
        };
        let place = Place { base, path };
        if let Some(path) = self.full_path(&place) {
            self.out.reads.push(Read { path, range });
        }
        Term::Place(place)
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
