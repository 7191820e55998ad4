//! Texts with placeholders: handlebars' grammar, and `<<api>>`.
//!
//! A source is scanned (guards, block structure, `<<…>>` masked by a placeholder of the same length so that every place stays
//! that of the source), parsed by handlebars, lowered into pieces, and rendered by walking these. A text without placeholders
//! is kept as it is and never reaches the renderer.
//!
//! Where the language is silent: lists print with `, ` between, objects as JSON; `{{#if}}` takes absent, false, 0, `""`, `[]`
//! and `{}` for false, as handlebars does; `{{#each}}` walks objects too (`as |value key|`, `@key`); `../name` is `name`.

mod escape;
mod lower;
mod render;
mod scan;
mod slips;
mod terms;
mod tree;
mod words;

use std::{fmt, sync::Arc};

use serde_json::Value;

pub use self::escape::Escape;
use self::tree::{Piece, Term};
use super::{
    fault::{ApiRead, Failure, Fault, Read},
    roots::Roots,
};

/// A compiled text; a clone is the same one.
#[derive(Clone)]
pub struct Text(Arc<Compiled>);

struct Compiled {
    source: Box<str>,
    pieces: Vec<Piece>,
    reads: Vec<Read>,
    apis: Vec<ApiRead>,
    pattern_bytes: usize,
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Text").field(&self.0.source).finish()
    }
}

impl Text {
    /// Compiles a source of at most 16 KiB.
    ///
    /// # Errors
    /// Everything that is wrong with it; ranges are bytes of `source`.
    pub fn compile(source: &str) -> Result<Self, Vec<Fault>> {
        if !source.contains("{{") && !source.contains("<<") && source.len() <= scan::SOURCE_BYTES_MAX {
            let pieces = vec![Piece::Literal(source.into())];
            return Ok(Self(Arc::new(Compiled { source: source.into(), pieces, reads: Vec::new(), apis: Vec::new(), pattern_bytes: 0 })));
        }
        let scan = scan::scan(source)?;
        let lower::Lowered { pieces, reads, apis, pattern_bytes } = lower::lower(source, &scan)?;
        Ok(Self(Arc::new(Compiled { source: source.into(), pieces, reads, apis, pattern_bytes })))
    }

    /// The text that was compiled.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.0.source
    }

    /// The whole text, if it has no placeholder; `\<<` and `\{{` are already what they stand for.
    #[must_use]
    pub fn literal(&self) -> Option<&str> {
        match self.0.pieces.as_slice() {
            [] => Some(""),
            [Piece::Literal(text)] => Some(text),
            _ => None,
        }
    }

    /// The values that it reads, in the order of the source.
    #[must_use]
    pub fn reads(&self) -> &[Read] {
        &self.0.reads
    }

    /// How large the patterns in it have become, in bytes.
    #[must_use]
    pub fn pattern_bytes(&self) -> usize {
        self.0.pattern_bytes
    }

    /// The `<<api>>` placeholders, in the order of the source.
    #[must_use]
    pub fn apis(&self) -> &[ApiRead] {
        &self.0.apis
    }

    /// Whether the whole text is one `{{path}}` or `<<api.path>>`, whose value keeps its type.
    #[must_use]
    pub fn single(&self) -> bool {
        matches!(self.0.pieces.as_slice(), [Piece::Show(Term::Place(_))])
    }

    /// What is probably a slip though it is valid text: `{name}`, `${name}`.
    #[must_use]
    pub fn suspects(&self) -> Vec<Fault> {
        slips::suspects(&self.0.source)
    }

    /// The text with its values, each escaped for the place where the text goes; absent values are empty.
    ///
    /// # Errors
    /// More than `max_bytes`, too many steps, or a `calc` that fails.
    pub fn render(&self, roots: &dyn Roots, escape: Escape, max_bytes: usize) -> Result<String, Failure> {
        let budget = roots.budget();
        let mut out = escape::Out::new(escape, max_bytes);
        render::pieces(&self.0.pieces, &render::Scope::new(roots, budget), &mut out)?;
        budget.check().map(|()| out.finish())
    }

    /// The value as it is (null if absent) if the text is [`Text::single`], else the rendered text.
    ///
    /// # Errors
    /// As [`Text::render`].
    pub fn value(&self, roots: &dyn Roots, max_bytes: usize) -> Result<Value, Failure> {
        let [Piece::Show(term @ Term::Place(_))] = self.0.pieces.as_slice() else {
            return self.render(roots, Escape::Plain, max_bytes).map(Value::String);
        };
        let budget = roots.budget();
        let value = render::term(term, &render::Scope::new(roots, budget))?.unwrap_or_default();
        budget.print(&value)?;
        let value = value.into_owned();
        escape::within(&value, max_bytes)?;
        Ok(value)
    }
}
