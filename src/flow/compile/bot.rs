//! `bot.yaml`, and putting all parts together.

use std::{collections::BTreeMap, sync::Arc};

use jiff::tz::TimeZone;

use super::{Compiler, Here, Raw, identity, link, names};
use crate::{
    flow::{
        about::About,
        bot::{BlockIx, Bot, Sequence, SequenceIx},
        fold::fold,
        hours::Hours,
        index::Index,
        names as built_in,
        trigger::{Trigger, Word},
        wording::{self, Wording},
    },
    language::{self, Access, BotFile},
    yaml::Spanned,
};

const DAY_MS: i64 = 86_400_000;
const SESSION_DAYS_MAX: i64 = 30;
const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

impl<'a> Compiler<'a> {
    pub(super) fn bot(mut self, raw: &'a Raw<BotFile>) -> Option<Bot> {
        let file = &raw.value;
        let here = Here::of_bot(&raw.doc, "bot");
        if file.bot.value != *self.parsed.key {
            self.problems.folder_mismatch(here.place(file.bot.span), &file.bot, &self.parsed.key);
        }
        let about = self.about(file, here);
        (self.language, self.zone) = (about.language.clone(), about.timezone.clone());
        if let Some(attributes) = &file.attributes {
            self.attributes(attributes, here);
        }
        self.all_apis();
        let firsts: Vec<Option<BlockIx>> =
            self.parsed.sequences.iter().enumerate().map(|(ix, raw)| self.sequence_blocks(ix, raw)).collect();
        let start = self.sequence_named(&file.start, here);
        let fallback = file.fallback.as_ref().and_then(|name| self.sequence_named(name, here));
        let on_error = self.what_to_do(file.on_error.as_ref(), Here::of_bot(&raw.doc, "on_error"));
        let on_timeout = self.what_to_do(file.session.as_ref().and_then(|s| s.on_timeout.as_ref()), Here::of_bot(&raw.doc, "on_timeout"));
        let opt_out: Vec<String> = file.opt_out.iter().flatten().map(|word| fold(word)).collect();
        let triggers = file.triggers.iter().flatten().filter_map(|t| self.trigger(t, &opt_out, &raw.doc)).collect();
        let hours = file.hours.as_ref().map(|h| self.hours(h, here));
        let wording = self.wording(file, here);
        let session_timeout_ms = self.session_timeout(file, here);
        self.tell_of_locales();
        link::link(&mut self);
        if self.problems.any_error() {
            return None;
        }
        let sequences = self.parsed.sequences.iter().zip(firsts).map(|(raw, first)| sequence(raw, first)).collect::<Option<Vec<_>>>()?;
        for (name, attribute) in &mut self.attributes {
            attribute.used = self.used.contains(&**name);
        }
        let key_of = |ix: usize| SequenceIx(u32::try_from(ix).unwrap_or(u32::MAX));
        let blocks: Vec<_> = self.blocks.into_iter().map(|draft| draft.block).collect();
        Some(Bot {
            about,
            start: start?,
            fallback,
            on_error,
            session_timeout_ms,
            on_timeout,
            index: Index::of(&self.attributes),
            attributes: self.attributes,
            triggers,
            opt_out,
            hours,
            wording,
            sequence_keys: sequences.iter().enumerate().map(|(ix, s)| (s.key.clone(), key_of(ix))).collect(),
            sequence_numbers: self
                .parsed
                .sequences
                .iter()
                .enumerate()
                .filter_map(|(ix, raw)| Some((raw.value.number.as_ref()?.value, key_of(ix))))
                .collect(),
            sequences,
            block_keys: blocks.iter().enumerate().map(|(ix, b)| (b.key, BlockIx(u32::try_from(ix).unwrap_or(u32::MAX)))).collect(),
            blocks,
            apis: self.apis,
        })
    }

    fn sequence_blocks(&mut self, ix: usize, raw: &'a Raw<language::SequenceFile>) -> Option<BlockIx> {
        let key = raw.value.sequence.value.as_str();
        names::check_key(key, raw.doc.place(raw.value.sequence.span), self.problems);
        let slot = format!("sequence {key}");
        let here = Here {
            doc: &raw.doc,
            sequence: Some(SequenceIx(u32::try_from(ix).unwrap_or(u32::MAX))),
            parent: None,
            goes_on: false,
            path: identity::of_slot(0, &slot),
            in_on_error: false,
            locals: [None; 2],
            context: None,
        };
        for name in raw.value.needs.iter().flatten() {
            if !self.names.attributes.contains_key(name.as_str()) && !built_in::built_in(name) {
                self.problems.unknown_attribute(here.place(name.span), name, &self.names.attributes.keys().copied().collect::<Vec<_>>());
            }
            self.used.insert(name.value.clone());
        }
        self.list(&raw.value.blocks, here)
    }

