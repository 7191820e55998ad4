//! Translations: by the text as it stands in the bot; `context/text` where a block has a `context`.

use std::collections::{BTreeMap, BTreeSet};

use super::{Compiler, Here, Parsed, Raw, part_of};
use crate::{
    diagnostic::{Place, Problems},
    language::{LocaleFile, Said},
    template::Text,
    yaml::Doc,
};

/// So many missing texts are looked at: far more than are told.
const MISSING_MAX: usize = 5 * Problems::OF_BOT_MAX;

#[derive(Default)]
pub(super) struct Locales<'a> {
    files: Vec<(&'a Raw<LocaleFile>, BTreeMap<&'a str, &'a Said>)>,
    used: BTreeSet<(usize, &'a str)>,
    /// Texts that some locale does not translate, each told once.
    missing: BTreeMap<(usize, String), Place>,
}

impl<'a> Locales<'a> {
    pub(super) fn collect(parsed: &'a Parsed) -> Self {
        let texts = |raw: &'a Raw<LocaleFile>| raw.value.texts.0.iter().map(|(key, said)| (key.value.as_str(), said)).collect();
        Self { files: parsed.locales.iter().map(|raw| (raw, texts(raw))).collect(), ..Self::default() }
    }

    fn find(&mut self, file: usize, context: Option<&str>, source: &str) -> Option<&'a Said> {
        let texts = &self.files[file].1;
        let with_context = context.map(|c| format!("{c}/{source}"));
        let (key, said) = with_context.as_deref().and_then(|key| texts.get_key_value(key)).or_else(|| texts.get_key_value(source))?;
        self.used.insert((file, key));
        Some(said)
    }
}

impl<'a> Compiler<'a> {
    /// The translations of a text.
    pub(super) fn translations(&mut self, said: &'a Said, base: &Text, here: Here<'a>) -> Vec<(String, Text)> {
        let mut found = Vec::new();
        for file in 0..self.locales.files.len() {
            let raw = self.locales.files[file].0;
            match self.locales.find(file, here.context, said) {
                Some(translated) => found.extend(self.translation(raw, translated, base, here)),
                None if self.locales.missing.len() < MISSING_MAX
                    && said.chars().any(char::is_alphabetic)
                    && !self.has_a_general_one(file) =>
                {
                    self.locales.missing.entry((file, said.value.0.clone())).or_insert_with(|| here.place(said.span));
                }
                None => {}
            }
        }
        found
    }

    /// `fr-CA` needs only what differs from `fr`, if that is there or the bot's own.
    fn has_a_general_one(&self, file: usize) -> bool {
        let locale = |file: &(&Raw<LocaleFile>, _)| file.0.value.locale.value.to_lowercase();
        let own = self.parsed.bot.as_ref().and_then(|raw| raw.value.language.as_ref()).map_or("en", |l| l.value.as_str()).to_lowercase();
        let name = locale(&self.locales.files[file]);
        let Some((general, _)) = name.split_once('-') else { return false };
        own.split('-').next() == Some(general) || self.locales.files.iter().any(|f| locale(f) == general)
    }

    fn translation(&mut self, raw: &'a Raw<LocaleFile>, said: &'a Said, base: &Text, here: Here<'a>) -> Option<(String, Text)> {
        let text = self.text_of(&said.value, said.span, Here { doc: &raw.doc, ..here })?;
        let (own, other) = (placeholders(base), placeholders(&text));
        if own != other {
            let show = |set: &BTreeSet<String>| {
                if set.is_empty() { "nothing".to_owned() } else { set.iter().cloned().collect::<Vec<_>>().join(", ") }
            };
            self.problems.locale_placeholders(part_of(&raw.doc, said.span, &said.value, 0..said.len()), &show(&own), &show(&other));
        }
        Some((raw.value.locale.value.clone(), text))
    }

    /// Tells what is missing and what no block says.
    pub(super) fn tell_of_locales(&mut self) {
        for (file, (raw, texts)) in self.locales.files.iter().enumerate() {
            let locale = &raw.value.locale;
            if !raw.doc.file.ends_with(&format!("/{}.yaml", locale.value)) {
                let file = raw.doc.file.rsplit('/').next().unwrap_or_default();
                self.problems.locale_file(raw.doc.place(locale.span), locale, file);
            }
            for key in texts.keys().filter(|key| !self.locales.used.contains(&(file, **key))) {
                self.problems.locale_unknown_text(key_place(&raw.doc, raw, key), key);
            }
        }
        for ((file, text), place) in std::mem::take(&mut self.locales.missing) {
            self.problems.locale_missing(place, &self.locales.files[file].0.value.locale.value, &text);
        }
    }
}

fn key_place(doc: &Doc, raw: &Raw<LocaleFile>, key: &str) -> Place {
    let span = raw.value.texts.0.iter().find(|(k, _)| k.value == key).map(|(k, _)| k.span).unwrap_or_default();
    doc.place(span)
}

/// What a text reads, so that a translation can be held to the same.
fn placeholders(text: &Text) -> BTreeSet<String> {
    let reads = text.reads().iter().map(|r| format!("{{{{{}}}}}", r.path.join(".")));
    let apis = text.apis().iter().map(|a| format!("<<{}>>", std::iter::once(&a.api).chain(&a.path).cloned().collect::<Vec<_>>().join(".")));
    reads.chain(apis).collect()
}
