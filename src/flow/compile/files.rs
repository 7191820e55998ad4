//! The files of a bot: their texts, their version, and their raw types.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use rayon::prelude::*;

use super::size::{LOCALES_MAX, Size, TEXTS_MIB_MAX, VALUES_MAX};
use crate::{
    diagnostic::{Place, Problems, Sources},
    id::{BotKey, Version},
    language::{self, BotFile, File, Kind, LocaleFile, SequenceFile, TestFile},
    yaml::{self, Doc},
};

/// The files of a bot as they were read, by their path within its folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Files {
    /// The folder's name.
    pub key: BotKey,
    /// How diagnostics call the folder: `bots/shop`.
    pub folder: String,
    /// Contents by path: `sequences/order.yaml`.
    pub contents: BTreeMap<String, Arc<[u8]>>,
}

impl Files {
    /// The version: a hash of everything that is part of how the bot runs. (Tests are not.)
    #[must_use]
    pub fn version(&self) -> Version {
        let mut hasher = blake3::Hasher::new();
        for (path, content) in self.contents.iter().filter(|(path, _)| Kind::of_path(path).is_some_and(|kind| kind != Kind::Test)) {
            hasher.update(&(path.len() as u64).to_le_bytes()).update(path.as_bytes());
            hasher.update(&(content.len() as u64).to_le_bytes()).update(content);
        }
        hasher.finalize().to_hex().as_str().into()
    }

    /// Whether something was found in the conversation tests: that keeps no bot from going live.
    #[must_use]
    pub fn is_of_tests(&self, place: &Place) -> bool {
        let within = if self.folder.is_empty() { Some(&*place.file) } else { place.file.strip_prefix(&*self.folder) };
        within.is_some_and(|path| is_of_tests(path.trim_start_matches('/')))
    }

    /// How diagnostics call a file.
    #[must_use]
    pub fn shown(&self, path: &str) -> Arc<str> {
        if self.folder.is_empty() { path.into() } else { format!("{}/{path}", self.folder).into() }
    }

    /// The texts, for diagnostics that point into them.
    #[must_use]
    pub fn sources(&self) -> Sources {
        self.contents.iter().map(|(path, content)| (self.shown(path), String::from_utf8_lossy(content).into())).collect()
    }
}

/// Whether a path is that of the conversation tests, or of something in them.
fn is_of_tests(path: &str) -> bool {
    path == "tests" || path.starts_with("tests/")
}

/// A raw type and the document it was read from.
#[derive(Clone, Debug)]
pub struct Raw<T> {
    /// The document.
    pub doc: Doc,
    /// What it says.
    pub value: T,
}

/// What files that could not be read would have named: told once, at the file, and not again wherever it is used.
#[derive(Debug, Default)]
pub(super) struct Unread {
    pub bot: bool,
    pub sequences: BTreeSet<String>,
    pub apis: BTreeMap<String, Place>,
}

/// The files of a bot in their raw types. What could not be read is left out, and told.
#[derive(Debug)]
pub struct Parsed {
    pub(super) key: BotKey,
    pub(super) version: Version,
    pub(super) start: Place,
    pub(super) bot: Option<Raw<BotFile>>,
    pub(super) sequences: Vec<Raw<SequenceFile>>,
    pub(super) apis: Vec<Raw<language::ApiFile>>,
    pub(super) locales: Vec<Raw<LocaleFile>>,
    pub(super) unread: Unread,
    /// The conversation tests.
    pub tests: Vec<Raw<TestFile>>,
    /// What is wrong with those that could not be read. It is apart, as the bot can go live with it.
    pub test_problems: Problems,
}

