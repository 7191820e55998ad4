//! Attributes: declared types hold, whoever sets them.

use serde_json::{Map, Value};

use super::Engine;
use crate::flow::{
    answer::{Failure, FailureKind},
    block::Assign,
    fitting, limits, names, price, private,
    scope::{self, Scope},
    trace::{Trace, Traced},
    types::Writer,
    weight,
};

impl Engine<'_> {
    /// Sets an attribute to what a machine wrote: a value that does not fit fails the block.
    pub(in crate::flow) fn set(&mut self, name: &str, value: Value) -> Result<(), Failure> {
        let value = self.fitting(name, &value, Writer::Machine)?;
        self.keep(name, value);
        Ok(())
    }

    /// Sets attributes as a bot says, in the order written, each seeing the ones before.
    pub(in crate::flow) fn assign(&mut self, assigns: &[Assign]) -> Result<(), Failure> {
        for Assign { name, value } in assigns {
            let plain = value.value(&self.scope())?;
            let value = self.fitting(name, &plain, Writer::of(value, &self.env.language))?;
            self.keep(name, value);
        }
        Ok(())
    }

    /// What choosing an item will set. What does not fit is told when it is chosen.
    pub(in crate::flow) fn assignments(&self, assigns: &[Assign], scope: &Scope<'_>) -> Result<Vec<(String, Value)>, Failure> {
        let one = |Assign { name, value }: &Assign| {
            let plain = value.value(scope)?;
            self.spend_on(name, &plain)?;
            let typed = self.as_type(name, &plain, Writer::of(value, scope.language()));
            Ok((name.to_string(), typed.unwrap_or(plain)))
        };
        assigns.iter().map(one).collect()
    }

    /// Keeps a value that [`Engine::fitting`] gave. Null takes the value away, also where there is a default.
    pub(super) fn keep(&mut self, name: &str, value: Value) {
        self.trace
            .push(Trace { block: None, what: Traced::Set { name: name.to_owned(), value: private::shown(self.bot, Some(name), &value) } });
        let has_default = self.bot.attributes.get(name).is_some_and(|a| a.default.is_some());
        if value.is_null() && !has_default {
            self.conversation.attributes.remove(name);
        } else {
            self.conversation.attributes.insert(name.to_owned(), value);
        }
        if matches!(name, "language" | "locale" | "timezone") {
            drop(self.spend(price::ZONE)); // a run that has used up its steps ends with its next block
            self.env = scope::env(self.bot, &self.conversation);
        }
    }

    /// Saves attributes that come from outside (an answer's, an item's `extra`, a caller's): what does not fit, and what only the
    /// gateway sets, is left as it was, and traced.
    pub(super) fn take_attributes(&mut self, attributes: &Map<String, Value>, only: Option<&std::collections::BTreeSet<String>>) {
        for (given, value) in attributes {
            if self.budget.is_over() {
                break; // the run ends with its next block
            }
            let name = names::from_outside(given);
            if !only.is_none_or(|sets| sets.contains(&*name)) || self.set(&name, value.clone()).is_err() {
                self.trace.push(Trace { block: None, what: Traced::Refused { name: name.into_owned() } });
            }
        }
    }

    /// The value as the attribute's type, read as whoever wrote it writes; none if it does not fit, or only the gateway sets it.
    pub(in crate::flow) fn as_type(&self, name: &str, value: &Value, writer: Writer<'_>) -> Option<Value> {
        fitting::as_type(self.bot, &self.env, name, value, writer)
    }

    /// What is larger than all attributes may be is none, and need not be looked at closely.
    fn spend_on(&self, name: &str, value: &Value) -> Result<(), Failure> {
        let (size, types) = (weight::of(value), self.bot.attributes.get(name).map_or(&[][..], |a| &a.types));
        self.spend(price::fitting(size, value, types))?;
        if size > limits::ATTRIBUTES_BYTES_MAX { Err(too_large(name)) } else { Ok(()) }
    }

    /// The value as the attribute's type; within the limits of one attribute and of all of a user.
    pub(super) fn fitting(&self, name: &str, value: &Value, writer: Writer<'_>) -> Result<Value, Failure> {
        self.spend_on(name, value)?;
        let Some(value) = self.as_type(name, value, writer) else {
            return Err(Failure::new(FailureKind::Value, format!("attribute \"{name}\" does not take this value")));
        };
        let size = weight::of_attribute(&value);
        if size > limits::ATTRIBUTE_BYTES_MAX {
            return Err(too_large(name));
        }
        let others: usize = self.conversation.attributes.iter().filter(|(n, _)| *n != name).map(|(n, v)| n.len() + weight::of(v)).sum();
        self.spend(price::weighed(others))?;
        if others + name.len() + size > limits::ATTRIBUTES_BYTES_MAX {
            return Err(Failure::new(
                FailureKind::Limit,
                format!("the attributes of a user are larger than {} bytes", limits::ATTRIBUTES_BYTES_MAX),
            ));
        }
        Ok(value)
    }
}

fn too_large(name: &str) -> Failure {
    Failure::new(FailureKind::Limit, format!("attribute \"{name}\" is larger than {} bytes", limits::ATTRIBUTE_BYTES_MAX))
}
