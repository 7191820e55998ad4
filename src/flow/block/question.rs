//! What all asking blocks share: where the answer goes, what fits, and what happens when nothing does.

use std::sync::Arc;

use serde_json::Value;

use crate::{
    flow::{
        answer::Failure,
        bot::BlockIx,
        phrase::Phrase,
        price,
        scope::Scope,
        types::{self, Type, Writer},
    },
    language::TypeName,
    template::{Expr, Pattern},
};

/// How often a question is asked again, unless it says something else.
pub(in crate::flow) const RETRIES: u32 = 3;

/// The frame of an asking block.
#[derive(Debug)]
pub struct Question {
    /// The question.
    pub text: Phrase,
    /// The attribute that takes the answer.
    pub into: Option<Arc<str>>,
    /// What fits as a typed answer; none: nothing but the items.
    pub expect: Option<Expect>,
    /// Said in place of the question when an answer does not fit.
    pub retry_text: Option<Phrase>,
    /// How often it is asked again.
    pub retry_times: u32,
    /// Its items act only while it is open.
    pub once: bool,
    /// Lets the user pass over it.
    pub skip: Option<Skip>,
    /// What to do with an answer that nothing else takes.
    pub otherwise: Option<BlockIx>,
    /// A hash of what is asked for, to know the question again in another version.
    pub asks: u64,
}

/// Passing over a question.
#[derive(Debug)]
pub struct Skip {
    /// What the user presses or types.
    pub title: Phrase,
    /// What it sets.
    pub set: Vec<super::Assign>,
    /// What it does.
    pub first: Option<BlockIx>,
}

/// What fits as an answer.
#[derive(Debug)]
pub struct Expect {
    /// One of these types.
    pub types: Vec<Type>,
    /// Not less (a number), not earlier (a date).
    pub min: Option<Value>,
    /// Not more, not later.
    pub max: Option<Value>,
    /// Characters at least.
    pub min_length: Option<u32>,
    /// Characters at most.
    pub max_length: Option<u32>,
    /// The whole answer matches; anchored by the compiler.
    pub pattern: Option<Pattern>,
    /// True of `value`.
    pub when: Option<Expr>,
}

impl Expect {
    /// The value of a typed answer that fits. It is trimmed first: what is kept is what was checked.
    pub(in crate::flow) fn read(&self, text: &str, scope: &Scope<'_>) -> Result<Option<Value>, Failure> {
        let text = types::person::trim(text);
        if text.is_empty() {
            return Ok(None);
        }
        scope.budget.spend(price::read(text, &self.types))?;
        let read = |t: &Type| types::person::read(t.name, text, scope.language(), &scope.env.timezone);
        self.first_that_fits(self.types.iter().filter_map(read), text, scope)
    }

    /// The value of an answer that is not typed: a location.
    pub(in crate::flow) fn take(&self, value: &Value, scope: &Scope<'_>) -> Result<Option<Value>, Failure> {
        self.first_that_fits(types::convert(value, &self.types, Writer::Machine, &scope.env.timezone).into_iter(), "", scope)
    }

    fn first_that_fits(&self, values: impl Iterator<Item = Value>, text: &str, scope: &Scope<'_>) -> Result<Option<Value>, Failure> {
        for value in values {
            if self.within(&value, text) && self.matches(text, scope)? && self.holds(&value, scope)? {
                return Ok(Some(value));
            }
        }
        Ok(None)
    }

    fn within(&self, value: &Value, text: &str) -> bool {
        let length = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
        let not_less = |least: &Value, most: &Value| match (least.as_f64(), most.as_f64()) {
            (Some(least), Some(most)) => least <= most,
            _ => least.as_str().zip(most.as_str()).is_none_or(|(least, most)| least <= most),
        };
        self.min.as_ref().is_none_or(|min| not_less(min, value))
            && self.max.as_ref().is_none_or(|max| not_less(value, max))
            && self.min_length.is_none_or(|min| length >= min)
            && self.max_length.is_none_or(|max| length <= max)
    }

    fn matches(&self, text: &str, scope: &Scope<'_>) -> Result<bool, Failure> {
        let Some(pattern) = &self.pattern else { return Ok(true) };
        Ok(pattern.is_match(text, scope.budget)?)
    }

    fn holds(&self, value: &Value, scope: &Scope<'_>) -> Result<bool, Failure> {
        let Some(when) = &self.when else { return Ok(true) };
        Ok(when.truth(&scope.with_local("value", value))?)
    }

    /// The name of the wording for an answer that does not fit: that of the first type.
    #[must_use]
    pub fn wording(&self) -> &'static str {
        self.types.first().map_or(TypeName::String, |t| t.name).as_str()
    }
}