    fn about(&mut self, file: &'a BotFile, here: Here<'_>) -> About {
        let webchat = file.channels.as_ref().and_then(|c| c.webchat.as_ref());
        let access = webchat.and_then(|w| w.access.as_ref());
        if let Some(access) = access.filter(|a| a.value == Access::Open) {
            self.problems.open_access(here.place(access.span));
        }
        About {
            key: self.parsed.key.clone(),
            version: self.parsed.version.clone(),
            name: file.name.as_ref().map_or_else(|| file.bot.value.clone(), |n| n.value.0.clone()),
            description: file.description.as_ref().map(|d| d.value.0.clone()),
            account: self.account(file, here).into(),
            language: self.language(file, here),
            timezone: self.timezone(file, here),
            currency: self.currency(file, here),
            access: access.map(|a| a.value).unwrap_or_default(),
            channels: self.channels(file.channels.as_ref(), here),
            origins: webchat.and_then(|w| w.origins.as_ref()).into_iter().flatten().filter_map(|o| self.origin(o, here)).collect(),
        }
    }

    fn account(&mut self, file: &BotFile, here: Here<'_>) -> String {
        let Some(account) = &file.account else { return "1".to_owned() };
        if account.is_empty() || account.len() > 19 || !account.bytes().all(|b| b.is_ascii_digit()) {
            self.problems.bad_setting(here.place(account.span), "account", account, "an account is a number, for example \"61179\"");
        }
        account.value.0.clone()
    }

    fn language(&mut self, file: &BotFile, here: Here<'_>) -> String {
        let Some(language) = &file.language else { return "en".to_owned() };
        if language.parse::<icu_locale_core::LanguageIdentifier>().is_err() {
            self.problems.bad_setting(here.place(language.span), "language", language, "write for example en, de or fr-CA");
        }
        language.value.clone()
    }

    fn timezone(&mut self, file: &BotFile, here: Here<'_>) -> TimeZone {
        let Some(name) = &file.timezone else { return TimeZone::UTC };
        TimeZone::get(name).unwrap_or_else(|_| {
            let near = jiff::tz::db()
                .available()
                .map(|n| n.to_string())
                .find(|n| n.eq_ignore_ascii_case(name) || n.ends_with(&format!("/{}", name.value)));
            let help = near.map_or_else(|| "write for example Europe/Rome or UTC".to_owned(), |n| format!("did you mean \"{n}\"?"));
            self.problems.bad_setting(here.place(name.span), "time zone", name, &help);
            TimeZone::UTC
        })
    }

    fn currency(&mut self, file: &BotFile, here: Here<'_>) -> String {
        let Some(currency) = &file.currency else { return "EUR".to_owned() };
        if currency.len() != 3 || !currency.bytes().all(|b| b.is_ascii_uppercase()) {
            self.problems.bad_setting(here.place(currency.span), "currency", currency, "write its three letters, for example EUR");
        }
        currency.value.clone()
    }

    fn origin(&mut self, origin: &Spanned<String>, here: Here<'_>) -> Option<String> {
        let parsed =
            url::Url::parse(origin).ok().filter(|u| matches!(u.scheme(), "http" | "https") && u.path() == "/" && u.query().is_none());
        if parsed.is_none() {
            self.problems.bad_setting(
                here.place(origin.span),
                "origin",
                origin,
                "write scheme and host only, for example https://pizza.example",
            );
        }
        parsed.map(|u| u.origin().ascii_serialization())
    }

    fn session_timeout(&mut self, file: &BotFile, here: Here<'_>) -> i64 {
        let Some(timeout) = file.session.as_ref().and_then(|s| s.timeout.as_ref()) else { return DAY_MS };
        if timeout.ms == 0 || timeout.ms > SESSION_DAYS_MAX * DAY_MS {
            self.problems.out_of_range(here.place(timeout.span), "a session lives between one second and 30d");
        }
        timeout.ms
    }

