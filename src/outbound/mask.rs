//! Taking secrets out of what a backend says: it may tell back whatever it was sent, as it came or encoded.

use std::{borrow::Cow, collections::BTreeMap, fmt, ops::Range, sync::Arc};

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use secrecy::ExposeSecret;
use serde_json::{Map, Value};

use super::{keyring::Known, reading::each_reading, spelling::spellings};

/// By so many bytes a longer value is found; then it is followed as far as it goes on. It keeps the search small.
const FOUND_BY: usize = 64;

/// Finds the values that one request was sent with. Empty where it had none, which costs nothing.
#[derive(Clone, Default)]
pub struct Mask(Option<Arc<Finder>>);

struct Finder {
    search: AhoCorasick,
    /// All that is searched for, and the name that is shown in its place: by the first [`FOUND_BY`] bytes in the order of the search.
    known: Vec<(Vec<u8>, String)>,
}

impl fmt::Debug for Mask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mask(…)")
    }
}

impl Mask {
    /// Secrets with the names that are shown in their place.
    pub(super) fn new(secrets: &[Known]) -> Self {
        let spelled = secrets.iter().flat_map(|(name, value)| spellings(value.expose_secret()).into_iter().map(move |s| (s, name)));
        let mut known: BTreeMap<Vec<u8>, String> = BTreeMap::new();
        for (spelling, name) in spelled {
            known.entry(spelling).or_insert_with(|| name.clone());
        }
        if known.is_empty() {
            return Self::default();
        }
        let known: Vec<_> = known.into_iter().collect();
        let begins = known.iter().map(|(spelling, _)| &spelling[..spelling.len().min(FOUND_BY)]);
        let builder =
            AhoCorasick::builder().kind(Some(AhoCorasickKind::NoncontiguousNFA)).match_kind(MatchKind::LeftmostLongest).build(begins);
        Self(builder.ok().map(|search| Arc::new(Finder { search, known })))
    }

    /// The text without the values.
    #[must_use]
    pub fn text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.0.as_ref().and_then(|finder| finder.masked(text)).map_or(Cow::Borrowed(text), Cow::Owned)
    }

    /// Every text of a value, every number and every key, without the values. A number that holds one becomes a text.
    pub fn json(&self, json: &mut Value) {
        if let Some(finder) = &self.0 {
            finder.json(json);
        }
    }
}

impl Finder {
    fn json(&self, json: &mut Value) {
        match json {
            Value::String(text) => *text = self.masked(text).unwrap_or_else(|| std::mem::take(text)),
            Value::Array(list) => list.iter_mut().for_each(|item| self.json(item)),
            Value::Object(map) => {
                map.values_mut().for_each(|value| self.json(value));
                if map.keys().any(|key| self.masked(key).is_some()) {
                    let all = std::mem::take(map).into_iter();
                    *map = all.map(|(key, value)| (self.masked(&key).unwrap_or(key), value)).collect::<Map<_, _>>();
                }
            }
            Value::Number(number) => {
                if let Some(masked) = self.masked(&number.to_string()) {
                    *json = masked.into();
                }
            }
            Value::Null | Value::Bool(_) => {}
        }
    }

    /// None where nothing is found.
    fn masked(&self, text: &str) -> Option<String> {
        let mut found: Vec<(Range<usize>, &str)> = self.find(text.as_bytes()).collect();
        each_reading(text, &mut |reading| found.extend(self.find(&reading.bytes).map(|(at, name)| (reading.place(&at), name))));
        if found.is_empty() {
            return None;
        }
        found.sort_by_key(|(at, _)| (at.start, std::cmp::Reverse(at.end)));
        let (mut masked, mut done) = (String::with_capacity(text.len()), 0);
        for (at, name) in found {
            if at.start >= done {
                masked.push_str(&text[done..at.start]);
                masked.push_str(name);
            }
            done = done.max(text.ceil_char_boundary(at.end));
        }
        masked.push_str(&text[done..]);
        Some(masked)
    }

    fn find<'s, 'b>(&'s self, bytes: &'b [u8]) -> impl Iterator<Item = (Range<usize>, &'s str)> + use<'s, 'b> {
        self.search.find_iter(bytes).map(move |found| {
            let (_, name) = &self.known[found.pattern().as_usize()];
            (found.start()..found.end() + self.rest(&bytes[found.range()], &bytes[found.end()..]), name.as_str())
        })
    }

    /// How far a value goes on behind the beginning by which it was found.
    fn rest(&self, begin: &[u8], behind: &[u8]) -> usize {
        let longer = self.known.iter().filter(|(spelling, _)| begin.len() == FOUND_BY && spelling.starts_with(begin));
        let same = |spelling: &[u8]| spelling[FOUND_BY..].iter().zip(behind).take_while(|(a, b)| a == b).count();
        longer.map(|(spelling, _)| same(spelling)).max().unwrap_or(0)
    }
}
