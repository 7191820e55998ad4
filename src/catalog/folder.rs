//! One bot's folder, read as it stands: links are followed, names that begin with a dot are not there.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, Read as _},
    path::{Path, PathBuf},
    sync::Arc,
};

use super::directories::Directories;
use crate::{
    diagnostic::{Diagnostic, Place, Problems},
    flow::compile::Files,
};

/// So many files a bot may have.
pub const FILES_MAX: usize = 2_000;
/// Folders nest so deep.
const DEPTH_MAX: usize = 16;
/// One byte more than the loader takes, so that it can say what is too large.
const READ_BYTES_MAX: u64 = (256 << 10) + 1;

/// A bot's folder as it was read, and what was wrong with reading it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folder {
    /// The files that could be read.
    pub files: Files,
    /// Files that could not be read, or too many of them.
    pub problems: Vec<Diagnostic>,
}

/// Whether a folder is a bot.
pub(super) fn is_bot(path: &Path) -> bool {
    path.join("bot.yaml").is_file()
}

/// Reads the folder of a bot. `shown` is how diagnostics call it.
pub(super) fn read(path: &Path, key: &str, shown: &str, directories: &mut Directories) -> Folder {
    let files = Files { key: key.into(), folder: shown.to_owned(), contents: BTreeMap::new() };
    let mut reader = Reader { files, problems: Problems::default(), directories, full: false, open: Vec::new() };
    reader.directory(path, "", 0);
    Folder { files: reader.files, problems: reader.problems.into_sorted() }
}

struct Reader<'a> {
    files: Files,
    problems: Problems,
    directories: &'a mut Directories,
    full: bool,
    /// The folders that are open just now, by their real paths.
    open: Vec<PathBuf>,
}

impl Reader<'_> {
    fn directory(&mut self, path: &Path, within: &str, depth: usize) {
        let real = path.canonicalize().unwrap_or_default();
        if self.open.contains(&real) {
            let place = self.place(within);
            return self.problems.link_goes_round(place);
        }
        self.directories.add(path);
        self.open.push(real);
        match entries(path) {
            Ok(entries) => entries.into_iter().for_each(|(name, path)| self.entry(&path, &join(within, &name), depth)),
            Err(error) => self.unreadable(within, &error),
        }
        self.open.pop();
    }

    fn entry(&mut self, path: &Path, within: &str, depth: usize) {
        if path.is_symlink() {
            self.directories.add_links(path);
        }
        if path.is_dir() {
            if depth < DEPTH_MAX {
                self.directory(path, within, depth + 1);
            } else {
                let place = self.place(within);
                self.problems.folder_too_deep(place, DEPTH_MAX);
            }
        } else if matches!(path.extension().and_then(|e| e.to_str()), Some("yaml" | "yml")) {
            self.file(path, within);
        }
    }

    fn file(&mut self, path: &Path, within: &str) {
        if self.files.contents.len() >= FILES_MAX {
            if !std::mem::replace(&mut self.full, true) {
                let place = self.place(within);
                self.problems.too_many_files(place, FILES_MAX);
            }
            return;
        }
        match content(path) {
            Ok(content) => {
                self.files.contents.insert(within.to_owned(), content);
            }
            Err(error) => self.unreadable(within, &error),
        }
    }

    fn unreadable(&mut self, within: &str, error: &io::Error) {
        let place = self.place(within);
        self.problems.unreadable_file(place, &reason(error));
    }

    fn place(&self, within: &str) -> Place {
        Place::start_of(&self.files.shown(within))
    }
}

/// What a directory holds, by name; what begins with a dot is left out.
pub(super) fn entries(path: &Path) -> io::Result<Vec<(String, PathBuf)>> {
    let mut entries = Vec::new();
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if !name.starts_with('.') {
            entries.push((name, entry.path()));
        }
    }
    entries.sort();
    Ok(entries)
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

fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "it is a link that leads nowhere".to_owned(),
        io::ErrorKind::PermissionDenied => "permission is denied".to_owned(),
        _ => error.to_string(),
    }
}

fn join(within: &str, name: &str) -> String {
    if within.is_empty() { name.to_owned() } else { format!("{within}/{name}") }
}