    fn trigger(&mut self, raw: &'a Spanned<language::Trigger>, opt_out: &[String], doc: &'a crate::yaml::Doc) -> Option<Trigger> {
        let here = Here::of_bot(doc, "trigger");
        let words = |list: &Option<Vec<Spanned<language::Written>>>| {
            let word = |w: &Spanned<language::Written>| Word { folded: fold(w), place: here.place(w.span) };
            list.iter().flatten().map(word).filter(|w| !w.folded.is_empty()).collect::<Vec<_>>()
        };
        for word in raw.keywords.iter().chain(&raw.contains).flatten().filter(|w| opt_out.contains(&fold(w))) {
            self.problems.opt_out_in_trigger(here.place(word.span), word);
        }
        let (keywords, contains) = (words(&raw.keywords), words(&raw.contains));
        if keywords.is_empty() && contains.is_empty() && raw.pattern.is_none() {
            self.problems.no_condition(here.place(raw.span));
        }
        let pattern = raw.pattern.as_ref().and_then(|p| self.pattern(p, true, here));
        let first = self.script(raw.doing(), raw.span, here)?;
        Some(Trigger { keywords, contains, pattern, interrupt: raw.interrupt.unwrap_or(false), first, place: here.place(raw.span) })
    }

    fn hours(&mut self, raw: &Spanned<language::Hours>, here: Here<'_>) -> Hours {
        let mut hours = Hours::default();
        for (days, spans) in &raw.days {
            let spans: Vec<(u16, u16)> = spans.0.iter().filter(|s| s.value != "closed").filter_map(|s| self.time_span(s, here)).collect();
            days_of(days).for_each(|day| hours.days[day].clone_from(&spans));
        }
        for date in &raw.closed {
            match date.parse() {
                Ok(date) => hours.closed.push(date),
                Err(_) => self.problems.bad_setting(here.place(date.span), "date", date, "write it as 2026-12-25"),
            }
        }
        hours
    }

    fn time_span(&mut self, span: &Spanned<String>, here: Here<'_>) -> Option<(u16, u16)> {
        let minute = |text: &str| {
            text.split_once(':').and_then(|(h, m)| Some(h.parse::<u16>().ok()? * 60 + m.parse::<u16>().ok()?)).filter(|m| *m <= 1_440)
        };
        let parsed = span.split_once('-').and_then(|(from, to)| Some((minute(from)?, minute(to)?)));
        match parsed {
            Some((from, to)) if from < to => Some((from, to)),
            Some((from, to)) if to < from => Some((from, to + 1_440)),
            _ => {
                self.problems.bad_setting(
                    here.place(span.span),
                    "span of time",
                    span,
                    "write it as 12:00-15:00; one that ends after midnight is fine",
                );
                None
            }
        }
    }

    fn wording(&mut self, file: &'a BotFile, here: Here<'a>) -> Wording {
        let mut own = BTreeMap::new();
        for (name, said) in file.messages.iter().flat_map(|entries| &entries.0) {
            if !wording::names().any(|n| n == name.value) {
                self.problems.unknown_message(here.place(name.span), name, &wording::names().collect::<Vec<_>>());
            }
            if let Some(phrase) = self.phrase(said, here) {
                own.insert(name.value.clone(), phrase);
            }
        }
        Wording { own }
    }
}

fn sequence(raw: &Raw<language::SequenceFile>, first: Option<BlockIx>) -> Option<Sequence> {
    Some(Sequence {
        key: raw.value.sequence.as_str().into(),
        needs: raw.value.needs.iter().flatten().map(|n| n.value.clone()).collect(),
        outside: raw.value.needs.is_some(),
        numbered: raw.value.number.is_some(),
        first: first?,
        file: Arc::clone(&raw.doc.file),
        place: raw.doc.place(raw.value.sequence.span),
    })
}

/// `mon-fri`, `sat-mon`, `sun`.
fn days_of(days: &str) -> impl Iterator<Item = usize> {
    let (from, to) = days.split_once('-').unwrap_or((days, days));
    let index = |day: &str| DAYS.iter().position(|d| *d == day).unwrap_or(0);
    let (from, to) = (index(from), index(to));
    (0..=(to + 7 - from) % 7).map(move |n| (from + n) % 7)
}
