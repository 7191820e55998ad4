//! Triggers: what the user's words start.

use serde_json::{Map, Value};

use super::{bot::BlockIx, fold, price};
use crate::{
    diagnostic::Place,
    template::{Budget, Failure, Pattern},
};

/// A compiled trigger.
#[derive(Clone, Debug)]
pub struct Trigger {
    /// Whole messages.
    pub keywords: Vec<Word>,
    /// Whole words.
    pub contains: Vec<Word>,
    /// The whole message, case ignored; anchored by the compiler.
    pub pattern: Option<Pattern>,
    /// Goes before an open question.
    pub interrupt: bool,
    /// The first block of what it does.
    pub first: BlockIx,
    /// Where it stands.
    pub place: Place,
}

/// What a message is compared with.
#[derive(Clone, Debug)]
pub struct Word {
    /// Case, accents and outer space folded.
    pub folded: String,
    /// Where it stands.
    pub place: Place,
}

impl Trigger {
    /// Takes every message that consists of this word.
    #[must_use]
    pub fn takes(&self, word: &Word) -> bool {
        self.matches(&word.folded, &word.folded, &Budget::new(0, u64::MAX)).is_ok_and(|matched| matched.is_some())
    }

    /// Takes every message in which this word stands.
    #[must_use]
    pub fn takes_wherever(&self, word: &Word) -> bool {
        self.contains.iter().any(|own| fold::contains_words(&word.folded, &own.folded))
    }

    /// The root `match` if the message fits; `folded` is the same message, folded.
    ///
    /// # Errors
    /// The steps are used up.
    pub(super) fn matches(&self, text: &str, folded: &str, budget: &Budget) -> Result<Option<Value>, Failure> {
        if let Some(pattern) = &self.pattern
            && let Some(captures) = pattern.captures(text.trim(), budget)?
        {
            budget.text(captures.iter().flatten().map(|group| price::GROUP + group.len()).sum())?;
            return Ok(Some(groups(pattern, &captures)));
        }
        budget.spend(self.keywords.len() + self.contains.len() * (price::WORD + folded.len() / 8))?;
        let hit = self.keywords.iter().any(|k| k.folded == folded) || self.contains.iter().any(|w| fold::contains_words(folded, &w.folded));
        Ok(hit.then(|| Value::Object(Map::new())))
    }
}

fn groups(pattern: &Pattern, captures: &regex::Captures<'_>) -> Value {
    let named = pattern.groups().enumerate().filter_map(|(ix, name)| {
        let text = captures.get(ix)?.as_str();
        Some((name.map_or_else(|| ix.to_string(), str::to_owned), Value::from(text)))
    });
    Value::Object(named.collect())
}
