//! A PostgreSQL of a test's own, which may be stopped, crashed, frozen and run out of room.

use std::{
    os::unix::process::CommandExt,
    path::Path,
    process::{Child, Command, Stdio},
    time::Instant,
};

use super::{cluster::Cluster, patience::PATIENCE};

/// When the test is gone, however it went, the server goes too.
const WATCHDOG: &str = r#"read -r _; kill -QUIT $(head -1 "$1/data/postmaster.pid"); rm -rf "$1""#;

/// A server that only one test uses.
pub(crate) struct OwnServer {
    cluster: Cluster,
    _watchdog: Child,
}

impl OwnServer {
    pub(crate) fn start() -> Self {
        Self::start_in(&std::env::temp_dir())
    }

    /// Keeps its data somewhere below this folder.
    pub(crate) fn start_in(place: &Path) -> Self {
        let cluster = Cluster::make_in(place);
        let mut shell = Command::new("sh");
        shell.args(["-c", WATCHDOG, "watchdog"]).arg(&cluster.folder).process_group(0).stdin(Stdio::piped());
        shell.stdout(Stdio::null()).stderr(Stdio::null()); // the test has ended when nobody writes for it any more
        let watchdog = shell.current_dir("/").spawn().unwrap();
        let server = Self { cluster, _watchdog: watchdog };
        server.go();
        server
    }

    pub(crate) fn url(&self) -> String {
        format!("{}?sslmode=disable", self.cluster.url())
    }

    /// Starts it again, and waits until it takes connections.
    pub(crate) fn go(&self) {
        let options = format!(
            "-p {} -k {} -c listen_addresses=127.0.0.1 -c shared_buffers=32MB -c max_wal_size=64MB -c min_wal_size=32MB",
            self.cluster.port,
            self.cluster.folder.display()
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
        let mut control = self.cluster.command(&self.cluster.program("pg_ctl"));
        control.arg("-D").arg(self.cluster.data()).arg("-l").arg(self.cluster.folder.join("log")).args(arguments);
        control.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap().success()
    }

    /// Stops all of its processes where they are. First the one that makes the others: then there are no more of them.
    pub(crate) fn freeze(&self) {
        let parent = self.parent().expect("it runs");
        stop(|| vec![parent.clone()]);
        stop(|| children(&parent));
    }

    /// They go on. The parent comes last: it buries those that have ended meanwhile.
    pub(crate) fn thaw(&self) {
        if let Some(parent) = self.parent() {
            signal("CONT", &[children(&parent), vec![parent]].concat());
        }
    }

    fn parent(&self) -> Option<String> {
        let file = std::fs::read_to_string(self.cluster.data().join("postmaster.pid")).ok()?;
        file.lines().next().map(str::to_owned)
    }
}

fn children(parent: &str) -> Vec<String> {
    let children = std::fs::read_to_string(format!("/proc/{parent}/task/{parent}/children")).unwrap_or_default();
    children.split_whitespace().map(str::to_owned).collect()
}

/// Of a process: `T` is stopped, `Z` has ended; none if there is no trace of it.
fn state(process: &str) -> Option<char> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    stat.rsplit(") ").next()?.chars().next()
}

/// Whether a process is neither stopped nor gone.
fn runs(process: &str) -> bool {
    !matches!(state(process), Some('T' | 'Z') | None)
}

/// Stops these until none of them runs.
fn stop(processes: impl Fn() -> Vec<String>) {
    let give_up = Instant::now() + PATIENCE;
    loop {
        let running: Vec<String> = processes().into_iter().filter(|process| runs(process)).collect();
        if running.is_empty() {
            return;
        }
        assert!(Instant::now() < give_up, "never stopped: {running:?}");
        signal("STOP", &running);
    }
}

/// One that ends meanwhile is not missed.
fn signal(name: &str, processes: &[String]) {
    let _sent = Command::new("sh").args(["-c", &format!("kill -{name} {}", processes.join(" "))]).stderr(Stdio::null()).status().unwrap();
}

impl Drop for OwnServer {
    fn drop(&mut self) {
        self.thaw(); // a test may have failed while it was frozen
        self.control(&["-w", "-m", "immediate", "stop"]);
    }
}
