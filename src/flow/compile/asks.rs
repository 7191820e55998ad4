//! Blocks that ask something: the frame that all of them share.

use std::sync::Arc;

use serde_json::Value;

use super::{Compiler, Here, items::Shown};
use crate::{
    flow::{
        block::{Ask, Choices, ChoicesKind, Expect, Kind, Question, RETRIES, Skip},
        bot::BlockIx,
        types::{self, Type},
    },
    language::{self, Output, Said, TypeName},
    template::Pattern,
    yaml::Spanned,
};

/// The parts of an asking block's frame, whichever block it is.
struct Frame<'a> {
    text: &'a Said,
    into: Option<&'a Spanned<String>>,
    expect: Option<&'a language::Expect>,
    once: bool,
    retry: Option<&'a language::Retry>,
    skip: Option<&'a Spanned<language::Skip>>,
    otherwise: Option<&'a language::ToDo>,
}

impl<'a> Compiler<'a> {
    pub(super) fn ask(&mut self, ask: &'a Spanned<language::Ask>, ix: BlockIx, key: u64, here: Here<'a>) -> Option<Kind> {
        let frame = Frame {
            text: &ask.text,
            into: ask.into.as_ref(),
            expect: ask.expect.as_ref(),
            once: false,
            retry: ask.retry.as_ref(),
            skip: ask.skip.as_deref(),
            otherwise: ask.otherwise.as_ref(),
        };
        let asks = self.identities.asks(here.doc, "ask", ask.span);
        let mut question = self.question(&frame, asks, ix, key, here)?;
        if question.expect.is_none() {
            let types = self.types_of_answer(ask.into.as_ref());
            if ask.retry.is_none() && types != [TypeName::String.into()] {
                // a free answer into a typed attribute can fail to fit, so it is asked for again
                question.retry_times = RETRIES;
            }
            let any = Expect { types, min: None, max: None, min_length: None, max_length: None, pattern: None, when: None };
            question.expect = Some(any);
        }
        Some(Kind::Ask(Box::new(Ask { question })))
    }

    /// Without an `expect` a free answer is whatever its attribute takes.
    fn types_of_answer(&self, into: Option<&Spanned<String>>) -> Vec<Type> {
        let declared = into.and_then(|name| self.attributes.get(name.as_str())).map(|attribute| attribute.types.clone());
        declared.filter(|types| !types.is_empty()).unwrap_or_else(|| vec![TypeName::String.into()])
    }

    pub(super) fn choices(
        &mut self,
        kind: ChoicesKind,
        choices: &'a Spanned<language::Choices>,
        ix: BlockIx,
        key: u64,
        here: Here<'a>,
    ) -> Option<Kind> {
        let items = choices.items.as_deref().unwrap_or_default();
        if items.is_empty() && choices.api.is_none() {
            self.problems.empty_list(here.place(choices.span), "items");
        }
        let frame = Frame {
            text: &choices.text,
            into: choices.into.as_ref(),
            expect: choices.expect.as_ref(),
            once: self.once(kind, choices.once.as_ref(), here),
            retry: choices.retry.as_ref(),
            skip: choices.skip.as_deref(),
            otherwise: choices.otherwise.as_ref(),
        };
        let asks = self.identities.asks(here.doc, kind.word(), choices.span);
        let question = self.question(&frame, asks, ix, key, here)?;
        let items = self.items(items, choices.into.as_ref().map(|into| into.value.as_str()), ix, key, Shown { inner: here, outer: here });
        self.check_values(choices, &items, here);
        let output = match kind {
            ChoicesKind::Buttons => Output::Buttons,
            ChoicesKind::QuickReplies => Output::QuickReplies,
        };
        let api = choices.api.as_ref().and_then(|name| self.api_named(name, Some(output), here));
        Some(Kind::Choices(Box::new(Choices { kind, question, items, api })))
    }

    fn once(&mut self, kind: ChoicesKind, once: Option<&Spanned<bool>>, here: Here<'_>) -> bool {
        let always = kind == ChoicesKind::QuickReplies;
        if let Some(span) = once.filter(|once| always && !once.value).map(|once| once.span) {
            self.problems.always_once(here.place(span));
        }
        always || once.is_some_and(|once| once.value)
    }

