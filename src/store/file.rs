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

/// How many links lead to a file at most, as for the system.
const LINKS_MAX: usize = 40;

/// Makes the folder of a file, if need be, for this user alone. A folder that is there belongs to whoever made it and stays as it is.
pub(super) fn make_folder(path: &str) -> io::Result<()> {
    match Path::new(path).parent() {
        Some(folder) if !folder.as_os_str().is_empty() => DirBuilder::new().recursive(true).mode(FOLDER_MODE).create(folder),
        _ => Ok(()),
    }
}

/// A file and what stands beside it, which is beside what a link leads to: whatever way leads to a file, its log and its lock are the same.
fn with_end(path: &str, end: &str) -> PathBuf {
    if end.is_empty() {
        return path.into();
    }
    let mut file = real(path.into(), LINKS_MAX).into_os_string();
    file.push(end);
    file.into()
}

/// Where a path leads; also to a file that is not there yet.
fn real(path: PathBuf, links: usize) -> PathBuf {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match (fs::canonicalize(&path), fs::read_link(&path)) {
        (Ok(real), _) => real,
        (Err(_), Ok(target)) if links > 0 => real(folder.join(target), links - 1),
        _ => fs::canonicalize(folder).ok().zip(path.file_name()).map(|(folder, name)| folder.join(name)).unwrap_or(path),
    }
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
    File::options().create(true).truncate(false).write(true).mode(FILE_MODE).open(with_end(path, ".lock"))
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
    files: Vec<(PathBuf, Option<Identity>)>,
    lost: AtomicBool,
}

/// The device and the number of a file.
type Identity = (u64, u64);

impl Opened {
    /// The files as they are now, and the lock if there is one: without its file another server could take another lock. They stay the
    /// same as long as a connection is open that has read once.
    pub(super) fn now(path: &str, lock: Option<&File>) -> io::Result<Self> {
        let mut files = Vec::new();
        for file in NEEDED.map(|end| with_end(path, end)) {
            let found = identity(&file)?;
            files.push((file, found));
        }
        if let Some(lock) = lock {
            files.push((with_end(path, ".lock"), Some(identity_of(&lock.metadata()?))));
        }
        Ok(Self { files, lost: AtomicBool::new(false) })
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

fn identity_of(about: &fs::Metadata) -> Identity {
    (about.dev(), about.ino())
}

/// None where there is no file: that one may not or cannot look is something else.
fn identity(file: &Path) -> io::Result<Option<Identity>> {
    match fs::metadata(file) {
        Ok(about) => Ok(Some(identity_of(&about))),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn is_still(file: &Path, opened: Option<Identity>) -> Result<(), StoreError> {
    let fate = match identity(file) {
        Ok(now) if now == opened => return Ok(()),
        Ok(None) => "was removed",
        Ok(Some(_)) => "was replaced by another file",
        Err(error) => return Err(StoreError::Unavailable(format!("{} is out of reach: {error}", file.display()))),
    };
    Err(StoreError::Unavailable(format!("{} {fate} while it was in use; put it back, or restart with what is there", file.display())))
}
