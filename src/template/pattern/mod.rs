//! A pattern, and what it costs at worst to look for it: the time is linear in the text, and in how many places of the pattern a
//! byte may stand at once. Where these are few, each set of them is worked out once, and a byte costs next to nothing.

mod size;

use regex::{Captures, Regex};
use regex_syntax::{
    ParserBuilder,
    hir::{Hir, HirKind, Look},
};

use super::{budget::Budget, fault::Failure};

/// So many places make few sets.
const FEW: usize = 8;
/// Steps for a byte that may stand at one of more places: a place is up to four states, as a letter is up to four bytes.
const PLACE: usize = 2;

/// A compiled pattern; a clone is the same one.
#[derive(Clone, Debug)]
pub struct Pattern {
    regex: Regex,
    bytes: usize,
    places: usize,
    /// The longest text that it can match, in bytes, if it has to match the whole of it.
    longest: Option<usize>,
}

impl Pattern {
    /// Compiles a pattern of at most so many bytes once it is compiled.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn compile(source: &str, any_case: bool, bytes_max: usize) -> Result<Self, regex::Error> {
        let (regex, bytes) = size::compile(source, any_case, bytes_max)?;
        let parsed = ParserBuilder::new().case_insensitive(any_case).build().parse(source);
        let parsed = parsed.map_err(|error| regex::Error::Syntax(error.to_string()))?;
        Ok(Self { regex, bytes, places: places(&parsed, false), longest: longest(&parsed) })
    }

    /// What it counts towards the limits of a bot: near enough the bytes that it is compiled to.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Whether it is found in the text.
    ///
    /// # Errors
    /// The steps are used up.
    pub fn is_match(&self, text: &str, budget: &Budget) -> Result<bool, Failure> {
        Ok(self.may_match(text, budget)? && self.regex.is_match(text))
    }

    /// Its groups, where it is found in the text.
    ///
    /// # Errors
    /// The steps are used up.
    pub fn captures<'t>(&self, text: &'t str, budget: &Budget) -> Result<Option<Captures<'t>>, Failure> {
        Ok(if self.may_match(text, budget)? { self.regex.captures(text) } else { None })
    }

    /// The names of its groups; the first is the whole.
    pub fn groups(&self) -> impl Iterator<Item = Option<&str>> {
        self.regex.capture_names()
    }

    /// Takes the steps of looking for it; a text that is too long need not be looked at.
    fn may_match(&self, text: &str, budget: &Budget) -> Result<bool, Failure> {
        if self.longest.is_some_and(|longest| text.len() > longest) {
            return budget.spend(1).map(|()| false);
        }
        let steps = if self.places <= FEW { text.len() / 2 } else { text.len().saturating_mul(self.places).saturating_mul(PLACE) };
        budget.spend(steps.saturating_add(8)).map(|()| true)
    }
}

/// How many places of a pattern a byte may stand at: letters that follow each other are one after the other, unless they are counted.
fn places(of: &Hir, counted: bool) -> usize {
    match of.kind() {
        HirKind::Empty | HirKind::Look(_) => 0,
        HirKind::Literal(literal) => {
            if counted {
                literal.0.len()
            } else {
                0
            }
        }
        HirKind::Class(_) => 1,
        HirKind::Capture(group) => places(&group.sub, counted),
        HirKind::Repetition(repeated) => {
            let times = repeated.max.unwrap_or(repeated.min).max(1);
            places(&repeated.sub, counted || times > 1).saturating_mul(usize::try_from(times).unwrap_or(usize::MAX))
        }
        HirKind::Concat(parts) => sum(parts, counted),
        HirKind::Alternation(parts) => sum(parts, counted).max(2),
    }
}

fn sum(parts: &[Hir], counted: bool) -> usize {
    parts.iter().map(|part| places(part, counted)).fold(0, usize::saturating_add)
}

fn longest(of: &Hir) -> Option<usize> {
    let properties = of.properties();
    let whole = properties.look_set_prefix().contains(Look::Start) && properties.look_set_suffix().contains(Look::End);
    properties.maximum_len().filter(|_| whole)
}
