//! The real directories in which a change matters: every one that was read, and those in which a link can be swapped.

use std::{
    collections::BTreeMap,
    fs,
    path::{Component, Path, PathBuf},
};

/// More links than this lead round in circles.
const LINKS_MAX: usize = 40;

/// Real directories by path, each with the number of what is there now: another directory of the same name has another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Directories(pub BTreeMap<PathBuf, u64>);

impl Directories {
    /// Those in which a folder that cannot be read may turn up.
    pub(super) fn around(folder: &Path) -> Self {
        let mut around = Self::default();
        around.add_links(folder);
        around
    }

    /// Adds a directory that was read.
    pub(super) fn add(&mut self, directory: &Path) {
        if let (Ok(real), Ok(meta)) = (directory.canonicalize(), fs::metadata(directory)) {
            self.0.insert(real, number(&meta));
        }
    }

    /// Adds the directories in which the links on the way to `path` stand, and the one of what they lead to.
    pub(super) fn add_links(&mut self, path: &Path) {
        let Ok(mut left) = std::path::absolute(path) else { return };
        for _ in 0..LINKS_MAX {
            let Some((link, target)) = first_link(&left) else { break };
            let holder = link.parent().unwrap_or(Path::new("/")).to_owned();
            self.add(&holder);
            let rest = left.strip_prefix(&link).map(Path::to_owned).unwrap_or_default();
            left = holder.join(target).join(rest);
        }
        if let Some(parent) = left.parent() {
            self.add(parent);
        }
    }
}

/// The first link on a path, and what it says.
fn first_link(path: &Path) -> Option<(PathBuf, PathBuf)> {
    let mut walked = PathBuf::new();
    for component in path.components() {
        match component {
            Component::ParentDir => {
                walked.pop();
            }
            other => walked.push(other),
        }
        if let Ok(target) = fs::read_link(&walked) {
            return Some((walked, target));
        }
    }
    None
}

#[cfg(unix)]
fn number(meta: &fs::Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(meta)
}

#[cfg(not(unix))]
fn number(_: &fs::Metadata) -> u64 {
    0
}
