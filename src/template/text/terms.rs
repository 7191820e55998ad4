//! Lowers what stands in a tag: names, texts, calls of helpers, `calc`.

use std::ops::Range;

use handlebars::template::{HelperTemplate, Parameter, TemplateElement};
use serde_json::Value;

use super::{
    lower::Lowering,
    tree::{Base, Place, Term},
    words::Words,
};
use crate::template::{
    expr::Expr,
    fault::{Fault, FaultKind, Read},
    helpers,
};

impl Lowering<'_> {
    pub(super) fn term(&mut self, parameter: &Parameter, words: &mut Words<'_>) -> Term {
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

    pub(super) fn call(&mut self, call: &HelperTemplate, words: &mut Words<'_>) -> Term {
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
                self.out.pattern_bytes += expr.pattern_bytes();
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
