//! Texts, expressions and secrets: compiled once, every name they read looked up.

use super::{Compiler, Here, part_of, response};
use crate::{
    flow::{
        computed::{SecretPiece, SecretText},
        phrase::Phrase,
    },
    id::ApiName,
    language::{Output, Said},
    outbound::split_secrets,
    template::{ApiRead, Expr, Fault, FaultKind, Read, Text},
    yaml::{Doc, Span},
};

impl<'a> Compiler<'a> {
    /// A text that people read, with its translations.
    pub(super) fn phrase(&mut self, said: &'a Said, here: Here<'a>) -> Option<Phrase> {
        let base = self.text(said, here)?;
        let translations = self.translations(said, &base, here);
        Some(Phrase { base, translations })
    }

    /// A text that is not for people: a link, a value.
    pub(super) fn text(&mut self, said: &Said, here: Here<'_>) -> Option<Text> {
        self.text_of(&said.value, said.span, here)
    }

    pub(super) fn text_of(&mut self, source: &str, span: Span, here: Here<'_>) -> Option<Text> {
        if source.contains("${env:") || source.contains("${file:") {
            self.problems.secret_not_here(here.place(span));
            return None;
        }
        self.template(source, source, 0, span, here)
    }

    /// Compiles a piece of a scalar: `source` stands at `offset` of the scalar's text `whole`.
    fn template(&mut self, source: &str, whole: &str, offset: usize, span: Span, here: Here<'_>) -> Option<Text> {
        if self.problems.has_enough_of(&here.doc.file) {
            return None;
        }
        match self.prepared.text(source) {
            Err(faults) => {
                self.tell_faults(&faults, "template", whole, offset, span, here.doc);
                None
            }
            Ok(text) => {
                for fault in text.suspects() {
                    let place = part_of(here.doc, span, whole, shifted(&fault, offset));
                    self.problems.template_suspect(place, fault.message, fault.help);
                }
                self.check_reads(text.reads(), whole, offset, span, here);
                for read in text.apis() {
                    self.check_api_read(read, whole, offset, span, here.doc);
                }
                Some(text)
            }
        }
    }

    fn tell_faults(&mut self, faults: &[Fault], what: &str, whole: &str, offset: usize, span: Span, doc: &Doc) {
        for fault in faults {
            let place = part_of(doc, span, whole, shifted(fault, offset));
            let (message, help) = (fault.message.clone(), fault.help.clone());
            match (fault.kind, what) {
                (FaultKind::UnknownHelper, "template") => self.problems.unknown_helper(place, message, help),
                (FaultKind::UnknownHelper, _) => self.problems.unknown_function(place, message, help),
                (FaultKind::BadApi, _) => self.problems.bad_placeholder(place, message, help),
                (FaultKind::TooBig, _) => self.problems.template_limit(place, message, help),
                (_, "template") => self.problems.bad_template(place, message, help),
                _ => self.problems.bad_expression(place, message, help),
            }
        }
    }

    /// A condition or another expression.
    pub(super) fn expr(&mut self, said: &Said, here: Here<'_>) -> Option<Expr> {
        self.expr_of(&said.value, said.span, here)
    }

    pub(super) fn expr_of(&mut self, source: &str, span: Span, here: Here<'_>) -> Option<Expr> {
        if self.problems.has_enough_of(&here.doc.file) {
            return None;
        }
        match self.prepared.expr(source) {
            Ok(expr) => {
                self.check_reads(expr.reads(), source, 0, span, here);
                Some(expr)
            }
            Err(faults) => {
                self.tell_faults(&faults, "expression", source, 0, span, here.doc);
                None
            }
        }
    }

    /// Every name that is read is an attribute, a built-in one, or holds just here.
    fn check_reads(&mut self, reads: &[Read], whole: &str, offset: usize, span: Span, here: Here<'_>) {
        for read in reads {
            let Some(root) = read.path.first() else { continue };
            let name = match (root.as_str(), read.path.get(1)) {
                ("user", Some(name)) => name,
                _ => root,
            };
            self.used.insert(name.clone());
            if !self.is_known(name, here) {
                let mut known = self.names.known_roots();
                known.extend(here.locals.iter().flatten());
                let range = read.range.start + offset..read.range.end + offset;
                self.problems.unknown_name(part_of(here.doc, span, whole, range), name, &known);
            }
        }
    }

