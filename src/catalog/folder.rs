//! One bot's folder, read as it stands: links are followed, names that begin with a dot are not there. Each real folder is
//! read once, however many links lead to it, and what is read of one bot is bounded before it is read.

use std::{
    collections::{BTreeMap, VecDeque},
    fs::{self, File},
    io::{self, Read as _},
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{
    directories::Directories,
    listing::{self, Entry, Shape, entries},
};
use crate::{
    diagnostic::{Diagnostic, Place, Problems},
    flow::compile::Files,
    language::Kind,
};

/// So many files a bot may have.
pub const FILES_MAX: usize = 2_000;
/// So many files and folders of any kind may lie in its folder.
pub const ENTRIES_MAX: usize = 10_000;
/// So many MiB its files may have together.
pub const MIB_MAX: u64 = 8;
/// Folders nest so deep.
const DEPTH_MAX: usize = 16;
/// One byte more than the loader takes, so that it can say what is too large.
const READ_BYTES_MAX: u64 = (256 << 10) + 1;

/// A bot's folder as it was read, and what was wrong with reading it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folder {
    /// The files that could be read; none of a bot that is too large.
    pub files: Files,
    /// Files that could not be read, or too many of them.
    pub problems: Vec<Diagnostic>,
}

impl Folder {
    /// A folder that cannot be entered: of the bot in it, nothing is known. `shown` is how diagnostics call it.
    pub(super) fn closed(key: &str, shown: &str, error: &io::Error) -> Self {
        let mut problems = Problems::default();
        problems.unreadable_folder(Place::start_of(&shown.into()), &listing::reason(error));
        Self { files: Files { key: key.into(), folder: shown.to_owned(), contents: BTreeMap::new() }, problems: problems.into_sorted() }
    }

    /// Whether it holds enough to compile: without its bot.yaml nothing can be said of a bot that could not be read.
    pub(super) fn has_a_bot(&self) -> bool {
        self.problems.is_empty() || self.files.contents.contains_key("bot.yaml")
    }
}

