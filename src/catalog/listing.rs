//! What stands in a directory.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::diagnostic::escape_name;

/// One entry of a directory.
pub(super) struct Entry {
    /// Its name, as diagnostics may show it.
    pub name: String,
    pub path: PathBuf,
    kind: fs::FileType,
}

/// What an entry is, links followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Folder,
    /// A file, or anything else that is no folder.
    Other,
}

impl Entry {
    pub(super) fn is_link(&self) -> bool {
        self.kind.is_symlink()
    }

    /// What it is. One that has just gone is nothing any more.
    pub(super) fn shape(&self) -> io::Result<Option<Shape>> {
        let shape = |kind: fs::FileType| if kind.is_dir() { Shape::Folder } else { Shape::Other };
        if self.kind.is_file() {
            return Ok(Some(Shape::Other));
        }
        match fs::metadata(&self.path) {
            Ok(meta) => Ok(Some(shape(meta.file_type()))),
            Err(error) if error.kind() == io::ErrorKind::NotFound && !self.is_link() => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// What a directory holds, by name; what begins with a dot is left out. Ends when there is more than `max`, dots counted: then
/// the second value is more than that.
pub(super) fn entries(path: &Path, max: usize) -> io::Result<(Vec<Entry>, usize)> {
    let (mut entries, mut count) = (Vec::new(), 0);
    for entry in fs::read_dir(path)?.take(max.saturating_add(1)) {
        let entry = entry?;
        count += 1;
        let name = entry.file_name();
        if name.as_encoded_bytes().starts_with(b".") {
            continue;
        }
        match entry.file_type() {
            Ok(kind) => entries.push(Entry { name: escape_name(&name), path: entry.path(), kind }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    Ok((entries, count))
}

/// Why something could not be read, for people.
pub(super) fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "it is a link that leads nowhere".to_owned(),
        io::ErrorKind::PermissionDenied => "permission is denied".to_owned(),
        _ => error.to_string(),
    }
}
