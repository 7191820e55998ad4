//! The files of a SQLite database: who may read them, and whether they are still those that were opened.

use std::{
    fs::{self, DirBuilder, File, Permissions},
    io::{self, ErrorKind},
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering},
};

use super::StoreError;

/// Conversations, and the key of webchat tokens: nobody else reads them.
const FILE_MODE: u32 = 0o600;
const FOLDER_MODE: u32 = 0o700;

/// The file, what SQLite keeps beside it, and our lock.
const ALL: [&str; 5] = ["", "-wal", "-shm", "-journal", ".lock"];

/// The files without which what was committed is lost, or seen by this process alone.
const NEEDED: [&str; 3] = ["", "-wal", "-shm"];

/// Makes the folder of a file, if need be, for this user alone. A folder that is there belongs to whoever made it and stays as it is.
pub(super) fn make_folder(path: &str) -> io::Result<()> {
    match Path::new(path).parent() {
        Some(folder) if !folder.as_os_str().is_empty() => DirBuilder::new().recursive(true).mode(FOLDER_MODE).create(folder),
        _ => Ok(()),
    }
}

/// A file and what SQLite keeps beside it, which is beside what a link leads to.
fn with_end(path: &str, end: &str) -> PathBuf {
    let real = if end.starts_with('-') { fs::canonicalize(path).ok() } else { None };
    let mut file = real.unwrap_or_else(|| path.into()).into_os_string();
    file.push(end);
    file.into()
}

/// Makes an empty file for this user alone, unless there is one: that is not opened, because closing it again would take back the
/// locks that SQLite holds on it in this process.
pub(super) fn make(path: &str) -> io::Result<()> {
    match File::options().write(true).create_new(true).mode(FILE_MODE).open(path) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// Opens the file of the lock, made for this user alone.
pub(super) fn open_lock(path: &str) -> io::Result<File> {
    File::options().create(true).truncate(false).write(true).mode(FILE_MODE).open(format!("{path}.lock"))
}

/// Takes the files away from group and others, as they may be after a restore, or from an older version. Where another user owns one, this user
/// cannot: it is told of and used all the same.
pub(super) fn make_private(path: &str) {
    for file in ALL.map(|end| with_end(path, end)) {
        let Ok(about) = fs::metadata(&file) else { continue };
        if about.permissions().mode() & 0o077 == 0 {
            continue;
        }
        if let Err(error) = fs::set_permissions(&file, Permissions::from_mode(FILE_MODE)) {
            tracing::warn!(%error, "other users may read {}, which holds conversations, and its mode cannot be changed: {error}", file.display());
        }
    }
}

/// The files that were opened, by what they are and not by their names.
#[derive(Debug)]
pub(super) struct Opened {
    files: [(PathBuf, Option<(u64, u64)>); NEEDED.len()],
    lost: AtomicBool,
}

impl Opened {
    /// The files as they are now. They stay the same as long as a connection is open that has read once.
    pub(super) fn now(path: &str) -> Self {
        let files = NEEDED.map(|end| with_end(path, end)).map(|file| (file.clone(), identity(&file)));
        Self { files, lost: AtomicBool::new(false) }
    }

    /// Looks whether they are still there.
    pub(super) fn look(&self) -> Result<(), StoreError> {
        let found = self.files.iter().try_for_each(|(file, opened)| is_still(file, *opened));
        self.lost.store(found.is_err(), Ordering::Relaxed);
        found
    }

    /// What the last look found, without another one unless they were lost.
    pub(super) fn known(&self) -> Result<(), StoreError> {
        if self.lost.load(Ordering::Relaxed) { self.look() } else { Ok(()) }
    }
}

fn identity(file: &Path) -> Option<(u64, u64)> {
    fs::metadata(file).ok().map(|about| (about.dev(), about.ino()))
}

fn is_still(file: &Path, opened: Option<(u64, u64)>) -> Result<(), StoreError> {
    let now = identity(file);
    if now == opened {
        return Ok(());
    }
    let fate = if now.is_none() { "was removed" } else { "was replaced by another file" };
    Err(StoreError::Unavailable(format!("{} {fate} while it was in use; put it back, or restart with what is there", file.display())))
}