impl Parsed {
    /// Reads all files; tells everything that is wrong with any of them. `problems` are those of the bot.
    #[must_use]
    pub fn read(files: &Files, problems: &mut Problems) -> Self {
        let mut parsed = Self {
            key: files.key.clone(),
            version: files.version(),
            start: Place::start_of(&files.shown("bot.yaml")),
            bot: None,
            sequences: Vec::new(),
            apis: Vec::new(),
            locales: Vec::new(),
            unread: Unread::default(),
            tests: Vec::new(),
            test_problems: Problems::default(),
        };
        let (size, size_of_tests) = (Size::default(), Size::default());
        let read = |(path, content): (&String, &Arc<[u8]>)| {
            let mut found = Problems::default();
            let size = if is_of_tests(path) { &size_of_tests } else { &size };
            let read = if size.too_many_values() { None } else { read_one(&files.shown(path), path, content, &mut found) };
            read.iter().for_each(|(doc, _)| size.add(doc));
            (read, found)
        };
        let all: Vec<_> = files.contents.par_iter().map(read).collect();
        if size.too_many_values() {
            problems.too_many_values(parsed.start.clone(), VALUES_MAX, TEXTS_MIB_MAX);
            parsed.unread.bot = true;
            return parsed;
        }
        if size_of_tests.too_many_values() {
            parsed.test_problems.too_many_values(Place::start_of(&files.shown("tests")), VALUES_MAX, TEXTS_MIB_MAX);
        }
        for ((path, content), (read, found)) in files.contents.iter().zip(all) {
            if is_of_tests(path) {
                parsed.test_problems.append(found)
            } else {
                problems.append(found)
            }
            parsed.add(&files.shown(path), path, content, read);
        }
        if parsed.locales.len() > LOCALES_MAX {
            problems.too_many_locales(parsed.start.clone(), LOCALES_MAX);
            parsed.locales.clear();
        }
        parsed
    }

    /// The documents that the bot is made of.
    pub(super) fn docs(&self) -> impl Iterator<Item = &Doc> {
        let sequences = self.sequences.iter().map(|raw| &raw.doc);
        let (apis, locales) = (self.apis.iter().map(|raw| &raw.doc), self.locales.iter().map(|raw| &raw.doc));
        self.bot.iter().map(|raw| &raw.doc).chain(sequences).chain(apis).chain(locales)
    }

    fn add(&mut self, shown: &Arc<str>, path: &str, content: &[u8], read: Option<(Doc, File)>) {
        match read {
            Some((doc, File::Bot(value))) => self.bot = Some(Raw { doc, value }),
            Some((doc, File::Sequence(value))) => self.sequences.push(Raw { doc, value }),
            Some((doc, File::Api(value))) => self.apis.push(Raw { doc, value }),
            Some((doc, File::Locale(value))) => self.locales.push(Raw { doc, value }),
            Some((doc, File::Test(value))) => self.tests.push(Raw { doc, value }),
            None => self.unread.add(shown, path, content),
        }
    }
}

/// Reads one file; tells everything that is wrong with it.
fn read_one(shown: &Arc<str>, path: &str, content: &[u8], problems: &mut Problems) -> Option<(Doc, File)> {
    let Some(kind) = Kind::of_path(path) else {
        problems.stray_file(Place::start_of(shown), Kind::meant_path(path).as_deref());
        return None;
    };
    let doc = yaml::load_bytes(shown, content, problems)?;
    let file = language::read(&doc, kind, problems)?;
    Some((doc, file))
}

impl Unread {
    fn add(&mut self, shown: &Arc<str>, path: &str, content: &[u8]) {
        let Some(kind) = Kind::of_path(path) else { return };
        let name = named(kind, content).unwrap_or_else(|| stem(path).to_owned());
        match kind {
            Kind::Bot => self.bot = true,
            Kind::Sequence => drop(self.sequences.insert(name)),
            Kind::Api => drop(self.apis.insert(name, Place::start_of(shown))),
            Kind::Test | Kind::Locale => {}
        }
    }
}

/// What a file would have been called, if one of its lines says so.
fn named(kind: Kind, content: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(content);
    let said = text.lines().find_map(|line| line.strip_prefix(kind.as_str())?.strip_prefix(':'))?;
    let name = said.split('#').next().unwrap_or_default().trim().trim_matches(['"', '\'']);
    (!name.is_empty()).then(|| name.to_owned())
}

fn stem(path: &str) -> &str {
    let file = path.rsplit('/').next().unwrap_or(path);
    file.strip_suffix(".yaml").unwrap_or(file)
}
