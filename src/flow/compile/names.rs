//! All names of a bot, collected before anything is compiled, so that everything can refer to everything.

use std::collections::BTreeMap;

use super::{Parsed, Raw, SequenceIx};
use crate::{
    diagnostic::{Place, Problems},
    flow::{fold::fold, names as built_in},
    language::{BotFile, SequenceFile},
};

pub(super) struct Names<'a> {
    pub sequences: BTreeMap<&'a str, SequenceIx>,
    pub sequence_places: BTreeMap<&'a str, Place>,
    pub apis: BTreeMap<&'a str, Place>,
    pub attributes: BTreeMap<&'a str, Place>,
}

const KEY_RULE: &str = "begin with a letter or digit, then letters, digits, `_`, `.` or `-`: 64 characters at most";
const NAME_RULE: &str = "begin with a letter or `_`, then letters, digits or `_`: 64 characters at most";

/// Whether a text can be the key of a bot or sequence.
#[must_use]
pub fn is_key(text: &str) -> bool {
    let rest = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    text.len() <= 64 && text.starts_with(|c: char| c.is_ascii_alphanumeric()) && text.chars().all(rest)
}

/// Whether a text can be the name of an API, an attribute or a block.
pub(super) fn is_name(text: &str) -> bool {
    let rest = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.len() <= 64 && text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && text.chars().all(rest)
}

impl<'a> Names<'a> {
    pub(super) fn collect(parsed: &'a Parsed, bot: &'a Raw<BotFile>, problems: &mut Problems) -> Self {
        let mut names =
            Self { sequences: BTreeMap::new(), sequence_places: BTreeMap::new(), apis: BTreeMap::new(), attributes: BTreeMap::new() };
        names.collect_sequences(&parsed.sequences, problems);
        names.collect_apis(parsed, problems);
        names.collect_attributes(bot, problems);
        if !is_key(&parsed.key) {
            problems.bad_name(parsed.start.clone(), "bot", &parsed.key, KEY_RULE);
        }
        names
    }

    fn collect_sequences(&mut self, sequences: &'a [Raw<SequenceFile>], problems: &mut Problems) {
        let mut folded: BTreeMap<String, &str> = BTreeMap::new();
        let mut titles: BTreeMap<String, Place> = BTreeMap::new();
        let mut numbers: BTreeMap<u64, Place> = BTreeMap::new();
        for (ix, raw) in sequences.iter().enumerate() {
            let key = raw.value.sequence.value.as_str();
            let place = raw.doc.place(raw.value.sequence.span);
            if let Some(first) = self.sequence_places.get(key) {
                problems.duplicate(place, "sequence", key, first.clone());
                continue;
            }
            if let Some(other) = folded.insert(key.to_lowercase(), key) {
                problems.differs_in_case(place.clone(), "sequence", key, other, self.sequence_places[other].clone());
            }
            self.sequences.insert(key, SequenceIx(u32::try_from(ix).unwrap_or(u32::MAX)));
            self.sequence_places.insert(key, place);
            if let Some(title) = &raw.value.title {
                once(&mut titles, fold(title), raw.doc.place(title.span), "title", title, problems);
            }
            if let Some(number) = &raw.value.number {
                once(&mut numbers, number.value, raw.doc.place(number.span), "number", &number.value.to_string(), problems);
            }
        }
        for (number, place) in numbers {
            if let Some(other) = self.sequence_places.get(number.to_string().as_str()) {
                problems.duplicate(place, "number that is also a sequence's key", &number.to_string(), other.clone());
            }
        }
    }

    fn collect_apis(&mut self, parsed: &'a Parsed, problems: &mut Problems) {
        for raw in &parsed.apis {
            let name = &raw.value.api;
            let place = raw.doc.place(name.span);
            if !is_name(name) {
                problems.bad_name(place.clone(), "API", name, NAME_RULE);
            }
            once(&mut self.apis, name.value.as_str(), place, "API", name, problems);
        }
        for (name, place) in &parsed.unread.apis {
            self.apis.entry(name).or_insert_with(|| place.clone());
        }
    }

    fn collect_attributes(&mut self, bot: &'a Raw<BotFile>, problems: &mut Problems) {
        for (name, _) in bot.value.attributes.iter().flat_map(|entries| &entries.0) {
            let place = bot.doc.place(name.span);
            if built_in::built_in(name) || crate::template::HELPERS.iter().any(|h| h.name == name.value) {
                problems.reserved_name(place.clone(), name);
            } else if !is_name(name) {
                problems.bad_name(place.clone(), "attribute", name, NAME_RULE);
            }
            self.attributes.insert(&name.value, place);
        }
    }

    pub(super) fn known_sequences(&self) -> Vec<&'a str> {
        self.sequences.keys().copied().collect()
    }

    pub(super) fn known_apis(&self) -> Vec<&'a str> {
        self.apis.keys().copied().collect()
    }

    /// Everything that a template can read, beside names that hold in one place only.
    pub(super) fn known_roots(&self) -> Vec<&'a str> {
        let mut known: Vec<&'a str> = self.attributes.keys().copied().collect();
        built_in::all().for_each(|name| known.push(name));
        known
    }
}

/// Keeps the first place of a name; tells of a second.
pub(super) fn once<K: Ord>(seen: &mut BTreeMap<K, Place>, key: K, place: Place, what: &str, name: &str, problems: &mut Problems) {
    match seen.get(&key) {
        Some(first) => problems.duplicate(place, what, name, first.clone()),
        None => {
            seen.insert(key, place);
        }
    }
}

/// Tells of a block's id that cannot be one.
pub(super) fn check_id(id: &str, place: Place, problems: &mut Problems) {
    if !is_name(id) {
        problems.bad_name(place, "block", id, NAME_RULE);
    }
}

/// Tells of a sequence's key that cannot be one. (The schema has said so already; this is for keys with other ways in.)
pub(super) fn check_key(key: &str, place: Place, problems: &mut Problems) {
    if !is_key(key) {
        problems.bad_name(place, "sequence", key, KEY_RULE);
    }
}