/// Whether a folder is a bot: whatever its bot.yaml is, it is meant to be one.
pub(super) fn is_bot(path: &Path) -> io::Result<bool> {
    match fs::symlink_metadata(path.join("bot.yaml")) {
        Ok(_) => Ok(true),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Whether a folder has a bot.yml or Bot.YAML, which its author takes for a bot.yaml.
pub(super) fn is_almost_bot(path: &Path) -> bool {
    let like = |entry: &Entry| matches!(&*entry.name.to_ascii_lowercase(), "bot.yaml" | "bot.yml");
    entries(path, ENTRIES_MAX).is_ok_and(|(entries, _)| entries.iter().any(like))
}

/// Reads the folder of a bot. `shown` is how diagnostics call it.
pub(super) fn read(path: &Path, key: &str, shown: &str, directories: &mut Directories) -> Folder {
    let files = Files { key: key.into(), folder: shown.to_owned(), contents: BTreeMap::new() };
    let mut reader = Reader {
        files,
        problems: Problems::default(),
        directories,
        visited: BTreeMap::new(),
        links: VecDeque::from([Directory { path: path.to_owned(), within: String::new(), depth: 0 }]),
        tests: None,
        entries: 0,
        bytes: 0,
    };
    match reader.parts() {
        Ok(()) if reader.tests().is_err() => reader.files.contents.retain(|path, _| !path.starts_with("tests/")),
        Ok(()) => {}
        Err(TooMuch) => reader.files.contents.clear(),
    }
    Folder { files: reader.files, problems: reader.problems.into_sorted() }
}

/// There is too much in the folder; what, has been told.
struct TooMuch;

struct Directory {
    path: PathBuf,
    within: String,
    depth: usize,
}

struct Reader<'a> {
    files: Files,
    problems: Problems,
    directories: &'a mut Directories,
    /// The real folders that were read, and as what.
    visited: BTreeMap<PathBuf, String>,
    /// Folders behind links: read after those that stand here, which so keep their own names.
    links: VecDeque<Directory>,
    /// The conversation tests: read last, since what is wrong or too much there keeps no bot from going live.
    tests: Option<Directory>,
    entries: usize,
    bytes: u64,
}

impl Reader<'_> {
    fn parts(&mut self) -> Result<(), TooMuch> {
        while let Some(directory) = self.links.pop_front() {
            self.directory(directory)?;
        }
        Ok(())
    }

    fn tests(&mut self) -> Result<(), TooMuch> {
        self.tests.take().map_or(Ok(()), |tests| self.directory(tests))?;
        self.parts() // what links in it lead to
    }

    fn directory(&mut self, Directory { path, within, depth }: Directory) -> Result<(), TooMuch> {
        if depth > DEPTH_MAX {
            let place = self.place(&within);
            self.problems.folder_too_deep(place, DEPTH_MAX);
            return Ok(());
        }
        if let Some(first) = self.visited.get(&path.canonicalize().unwrap_or_default()) {
            if stands_in(&within, first) {
                let place = self.place(&within);
                self.problems.link_goes_round(place);
            }
            return Ok(());
        }
        self.visited.extend(path.canonicalize().ok().map(|real| (real, within.clone())));
        self.directories.add(&path);
        match entries(&path, ENTRIES_MAX - self.entries) {
            Ok((entries, count)) => {
                self.count(count, &within)?;
                entries.iter().try_for_each(|entry| self.entry(entry, join(&within, &entry.name), depth))
            }
            Err(error) => {
                let place = self.place(&within);
                self.problems.unreadable_folder(place, &listing::reason(&error));
                Ok(())
            }
        }
    }

    fn count(&mut self, entries: usize, within: &str) -> Result<(), TooMuch> {
        self.entries += entries;
        if self.entries <= ENTRIES_MAX {
            return Ok(());
        }
        let place = self.place(if within.is_empty() { "bot.yaml" } else { within });
        self.problems.too_many_entries(place, ENTRIES_MAX);
        Err(TooMuch)
    }

    fn entry(&mut self, entry: &Entry, within: String, depth: usize) -> Result<(), TooMuch> {
        if entry.is_link() {
            self.directories.add_links(&entry.path);
        }
        let directory = |within| Directory { path: entry.path.clone(), within, depth: depth + 1 };
        match entry.shape() {
            Ok(Some(Shape::Folder)) if within == "tests" => self.tests = Some(directory(within)),
            Ok(Some(Shape::Folder)) if entry.is_link() => self.links.push_back(directory(within)),
            Ok(Some(Shape::Folder)) => self.directory(directory(within))?,
            Ok(Some(Shape::Other)) if is_yaml(&within) => self.file(&entry.path, &within)?,
            Err(error) if is_yaml(&within) || may_hold_a_part(&within) => self.unreadable(&within, &error),
            Ok(_) | Err(_) => {}
        }
        Ok(())
    }

    fn file(&mut self, path: &Path, within: &str) -> Result<(), TooMuch> {
        if self.files.contents.len() >= FILES_MAX {
            let place = self.place(within);
            self.problems.too_many_files(place, FILES_MAX);
            return Err(TooMuch);
        }
        let bytes = fs::metadata(path).map_or(0, |meta| meta.len()).min(READ_BYTES_MAX);
        if self.bytes + bytes > MIB_MAX << 20 {
            let place = self.place(within);
            self.problems.too_many_bytes(place, MIB_MAX);
            return Err(TooMuch);
        }
        match content(path) {
            Ok(content) => {
                self.bytes += content.len() as u64;
                self.files.contents.insert(within.to_owned(), content);
            }
            Err(error) => self.unreadable(within, &error),
        }
        Ok(())
    }

    fn unreadable(&mut self, within: &str, error: &io::Error) {
        let place = self.place(within);
        self.problems.unreadable_file(place, &listing::reason(error));
    }

    fn place(&self, within: &str) -> Place {
        Place::start_of(&self.files.shown(within))
    }
}

/// Whether a path lies in a folder.
fn stands_in(within: &str, folder: &str) -> bool {
    folder.is_empty() || within.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// Files that are read, or that their author expects to be.
fn is_yaml(within: &str) -> bool {
    let extension = within.rsplit('/').next().and_then(|name| name.rsplit_once('.')).map_or("", |(_, extension)| extension);
    extension.eq_ignore_ascii_case("yaml") || extension.eq_ignore_ascii_case("yml")
}

/// Whether a folder at this place would be looked into for parts of the bot.
fn may_hold_a_part(within: &str) -> bool {
    Kind::of_path(&join(within, "part.yaml")).is_some()
}

/// Regular files only: a pipe would never end.
fn content(path: &Path) -> io::Result<Arc<[u8]>> {
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is not a file"));
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(READ_BYTES_MAX).read_to_end(&mut bytes)?;
    Ok(bytes.into())
}

fn join(within: &str, name: &str) -> String {
    if within.is_empty() { name.to_owned() } else { format!("{within}/{name}") }
}
