//! A PostgreSQL of a test's own, which may be stopped, crashed, frozen and run out of room.

use std::{
    net::TcpListener,
    os::unix::{
        fs::{PermissionsExt, chown},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use super::server::{MISSING, User, become_user, make_cluster, programs, unprivileged};

/// When the test is gone, however it went, the server goes too.
const WATCHDOG: &str = r#"read -r _; kill -QUIT $(head -1 "$1/data/postmaster.pid"); rm -rf "$1""#;

/// A server that only one test uses.
pub(crate) struct OwnServer {
    programs: PathBuf,
    folder: PathBuf,
    user: Option<User>,
    port: u16,
    _watchdog: Child,
}

impl OwnServer {
    pub(crate) fn start() -> Self {
        Self::start_in(&std::env::temp_dir())
    }

    /// Keeps its data somewhere below this folder.
    pub(crate) fn start_in(place: &Path) -> Self {
        let (programs, user) = (programs().expect(MISSING), unprivileged());
        let folder = tempfile::Builder::new().prefix("flowgate-own-postgres-").tempdir_in(place).unwrap().keep();
        if let Some(user) = &user {
            chown(&folder, Some(user.uid), Some(user.gid)).unwrap();
        }
        std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o755)).unwrap();
        make_cluster(&programs, &folder, user.as_ref());
        let mut shell = Command::new("sh");
        shell.args(["-c", WATCHDOG, "watchdog"]).arg(&folder).process_group(0).stdin(Stdio::piped()).stderr(Stdio::null());
        let watchdog = shell.current_dir("/").spawn().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let server = Self { programs, folder, user, port, _watchdog: watchdog };
        server.go();
        server
    }

    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres?sslmode=disable", self.port)
    }

    /// Starts it again, and waits until it takes connections.
    pub(crate) fn go(&self) {
        let options = format!(
            "-p {} -k {} -c listen_addresses=127.0.0.1 -c shared_buffers=32MB -c max_wal_size=64MB -c min_wal_size=32MB",
            self.port,
            self.folder.display()
        );
        assert!(self.control(&["-w", "-o", &options, "start"]), "PostgreSQL does not start");
    }

    /// Stops it, `fast` (sessions are ended) or `immediate` (as in a crash).
    pub(crate) fn stop(&self, mode: &str) {
        assert!(self.control(&["-w", "-m", mode, "stop"]), "PostgreSQL does not stop");
    }

    pub(crate) fn runs(&self) -> bool {
        self.control(&["status"])
    }

    fn control(&self, arguments: &[&str]) -> bool {
        let mut control = Command::new(self.programs.join("pg_ctl"));
        control.arg("-D").arg(self.folder.join("data")).arg("-l").arg(self.folder.join("log")).args(arguments);
        become_user(&mut control, self.user.as_ref());
        control.current_dir("/").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap().success()
    }

    /// Sends a signal to all of its processes: STOP, CONT.
    pub(crate) fn signal(&self, name: &str) {
        let parent = std::fs::read_to_string(self.folder.join("data/postmaster.pid")).unwrap();
        let parent = parent.lines().next().unwrap();
        let children = std::fs::read_to_string(format!("/proc/{parent}/task/{parent}/children")).unwrap();
        let sent = Command::new("sh").args(["-c", &format!("kill -{name} {parent} {children}")]).status().unwrap();
        assert!(sent.success());
    }
}

impl Drop for OwnServer {
    fn drop(&mut self) {
        self.control(&["-w", "-m", "immediate", "stop"]);
    }
}