    fn question(&mut self, frame: &Frame<'a>, asks: u64, ix: BlockIx, key: u64, here: Here<'a>) -> Option<Question> {
        let into = frame.into.filter(|name| self.settable(name, here)).map(|name| Arc::from(name.as_str()));
        let expect = frame.expect.and_then(|e| self.expect(e, here));
        let default_times = if frame.expect.is_some() { RETRIES } else { 0 };
        let retry_text = frame.retry.and_then(|r| r.text.as_ref()).and_then(|t| self.without_apis(|c| c.phrase(t, here)));
        Some(Question {
            text: self.phrase(frame.text, here)?,
            into,
            expect,
            retry_text,
            retry_times: frame.retry.map_or(default_times, |r| r.times.unwrap_or(RETRIES)),
            once: frame.once,
            skip: frame.skip.and_then(|s| self.skip(s, ix, key, here)),
            otherwise: self.without_apis(|c| c.what_to_do(frame.otherwise, here.inside(ix, key, "otherwise", false))),
            asks,
        })
    }

    fn skip(&mut self, skip: &'a Spanned<language::Skip>, ix: BlockIx, key: u64, here: Here<'a>) -> Option<Skip> {
        let doing = skip.doing();
        let set = doing.set.map(|set| self.assigns(&set.value, here)).unwrap_or_default();
        let rest = language::Doing { set: None, ..doing };
        let (_, first) = self.without_apis(|c| c.inline(rest, skip.span, here.inside(ix, key, "skip", true)));
        let inner = Here { context: skip.context.as_ref().map(|c| c.value.as_str()), ..here };
        Some(Skip { title: self.phrase(&skip.title, inner)?, set, first })
    }

    fn expect(&mut self, expect: &'a language::Expect, here: Here<'a>) -> Option<Expect> {
        let types: Vec<Type> = match &expect.types {
            Some(types) => types.0.iter().map(|t| Type::from(t.value)).collect(),
            None => vec![TypeName::String.into()],
        };
        let (min, max) = (self.bound("min", expect.min.as_ref(), &types, here), self.bound("max", expect.max.as_ref(), &types, here));
        self.check_lengths(expect, &types, here);
        let value = here.with_local(Some("value"));
        Some(Expect {
            min,
            max,
            min_length: expect.min_length.as_ref().map(|n| n.value),
            max_length: expect.max_length.as_ref().map(|n| n.value),
            pattern: expect.pattern.as_ref().and_then(|p| self.pattern(p, false, here)),
            when: expect.when.as_ref().and_then(|w| self.expr(w, value)),
            types,
        })
    }

    /// A bound is written as a value of the type it bounds.
    fn bound(&mut self, rule: &str, bound: Option<&Said>, types: &[Type], here: Here<'_>) -> Option<Value> {
        let bound = bound?;
        let fitting = types.iter().filter(|t| matches!(t.name, TypeName::Integer | TypeName::Number) || t.name.temporal());
        let names = types.iter().map(|t| t.name.as_str()).collect::<Vec<_>>().join(" or ");
        let mut fitting = fitting.peekable();
        if fitting.peek().is_none() {
            self.problems.expect_rule(here.place(bound.span), rule, &names);
            return None;
        }
        let number = if types.iter().any(|t| t.name == TypeName::Integer) { TypeName::Number } else { TypeName::Integer };
        let read = fitting
            .find_map(|t| types::machine::read(t.name, bound, &self.zone))
            .or_else(|| types::machine::read(number, bound, &self.zone).filter(|_| types.iter().any(|t| t.name == TypeName::Integer)));
        if read.is_none() {
            self.problems.wrong_value_for(here.place(bound.span), &format!("`{rule}`"), &format!("\"{}\"", bound.value.0), &names);
        }
        read
    }

    fn check_lengths(&mut self, expect: &language::Expect, types: &[Type], here: Here<'_>) {
        let textual = |t: &Type| matches!(t.name, TypeName::String | TypeName::Email | TypeName::Phone | TypeName::Url);
        if types.iter().any(textual) {
            return;
        }
        let names = types.iter().map(|t| t.name.as_str()).collect::<Vec<_>>().join(" or ");
        let rules = [
            ("min_length", expect.min_length.as_ref().map(|n| n.span)),
            ("max_length", expect.max_length.as_ref().map(|n| n.span)),
            ("pattern", expect.pattern.as_ref().map(|p| p.span)),
        ];
        for (rule, span) in rules {
            if let Some(span) = span {
                self.problems.expect_rule(here.place(span), rule, &names);
            }
        }
    }

    /// A pattern that has to match the whole text.
    pub(super) fn pattern(&mut self, pattern: &Spanned<String>, any_case: bool, here: Here<'_>) -> Option<Pattern> {
        self.sized_pattern(&format!("^(?:{})$", pattern.value), any_case, pattern.span, here)
    }
}
