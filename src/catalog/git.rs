//! What git knows of a folder: the commit that is checked out, and whether git is at work on it just now.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

/// A git work tree.
#[derive(Clone, Debug)]
pub(super) struct WorkTree {
    git_dir: PathBuf,
}

impl WorkTree {
    /// The work tree that a folder is in, links followed.
    pub(super) fn around(dir: &Path) -> Option<Self> {
        let real = dir.canonicalize().ok()?;
        real.ancestors().find_map(|folder| git_dir(&folder.join(".git"))).map(|git_dir| Self { git_dir })
    }

    /// The commit that is checked out: 40 (or 64) hex digits.
    pub(super) fn commit(&self) -> Option<String> {
        let head = fs::read_to_string(self.git_dir.join("HEAD")).ok()?;
        let Some(name) = head.trim().strip_prefix("ref: ") else { return hash(&head) };
        let common = self.common_dir();
        let loose = |dir: &Path| hash(&fs::read_to_string(dir.join(name)).ok()?);
        loose(&self.git_dir).or_else(|| loose(&common)).or_else(|| packed(&common, name))
    }

    /// Git is changing the work tree just now. A lock older than `age_max` was left behind by a git that died.
    pub(super) fn locked(&self, age_max: Duration) -> Lock {
        match fs::metadata(self.git_dir.join("index.lock")).and_then(|meta| meta.modified()) {
            Err(_) => Lock::Free,
            Ok(since) if since.elapsed().is_ok_and(|age| age >= age_max) => Lock::LeftBehind,
            Ok(_) => Lock::Held,
        }
    }

    /// Where branches are kept: of a linked work tree, in the main one's git directory.
    fn common_dir(&self) -> PathBuf {
        match fs::read_to_string(self.git_dir.join("commondir")) {
            Ok(common) => self.git_dir.join(common.trim()),
            Err(_) => self.git_dir.clone(),
        }
    }
}

/// Whether git holds its lock on the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lock {
    Free,
    Held,
    LeftBehind,
}

/// `.git` is a directory, or in a linked work tree a file that names one.
fn git_dir(dot_git: &Path) -> Option<PathBuf> {
    if dot_git.is_dir() {
        return Some(dot_git.to_owned());
    }
    let text = fs::read_to_string(dot_git).ok()?;
    Some(dot_git.parent()?.join(text.trim().strip_prefix("gitdir: ")?))
}

fn packed(common: &Path, name: &str) -> Option<String> {
    let refs = fs::read_to_string(common.join("packed-refs")).ok()?;
    refs.lines().find_map(|line| hash(line.split_once(' ').filter(|(_, of)| *of == name)?.0))
}

fn hash(text: &str) -> Option<String> {
    let text = text.trim();
    (matches!(text.len(), 40 | 64) && text.bytes().all(|b| b.is_ascii_hexdigit())).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

    fn repository() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir_all(dir.path().join(".git/refs/heads")).unwrap();
        fs::create_dir_all(dir.path().join("bots")).unwrap();
        dir
    }

    fn write(dir: &tempfile::TempDir, path: &str, text: &str) {
        fs::write(dir.path().join(path), text).unwrap();
    }

    fn commit(dir: &tempfile::TempDir) -> Option<String> {
        WorkTree::around(&dir.path().join("bots")).unwrap().commit()
    }

    #[test]
    fn finds_the_commit_of_a_branch_loose_or_packed_and_of_a_detached_head() {
        let dir = repository();
        write(&dir, ".git/HEAD", "ref: refs/heads/main\n");
        assert_eq!(commit(&dir), None);
        write(&dir, ".git/packed-refs", &format!("# pack-refs\n{} refs/heads/other\n{COMMIT} refs/heads/main\n", "f".repeat(40)));
        assert_eq!(commit(&dir).as_deref(), Some(COMMIT));
        write(&dir, ".git/refs/heads/main", &format!("{}\n", "a".repeat(40)));
        assert_eq!(commit(&dir), Some("a".repeat(40)));
        write(&dir, ".git/HEAD", COMMIT);
        assert_eq!(commit(&dir).as_deref(), Some(COMMIT));
    }

    #[test]
    fn follows_a_linked_work_tree() {
        let (main, linked) = (repository(), tempfile::tempdir().unwrap());
        fs::create_dir_all(main.path().join(".git/worktrees/w")).unwrap();
        write(&main, ".git/worktrees/w/HEAD", "ref: refs/heads/w\n");
        write(&main, ".git/worktrees/w/commondir", "../..\n");
        write(&main, ".git/refs/heads/w", COMMIT);
        fs::create_dir(linked.path().join("bots")).unwrap();
        write(&linked, ".git", &format!("gitdir: {}\n", main.path().join(".git/worktrees/w").display()));
        assert_eq!(commit(&linked).as_deref(), Some(COMMIT));
    }

    #[test]
    fn a_lock_that_is_old_was_left_behind() {
        let dir = repository();
        let tree = WorkTree::around(dir.path()).unwrap();
        assert_eq!(tree.locked(Duration::from_secs(10)), Lock::Free);
        write(&dir, ".git/index.lock", "");
        assert_eq!(tree.locked(Duration::from_secs(10)), Lock::Held);
        assert_eq!(tree.locked(Duration::ZERO), Lock::LeftBehind);
    }
}
