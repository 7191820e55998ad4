//! Templates and expressions, each compiled once, side by side, before all else: most of the time of a load goes into them.

use std::collections::{BTreeSet, HashMap};

use rayon::prelude::*;

use super::Parsed;
use crate::{
    template::{Expr, Fault, Text},
    yaml::{Kind, Node},
};

/// The keys whose texts are expressions.
const EXPRESSIONS: [&str; 3] = ["when", "expr", "each"];

type Made<'a, T> = HashMap<&'a str, Result<T, Vec<Fault>>>;

pub(super) struct Prepared<'a> {
    texts: Made<'a, Text>,
    exprs: Made<'a, Expr>,
}

impl<'a> Prepared<'a> {
    /// What stands in the files that may be compiled. What is not found here is compiled where it is met.
    pub(super) fn of(parsed: &'a Parsed) -> Self {
        let (mut texts, mut exprs) = (BTreeSet::new(), BTreeSet::new());
        parsed.docs().for_each(|doc| gather(&doc.root, &mut texts, &mut exprs));
        Self { texts: made(texts, Text::compile), exprs: made(exprs, Expr::compile) }
    }

    pub(super) fn text(&self, source: &str) -> Result<Text, Vec<Fault>> {
        self.texts.get(source).cloned().unwrap_or_else(|| Text::compile(source))
    }

    pub(super) fn expr(&self, source: &str) -> Result<Expr, Vec<Fault>> {
        self.exprs.get(source).cloned().unwrap_or_else(|| Expr::compile(source))
    }
}

fn made<'a, T: Send>(sources: BTreeSet<&'a str>, compile: impl Fn(&str) -> Result<T, Vec<Fault>> + Sync) -> Made<'a, T> {
    sources.into_par_iter().map(|source| (source, compile(source))).collect()
}

fn gather<'a>(node: &'a Node, texts: &mut BTreeSet<&'a str>, exprs: &mut BTreeSet<&'a str>) {
    match &node.kind {
        Kind::Text(text) if text.contains("{{") || text.contains("<<") => drop(texts.insert(text)),
        Kind::List(items) => items.iter().for_each(|item| gather(item, texts, exprs)),
        Kind::Map(entries) => {
            for (key, value) in entries {
                match &value.kind {
                    Kind::Text(text) if EXPRESSIONS.contains(&&*key.text) => drop(exprs.insert(text)),
                    _ => gather(value, texts, exprs),
                }
            }
        }
        _ => {}
    }
}
