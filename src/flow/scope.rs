//! What templates and expressions read while a block runs.

use std::{borrow::Cow, collections::BTreeMap};

use serde_json::{Map, Value, json};

use super::{
    answer::Failure,
    bot::Bot,
    conversation::{Conversation, Entry, Frame},
    customer, names,
    types::Type,
};
use crate::{
    id::ApiName,
    template::{Budget, Env, Roots, helpers, walk_cow},
};

/// The names that a block sees.
#[derive(Debug)]
pub(super) struct Scope<'a> {
    pub(super) bot: &'a Bot,
    pub(super) conversation: &'a Conversation,
    pub(super) env: &'a Env,
    /// The steps that the run has left.
    pub(super) budget: &'a Budget,
    /// The root `with`.
    pub(super) with: &'a Value,
    /// The `data` of the APIs that answered for this block.
    pub(super) data: &'a BTreeMap<ApiName, Value>,
    /// A name that holds for one item or one answer: the element of `each`, or `value`.
    pub(super) locals: [Option<(&'a str, &'a Value)>; 2],
}

impl<'a> Scope<'a> {
    /// The same names and one more.
    pub(super) fn with_local<'b>(&'b self, name: &'b str, value: &'b Value) -> Scope<'b> {
        let mut inner: Scope<'b> = Scope { ..*self };
        match inner.locals.iter_mut().find(|l| l.is_none()) {
            Some(free) => *free = Some((name, value)),
            None => inner.locals[1] = Some((name, value)),
        }
        inner
    }
}

impl Scope<'_> {
    pub(super) fn language(&self) -> &str {
        &self.env.language
    }

    /// Everything that `user.NAME` can name.
    fn user(&self) -> Value {
        let mut user = customer::document(self.bot, self.conversation);
        for name in names::READ_ONLY.iter().chain(names::SETTABLE) {
            let value = customer::field(self.conversation, name).unwrap_or_default();
            user.insert((*name).to_owned(), value);
        }
        Value::Object(user)
    }

    /// The failure that is being answered: by a block's own `on_error`, by an API's or the bot's, or by what these `run`.
    fn failure(&self) -> Option<&Failure> {
        let session = self.conversation.session.as_ref()?;
        let handles = |frame: &Frame| {
            let block = frame.at.and_then(|key| self.bot.find_block(key));
            frame.entry == Entry::Error || block.is_some_and(|(_, block)| block.in_on_error)
        };
        let callers = session.frames.iter().rev().skip_while(|frame| frame.entry == Entry::Called && !handles(frame));
        session.error.as_ref().filter(|_| callers.take(1).any(handles))
    }

    /// Whether a name is the root `user`.
    fn is_user(&self, name: &str) -> bool {
        let attribute = || self.conversation.attributes.contains_key(name) || self.bot.attributes.contains_key(name);
        name == "user" && !self.locals.iter().flatten().any(|(local, _)| *local == name) && !attribute()
    }

    /// The value of `user.NAME`.
    fn of_user(&self, name: &str) -> Option<Cow<'_, Value>> {
        if names::READ_ONLY.contains(&name) || names::SETTABLE.contains(&name) {
            return customer::field(self.conversation, name).map(Cow::Owned);
        }
        self.conversation.attributes.get(name).map(Cow::Borrowed)
    }

    fn about(&self) -> Value {
        let about = self.bot.about();
        json!({"key": about.key, "name": about.name, "language": about.language, "currency": about.currency, "version": about.version})
    }

    fn hours(&self, name: &str) -> Option<Value> {
        let (now, zone) = (self.env.now, &self.bot.about().timezone);
        let hours = self.bot.hours.as_ref();
        self.budget.charge(helpers::OPENING_STEPS + hours.map_or(0, |hours| hours.closed.len()));
        match name {
            "open" => Some(hours.is_none_or(|h| h.open(now, zone)).into()),
            _ => hours.and_then(|h| h.opens_at(now, zone)).map(|at| helpers::opening(&at, self.env).into()),
        }
    }

    fn special(&self, name: &str) -> Option<Cow<'_, Value>> {
        let owned = match name {
            "reply" => return Some(Cow::Borrowed(&self.conversation.reply)),
            "match" => return Some(Cow::Borrowed(&self.conversation.matched)),
            "with" => return Some(Cow::Borrowed(self.with)),
            "user" => self.user(),
            "error" => serde_json::to_value(self.failure()?).ok()?,
            "now" => self.env.now.jiff().to_zoned(self.env.timezone.clone()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string().into(),
            "today" => self.env.now.jiff().to_zoned(self.env.timezone.clone()).date().to_string().into(),
            "open" | "opens_at" => self.hours(name)?,
            "channel" => self.conversation.key.channel.as_str().into(),
            "tags" => self.conversation.tags.iter().map(String::as_str).collect::<Vec<_>>().into(),
            "bot" => self.about(),
            _ => customer::field(self.conversation, name)?,
        };
        Some(Cow::Owned(owned))
    }
}