    fn is_known(&self, name: &str, here: Here<'_>) -> bool {
        here.locals.iter().flatten().any(|local| *local == name)
            || self.names.attributes.contains_key(name)
            || crate::flow::names::built_in(name)
    }

    fn check_api_read(&mut self, read: &ApiRead, whole: &str, offset: usize, span: Span, doc: &Doc) {
        let place = part_of(doc, span, whole, read.range.start + offset..read.range.end + offset);
        let Some(api) = self.apis.get(read.api.as_str()).cloned() else {
            if !self.names.apis.contains_key(read.api.as_str()) {
                self.problems.unknown_api(place, &read.api, &self.names.known_apis());
            }
            return;
        };
        match self.collecting.as_mut() {
            None => self.problems.api_not_here(place.clone(), &read.api),
            Some(found) if !found.contains(&api.name) => found.push(api.name.clone()),
            Some(_) => {}
        }
        let printable = matches!(api.output, Output::Text | Output::Json);
        if read.path.is_empty() && !printable {
            self.problems.api_output(place, &read.api, api.output.as_str(), "text");
        } else if let Some((schema, _)) = &api.response {
            if !response::has_path(schema, &read.path) {
                self.problems.api_path(place, &read.api, &read.path.join("."));
            } else if read.path.is_empty() && api.output == Output::Json && !response::may_be_scalar(schema) {
                self.problems.api_output(place, &read.api, "json that is no text", "a text: name what lies inside, as in `<<api.name>>`");
            }
        } else if !read.path.is_empty() {
            self.problems.api_response_missing(place, &read.api);
        }
    }

    /// A text that may refer to secrets. The references are cut out before templates are compiled, so no user's text can become one.
    pub(super) fn secret_text(&mut self, source: &str, span: Span, here: Here<'_>) -> Option<SecretText> {
        let pieces = match split_secrets(source) {
            Ok(pieces) => pieces,
            Err(bad) => {
                self.problems.bad_secret(part_of(here.doc, span, source, bad.bytes), &bad.reason);
                return None;
            }
        };
        let mut compiled = Vec::new();
        for piece in pieces {
            compiled.push(match piece.secret {
                Some(secret) => SecretPiece::Secret(secret),
                None => SecretPiece::Text(self.template(&source[piece.bytes.clone()], source, piece.bytes.start, span, here)?),
            });
        }
        Some(SecretText { pieces: compiled, place: Some(here.place(span)) })
    }

    /// The API that a block names.
    pub(super) fn api_named(&mut self, name: &crate::yaml::Spanned<String>, wanted: Option<Output>, here: Here<'_>) -> Option<ApiName> {
        let place = here.place(name.span);
        let Some(api) = self.apis.get(name.as_str()).cloned() else {
            if !self.names.apis.contains_key(name.as_str()) {
                self.problems.unknown_api(place, name, &self.names.known_apis());
            }
            return None;
        };
        if let Some(wanted) = wanted.filter(|w| *w != api.output) {
            self.problems.api_output(place, name, api.output.as_str(), wanted.as_str());
        }
        if let Some(found) = self.collecting.as_mut().filter(|found| !found.contains(&api.name)) {
            found.push(api.name.clone());
        }
        Some(api.name.clone())
    }

    /// Compiles something in which no API can be called.
    pub(super) fn without_apis<T>(&mut self, compile: impl FnOnce(&mut Self) -> T) -> T {
        let outer = self.collecting.take();
        let compiled = compile(self);
        self.collecting = outer;
        compiled
    }
}

fn shifted(fault: &Fault, offset: usize) -> std::ops::Range<usize> {
    fault.range.start + offset..fault.range.end + offset
}
