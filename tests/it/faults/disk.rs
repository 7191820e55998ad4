//! Disks that are small on purpose.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::Command,
};

use tempfile::TempDir;

/// A file system in memory, of a few megabytes; it goes with this value.
pub(super) struct SmallDisk(TempDir);

impl SmallDisk {
    /// None where this user may not mount; `scripts/phases/tests` tells that then.
    pub(super) fn mount(megabytes: usize) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mounted = run("mount", &["-t", "tmpfs", "-o", &format!("size={megabytes}m,mode=777"), "tmpfs"], folder.path());
        mounted.then(|| Self(folder))
    }

    pub(super) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Fills it to the last byte.
    pub(super) fn fill(&self) {
        let mut ballast = fs::File::options().create(true).append(true).open(self.ballast()).unwrap();
        for size in [1 << 20, 1 << 12, 1] {
            while ballast.write_all(&vec![0; size]).is_ok() {}
        }
    }

    /// Makes room again.
    pub(super) fn clear(&self) {
        fs::remove_file(self.ballast()).unwrap();
    }

    pub(super) fn make_read_only(&self) {
        assert!(run("mount", &["-o", "remount,ro"], self.path()));
    }

    fn ballast(&self) -> PathBuf {
        self.path().join("ballast")
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        run("umount", &["-l"], self.path());
    }
}

/// As this user, else as root if that needs no password.
fn run(program: &str, arguments: &[&str], path: &Path) -> bool {
    [&[program][..], &["sudo", "-n", program]].iter().any(|command| {
        Command::new(command[0]).args(&command[1..]).args(arguments).arg(path).output().is_ok_and(|ran| ran.status.success())
    })
}
