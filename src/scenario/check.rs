//! What can be known of a test without running it: names that do not exist, values that do not fit, patterns that do not compile,
//! and steps that hold whatever the bot does.

mod matchers;

use std::collections::BTreeMap;

use super::{answers, player, values};
use crate::{
    diagnostic::{Place, Problems},
    flow::{Api, Bot, FailureKind, compile::Raw, limits::MESSAGE_CHARS_MAX, names},
    id::Channel,
    language::{BotStep, CallExpected, Expectation, Expected, FailsDecl, Matcher, Step, TestFile, UserStep},
    yaml::{Entries, Node, Span, Spanned},
};

/// Checks the tests of a bot.
pub fn check(bot: &Bot, tests: &[Raw<TestFile>], problems: &mut Problems) {
    let mut names = BTreeMap::new();
    for raw in tests {
        let place = raw.doc.place(raw.value.test.span);
        if let Some(first) = names.insert(raw.value.test.value.0.trim(), place.clone()) {
            problems.duplicate_test(place, &raw.value.test.value.0, first);
        }
        Checker { bot, raw, problems }.file(&raw.value);
    }
}

struct Checker<'a> {
    bot: &'a Bot,
    raw: &'a Raw<TestFile>,
    problems: &'a mut Problems,
}

impl Checker<'_> {
    fn place(&self, span: Span) -> Place {
        self.raw.doc.place(span)
    }

    fn file(&mut self, test: &TestFile) {
        if let Some(channel) = test.channel.as_ref().filter(|name| name.parse::<Channel>().is_err()) {
            let known: Vec<&str> = Channel::ALL.iter().map(|c| c.as_str()).collect();
            self.problems.unknown_channel(self.place(channel.span), channel, &known);
        }
        if let Some(now) = test.now.as_ref().filter(|now| player::moment(self.bot, now).is_none()) {
            self.problems.bad_setting(self.place(now.span), "moment", now, "write it as 2026-03-02T19:00");
        }
        self.attributes(test.user.as_ref(), true);
        for (name, given) in test.apis.iter().flat_map(|apis| &apis.0) {
            if let Some(api) = self.api(name) {
                given.0.iter().for_each(|answer| self.answer(&api, answer));
            }
        }
        for step in test.steps.iter().take_while(|step| step.bot.is_some() || step.expect.is_some()) {
            self.problems.before_anything(self.place(step.span));
        }
        test.steps.iter().for_each(|step| self.step(step));
    }

    /// The attributes that a step names; where they are set, their values have to fit.
    fn attributes(&mut self, entries: Option<&Entries<Node>>, set: bool) {
        for (name, node) in entries.iter().flat_map(|e| &e.0) {
            let place = self.place(name.span);
            if names::READ_ONLY.contains(&name.as_str()) && set {
                self.problems.read_only(place, name);
            } else if !self.bot.attributes().contains_key(name.as_str()) && !names::SETTABLE.contains(&name.as_str()) {
                let known: Vec<&str> = self.bot.attributes().keys().map(|k| &**k).chain(names::SETTABLE.iter().copied()).collect();
                self.problems.unknown_attribute(place, name, &known);
            } else if set {
                self.value(name, node);
            } else {
                let is_scalar = |node: &Node| node.as_written().is_some_and(|text| !text.is_empty());
                self.matchers(node, &mut |checker, node| {
                    if is_scalar(node) {
                        checker.value(name, node)
                    }
                });
            }
        }
    }

    fn value(&mut self, name: &str, node: &Node) {
        if values::of(self.bot, name, node).is_none() {
            self.misfit(name, node);
        }
    }

    fn misfit(&mut self, name: &str, node: &Node) {
        let Some(attribute) = self.bot.attributes().get(name) else { return };
        let types = attribute.types.iter().map(|t| t.name.as_str()).collect::<Vec<_>>().join(" or ");
        self.problems.wrong_value_for(self.place(node.span), &format!("attribute \"{name}\""), &node.to_json().to_string(), &types);
    }

    fn api(&mut self, name: &Spanned<String>) -> Option<std::sync::Arc<Api>> {
        let found = self.bot.apis().get(name.as_str()).cloned();
        if found.is_none() {
            let known: Vec<&str> = self.bot.apis().keys().map(|k| k.as_str()).collect();
            self.problems.unknown_api(self.place(name.span), name, &known);
        }
        found
    }

    fn answer(&mut self, api: &Api, answer: &Spanned<FailsDecl>) {
        if let Some(kind) = &answer.fails {
            if FailureKind::named(kind).is_none() {
                self.problems.unknown_failure(self.place(kind.span), kind, &FailureKind::ALL.map(FailureKind::as_str));
            }
        } else if let Err(failure) = answers::written(api, answer)
            && failure.kind == FailureKind::Shape
        {
            self.problems.answer_shape(self.place(answer.span), &api.name, &failure.message);
        }
    }

    fn sequence(&mut self, name: &Spanned<String>) {
        if self.bot.find_sequence(name).is_none() {
            let known: Vec<&str> = self.bot.sequences().iter().map(|s| s.key.as_str()).collect();
            self.problems.unknown_sequence(self.place(name.span), name, &known);
        }
    }

    fn step(&mut self, step: &Spanned<Step>) {
        if let Some(start) = &step.start {
            self.sequence(&start.sequence);
            self.attributes(start.attributes.as_ref(), true);
        }
        if let Some(UserStep::Text(text)) = &step.user {
            self.message(step.span, text);
        }
        if let Some(time) = step.wait.as_ref().filter(|time| time.ms == 0) {
            self.problems.out_of_range(self.place(time.span), "a `wait` of no time does nothing");
        }
        if let Some(BotStep::Message(node)) = &step.bot {
            self.matchers(node, &mut |_, _| ());
        }
        if let Some(expected) = &step.expect {
            if expected.is_empty() {
                self.problems.expects_nothing(self.place(step.span));
            }
            self.expectation(expected);
        }
    }

    /// What no client may send, no user sends in a test.
    fn message(&mut self, span: Span, text: &str) {
        if text.trim().is_empty() {
            self.problems.empty_message(self.place(span));
        } else if text.chars().count() > MESSAGE_CHARS_MAX {
            self.problems.out_of_range(self.place(span), &format!("a message of a user has at most {MESSAGE_CHARS_MAX} characters"));
        }
    }

    fn expectation(&mut self, expected: &Expectation) {
        self.attributes(expected.attributes.as_ref(), false);
        if let Some(Expected(sequence)) = &expected.sequence {
            let named = |checker: &mut Self, node: &Node| {
                let name = node.as_written().unwrap_or_default().to_owned();
                checker.sequence(&Spanned { value: name, span: node.span });
            };
            self.matchers(sequence, &mut |checker, node| named(checker, node));
            if Matcher::of(sequence).is_none() {
                named(self, sequence);
            }
        }
        if let Some(tags) = &expected.tags {
            self.matchers(tags, &mut |_, _| ());
        }
        for (name, calls) in expected.called.iter().flat_map(|called| &called.0) {
            self.api(name);
            calls.named().iter().for_each(|call| self.call(call));
        }
    }

    fn call(&mut self, call: &CallExpected) {
        let texts = [&call.method, &call.path].into_iter().flatten().map(|Expected(node)| node);
        texts.chain([&call.params, &call.headers, &call.body].into_iter().flatten()).for_each(|node| self.matchers(node, &mut |_, _| ()));
    }
}
