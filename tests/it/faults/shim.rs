//! A library that is loaded before the C library: it sets the clock of the real binary, and keeps it from writing its database.

use std::{
    fs::{self, File},
    os::unix::fs::FileExt,
    process::Command,
};

use tempfile::TempDir;

/// What stands between one process and the system.
pub(super) struct Shim {
    folder: TempDir,
    control: File,
}

/// Which field of `struct control`.
const CLOCK: u64 = 0;
const WRITES: u64 = 8;

impl Shim {
    pub(super) fn build() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let control = folder.path().join("control");
        fs::write(&control, [0; 16]).unwrap();
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/faults/shim.c");
        let library = folder.path().join("shim.so");
        let compiled = Command::new("cc").args(["-shared", "-fPIC", "-O1", "-o"]).arg(library).arg(source).output().unwrap();
        assert!(compiled.status.success(), "{}", String::from_utf8_lossy(&compiled.stderr));
        Self { control: File::options().write(true).open(control).unwrap(), folder }
    }

    /// The variables under which a process is behind it.
    pub(super) fn variables(&self) -> [(&'static str, String); 2] {
        let path = |name: &str| self.folder.path().join(name).display().to_string();
        [("LD_PRELOAD", path("shim.so")), ("FAULTS_CONTROL", path("control"))]
    }

    /// Sets the clock of the process: so many seconds from the true time.
    pub(super) fn set_clock(&self, seconds: i64) {
        self.control.write_at(&seconds.to_ne_bytes(), CLOCK).unwrap();
    }

    /// From now on writing the database fails with this `errno`; 0 for no longer.
    pub(super) fn refuse_writes(&self, errno: i64) {
        self.control.write_at(&errno.to_ne_bytes(), WRITES).unwrap();
    }
}
