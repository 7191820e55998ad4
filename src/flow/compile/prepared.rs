//! Templates and expressions, each compiled once, side by side, before all else: most of the time of a load goes into them.

use std::collections::{BTreeSet, HashMap};

use rayon::prelude::*;

use super::{Parsed, size::Size};
use crate::{
    diagnostic::Problems,
    template::{Expr, Fault, Text},
    yaml::{Kind, Node},
};

/// The keys whose texts are expressions.
const EXPRESSIONS: [&str; 3] = ["when", "expr", "each"];

/// So many are compiled side by side before the faults among them are counted.
const PORTION: usize = 4 * Problems::OF_FILE_MAX;

type Made<'a, T> = HashMap<&'a str, Result<T, Vec<Fault>>>;

pub(super) struct Prepared<'a> {
    texts: Made<'a, Text>,
    exprs: Made<'a, Expr>,
    size: &'a Size,
}

impl<'a> Prepared<'a> {
    /// What stands in the files that may be compiled. What is not found here is compiled where it is met.
    /// Ends early where the patterns among it become too large.
    pub(super) fn of(parsed: &'a Parsed, size: &'a Size) -> Self {
        let (mut texts, mut exprs) = (BTreeSet::new(), BTreeSet::new());
        parsed.docs().for_each(|doc| gather(&doc.root, &mut texts, &mut exprs));
        let text = |source: &str| sized(size, source, Text::compile, Text::pattern_bytes);
        let expr = |source: &str| sized(size, source, Expr::compile, Expr::pattern_bytes);
        Self { texts: made(texts, text), exprs: made(exprs, expr), size }
    }

    pub(super) fn text(&self, source: &str) -> Result<Text, Vec<Fault>> {
        self.texts.get(source).cloned().unwrap_or_else(|| sized(self.size, source, Text::compile, Text::pattern_bytes))
    }

    pub(super) fn expr(&self, source: &str) -> Result<Expr, Vec<Fault>> {
        self.exprs.get(source).cloned().unwrap_or_else(|| sized(self.size, source, Expr::compile, Expr::pattern_bytes))
    }
}

/// Nothing more is compiled once the patterns are too large; that is told as a whole.
fn sized<T>(
    size: &Size,
    source: &str,
    compile: impl Fn(&str) -> Result<T, Vec<Fault>>,
    pattern_bytes: impl Fn(&T) -> usize,
) -> Result<T, Vec<Fault>> {
    if size.too_many_patterns() {
        return Err(Vec::new());
    }
    compile(source).inspect(|compiled| size.add_patterns(pattern_bytes(compiled)))
}

/// Ends behind a portion with more faults than will be told: who has made so many gets no bot, and waits for nothing.
fn made<'a, T: Send>(sources: BTreeSet<&'a str>, compile: impl Fn(&str) -> Result<T, Vec<Fault>> + Sync) -> Made<'a, T> {
    let sources: Vec<&str> = sources.into_iter().collect();
    let mut made = Made::with_capacity(sources.len());
    for portion in sources.chunks(PORTION) {
        let compiled: Vec<_> = portion.par_iter().map(|source| compile(source)).collect();
        let faulty = compiled.iter().filter(|result| result.is_err()).count();
        made.extend(portion.iter().copied().zip(compiled));
        if faulty > Problems::OF_FILE_MAX {
            break;
        }
    }
    made
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