impl Roots for Scope<'_> {
    fn root(&self, name: &str) -> Option<Cow<'_, Value>> {
        if let Some((_, value)) = self.locals.iter().flatten().find(|(local, _)| *local == name) {
            return Some(Cow::Borrowed(value));
        }
        if let Some(value) = self.conversation.attribute(name) {
            return Some(Cow::Borrowed(value));
        }
        match self.bot.attributes.get(name) {
            Some(attribute) => attribute.default.as_ref().map(Cow::Borrowed),
            None => self.special(name),
        }
    }

    fn temporal(&self, name: &str) -> bool {
        let temporal = |types: &[Type]| types.iter().any(|t| t.name.temporal());
        matches!(name, "now" | "today") || self.bot.attributes.get(name).is_some_and(|a| temporal(&a.types))
    }

    fn api(&self, name: &str) -> Option<&Value> {
        self.data.get(name)
    }

    fn env(&self) -> &Env {
        self.env
    }

    fn budget(&self) -> &Budget {
        self.budget
    }

    /// A name of `user` is looked up alone: the whole of it is a copy of all attributes.
    fn below(&self, name: &str, path: &[String]) -> Option<Cow<'_, Value>> {
        match path.split_first() {
            Some((key, rest)) if self.is_user(name) => walk_cow(self.of_user(key)?, rest),
            _ => walk_cow(self.root(name)?, path),
        }
    }
}

/// What surrounds every evaluation of a turn: the user's zone and language, else the bot's.
pub(super) fn env(bot: &Bot, conversation: &Conversation) -> Env {
    let about = bot.about();
    let text = |name: &str| conversation.attributes.get(name).and_then(Value::as_str).filter(|t| !t.is_empty());
    Env {
        now: conversation.now,
        timezone: conversation.attributes.get("timezone").and_then(zone).unwrap_or_else(|| about.timezone.clone()),
        language: text("language").or_else(|| text("locale")).unwrap_or(&about.language).to_owned(),
        currency: about.currency.clone(),
    }
}

/// A zone by its name, by its offset (`+05:30`), or by its hours from UTC.
pub(super) fn zone(value: &Value) -> Option<jiff::tz::TimeZone> {
    let hours = |hours: f64| {
        #[expect(clippy::cast_possible_truncation, reason = "hours of a zone; what is out of range jiff refuses")]
        jiff::tz::Offset::from_seconds((hours * 3600.0) as i32).ok().map(jiff::tz::TimeZone::fixed)
    };
    match value {
        Value::String(name) => {
            let offset = || jiff::fmt::temporal::DateTimeParser::new().parse_time_zone(name).ok();
            jiff::tz::TimeZone::get(name).ok().or_else(|| name.parse().ok().and_then(hours)).or_else(offset)
        }
        _ => value.as_f64().and_then(hours),
    }
}

/// An object for `with`, or null for an empty one.
pub(super) fn with_value(map: Map<String, Value>) -> Value {
    if map.is_empty() { Value::Null } else { Value::Object(map) }
}
