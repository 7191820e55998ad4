//! Items: rendered when they are sent, so that a press brings back what was shown, whatever has changed since.

use serde_json::{Map, Value};

use super::Assign;
use crate::{
    flow::{
        answer::{Failure, FailureKind},
        bot::BlockIx,
        computed::Computed,
        effect::{Choice, SentItem, Target},
        engine::Engine,
        limits::ITEMS_MAX,
        phrase::{Phrase, RENDERED_BYTES_MAX},
        price,
        scope::Scope,
        types::Writer,
    },
    template::{self, Escape, Expr, Text},
};

/// A compiled item.
#[derive(Debug)]
pub struct Item {
    /// What the user sees.
    pub title: Phrase,
    /// A second line.
    pub description: Option<Phrase>,
    /// What choosing it stores; the title as written, if nothing else is said and the attribute takes it.
    pub value: Option<Computed>,
    /// Other words that choose it.
    pub also: Vec<String>,
    /// Offered only if true.
    pub when: Option<Expr>,
    /// Made once for each element.
    pub each: Option<Each>,
    /// What choosing it sets.
    pub set: Vec<Assign>,
    /// What a press does.
    pub leads: Leads,
}

/// One item (or card) for each element of a list.
#[derive(Debug)]
pub struct Each {
    /// The list.
    pub list: Expr,
    /// The name of the element.
    pub name: String,
}

/// What a press of an item does.
#[derive(Debug)]
pub enum Leads {
    /// On with the next block.
    Next,
    /// What the item says.
    Script(BlockIx),
    /// Opens a page.
    Url(Text),
    /// Calls a number.
    Phone(Text),
}

/// Items as they are shown, and what is kept of the choosable ones. Payloads are filled in when the message gets its id.
#[derive(Debug, Default)]
pub(in crate::flow) struct Offered {
    pub choices: Vec<Choice>,
    pub sent: Vec<SentItem>,
}

impl Offered {
    /// Adds a choosable item; its payload is filled in when its message gets its id.
    pub(crate) fn choosable(&mut self, title: String, description: Option<String>, item: SentItem) {
        self.choices.push(Choice { title, description, payload: Some(String::new()), once: false, url: None, phone: None });
        self.sent.push(item);
    }

    pub(crate) fn link(&mut self, choice: Choice) {
        self.choices.push(choice);
    }
}

/// Calls `make` once for each element of a list, or once without; with `when` already judged.
pub(in crate::flow) fn each_element(
    each: Option<&Each>,
    when: Option<&Expr>,
    scope: &Scope<'_>,
    make: &mut dyn FnMut(&Scope<'_>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut one = |scope: &Scope<'_>| -> Result<(), Failure> {
        scope.budget.spend(price::ITEM)?;
        if when.map(|w| w.truth(scope)).transpose()?.unwrap_or(true) { make(scope) } else { Ok(()) }
    };
    let Some(each) = each else { return one(scope) };
    let list = match each.list.eval(scope)? {
        Value::Array(list) if list.len() > ITEMS_MAX => {
            return Err(Failure::new(FailureKind::Limit, format!("a list has more than {ITEMS_MAX} elements")));
        }
        Value::Array(list) => list,
        Value::Null => Vec::new(),
        other => return Err(Failure::new(FailureKind::Value, format!("`each` needs a list, not {}", template::kind(&other)))),
    };
    list.iter().try_for_each(|element| one(&scope.with_local(&each.name, element)))
}

impl Item {
    /// Adds this item to what a message offers.
    pub(super) fn offer(
        &self,
        engine: &Engine<'_>,
        block: BlockIx,
        into: Option<&str>,
        scope: &Scope<'_>,
        offered: &mut Offered,
    ) -> Result<(), Failure> {
        each_element(self.each.as_ref(), self.when.as_ref(), scope, &mut |scope| self.offer_one(engine, block, into, scope, offered))
    }

    fn offer_one(
        &self,
        engine: &Engine<'_>,
        block: BlockIx,
        into: Option<&str>,
        scope: &Scope<'_>,
        offered: &mut Offered,
    ) -> Result<(), Failure> {
        let title = self.title.render(scope)?;
        let description = self.description.as_ref().map(|d| d.render(scope)).transpose()?.filter(|d| !d.is_empty());
        let plain = |text: &Text| text.render(scope, Escape::Plain, RENDERED_BYTES_MAX);
        match &self.leads {
            Leads::Url(url) => offered.link(Choice { title, description, payload: None, once: false, url: Some(plain(url)?), phone: None }),
            Leads::Phone(phone) => {
                offered.link(Choice { title, description, payload: None, once: false, url: None, phone: Some(plain(phone)?) })
            }
            Leads::Next | Leads::Script(_) => {
                let item = self.sent(engine, block, into, scope, &title)?;
                offered.choosable(title, description, item);
            }
        }
        Ok(())
    }

    fn sent(&self, engine: &Engine<'_>, block: BlockIx, into: Option<&str>, scope: &Scope<'_>, title: &str) -> Result<SentItem, Failure> {
        scope.budget.spend(price::words(&self.also))?;
        let (value, fits) = self.choice_value(engine, into, scope)?;
        Ok(SentItem {
            payload: String::new(),
            title: title.to_owned(),
            also: self.also.clone(),
            into: into.filter(|_| self.value.is_some() || fits).map(str::to_owned),
            value,
            set: engine.assignments(&self.set, scope)?,
            extra: Map::new(),
            skips: false,
            once: false,
            block: engine.bot().block(block).key,
            target: match self.leads {
                Leads::Script(first) => Target::Script(engine.bot().block(first).key),
                _ => Target::Next,
            },
        })
    }

    /// What choosing it stores, and whether the attribute takes it. A title is for people, and read in the bot's language.
    fn choice_value(&self, engine: &Engine<'_>, into: Option<&str>, scope: &Scope<'_>) -> Result<(Value, bool), Failure> {
        let base = self.title.base();
        let (value, writer) = match &self.value {
            Some(value) => (value.value(scope)?, Writer::of(value, scope.language())),
            None => {
                let title = base.render(scope, Escape::Plain, RENDERED_BYTES_MAX)?;
                (title.into(), base.literal().map_or(Writer::Machine, |_| Writer::Person(&engine.bot().about().language)))
            }
        };
        Ok(into.and_then(|into| engine.as_type(into, &value, writer)).map_or((value, false), |typed| (typed, true)))
    }
}
