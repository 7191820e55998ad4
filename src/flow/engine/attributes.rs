//! Attributes: declared types hold, whoever sets them.

use serde_json::{Map, Value};

use super::Engine;
use crate::flow::{
    answer::{Failure, FailureKind},
    limits, names, private, scope,
    trace::{Trace, Traced},
    types, weight,
};

impl Engine<'_> {
    /// Sets an attribute as a block does: a value that does not fit fails the block. Null takes the value away, also where there is a default.
    pub(in crate::flow) fn set(&mut self, name: &str, value: Value) -> Result<(), Failure> {
        let value = self.fitting(name, value)?;
        self.trace
            .push(Trace { block: None, what: Traced::Set { name: name.to_owned(), value: private::shown(self.bot, Some(name), &value) } });
        let has_default = self.bot.attributes.get(name).is_some_and(|a| a.default.is_some());
        if value.is_null() && !has_default {
            self.conversation.attributes.remove(name);
        } else {
            self.conversation.attributes.insert(name.to_owned(), value);
        }
        if matches!(name, "language" | "locale" | "timezone") {
            self.env = scope::env(self.bot, &self.conversation);
        }
        Ok(())
    }

    /// Saves attributes that come from outside: what does not fit is left as it was, and traced.
    pub(super) fn take_attributes(&mut self, attributes: &Map<String, Value>, only: Option<&std::collections::BTreeSet<String>>) {
        for (name, value) in attributes {
            let known = only.is_none_or(|sets| sets.contains(name))
                && !names::READ_ONLY.contains(&name.as_str())
                && !names::ROOTS.contains(&name.as_str());
            if !known || self.set(name, value.clone()).is_err() {
                self.trace.push(Trace { block: None, what: Traced::Refused { name: name.clone() } });
            }
        }
    }

    /// The value as the attribute's type; within the limits of one attribute and of all of a user.
    pub(in crate::flow) fn fitting(&self, name: &str, value: Value) -> Result<Value, Failure> {
        let converted = match self.bot.attributes.get(name) {
            Some(_) if value.is_null() => Some(Value::Null),
            Some(attribute) => types::convert(&value, &attribute.types, &self.env.language),
            None => Some(value.clone()),
        };
        let Some(value) = converted else {
            return Err(Failure::new(FailureKind::Value, format!("attribute \"{name}\" does not take this value")));
        };
        let size = weight::of(&value);
        if size > limits::ATTRIBUTE_BYTES_MAX {
            return Err(Failure::new(
                FailureKind::Limit,
                format!("attribute \"{name}\" is larger than {} bytes", limits::ATTRIBUTE_BYTES_MAX),
            ));
        }
        let others: usize = self.conversation.attributes.iter().filter(|(n, _)| *n != name).map(|(n, v)| n.len() + weight::of(v)).sum();
        if others + name.len() + size > limits::ATTRIBUTES_BYTES_MAX {
            return Err(Failure::new(
                FailureKind::Limit,
                format!("the attributes of a user are larger than {} bytes", limits::ATTRIBUTES_BYTES_MAX),
            ));
        }
        Ok(value)
    }
}
