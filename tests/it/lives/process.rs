//! The program as a process: what it writes, signals, its end.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    sync::{Arc, Condvar, Mutex},
    time::{Duration, Instant},
};

pub(crate) use crate::support::patience::PATIENCE;
use crate::support::processor;

/// Lines that a process writes, as they come.
#[derive(Clone, Default)]
pub(crate) struct Lines(Arc<(Mutex<(String, bool)>, Condvar)>);

impl Lines {
    /// Reads to the end, beside everything else.
    pub(crate) fn of(from: impl std::io::Read + Send + 'static) -> Self {
        let lines = Self::default();
        let mine = lines.clone();
        std::thread::spawn(move || {
            for line in BufReader::new(from).lines().map_while(Result::ok) {
                mine.change(|(text, _)| text.extend([line.as_str(), "\n"]));
            }
            mine.change(|(_, ended)| *ended = true);
        });
        lines
    }

    fn change(&self, change: impl FnOnce(&mut (String, bool))) {
        change(&mut self.0.0.lock().unwrap());
        self.0.1.notify_all();
    }

    /// Waits until this makes something of the text after a place.
    pub(crate) fn until<T>(&self, after: usize, what: &str, found: impl Fn(&str) -> Option<T>) -> T {
        self.unless_ended(after, found).unwrap_or_else(|| panic!("never: {what}\n{}", self.so_far()))
    }

    /// The same; none if the process ends before.
    pub(super) fn unless_ended<T>(&self, after: usize, found: impl Fn(&str) -> Option<T>) -> Option<T> {
        let give_up = Instant::now() + PATIENCE;
        let mut state = self.0.0.lock().unwrap();
        loop {
            let found = found(&state.0[after..]);
            if found.is_some() || state.1 || Instant::now() > give_up {
                return found;
            }
            state = self.0.1.wait_timeout(state, Duration::from_secs(1)).unwrap().0;
        }
    }

    /// All of it, once the process has closed it.
    pub(crate) fn all(&self) -> String {
        let (state, waited) = self.0.1.wait_timeout_while(self.0.0.lock().unwrap(), PATIENCE, |(_, ended)| !*ended).unwrap();
        assert!(!waited.timed_out(), "it never closes what it writes to: {}", state.0);
        state.0.clone()
    }

    pub(crate) fn so_far(&self) -> String {
        self.0.0.lock().unwrap().0.clone()
    }

    pub(crate) fn len(&self) -> usize {
        self.0.0.lock().unwrap().0.len()
    }
}

/// The program: the one that was built with the tests, or the one of `FLOWGATE_PROGRAM`, so that an optimised one can be measured.
fn program() -> std::ffi::OsString {
    std::env::var_os("FLOWGATE_PROGRAM").unwrap_or_else(|| env!("CARGO_BIN_EXE_flowgate").into())
}

/// Whether that program is an optimised one.
pub(super) fn optimised() -> bool {
    !cfg!(debug_assertions) || std::env::var_os("FLOWGATE_PROGRAM").is_some()
}

/// A process that is killed when the test ends, however it ends.
pub(crate) struct Running(pub(crate) Child);

impl Running {
    pub(crate) fn start(folder: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let mut command = Command::new(program());
        command.args(arguments).current_dir(folder).env_clear().envs(variables.iter().copied());
        Self(command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap())
    }

    /// The same, as a user who may not enter whatever there is, even where the tests are run by root.
    pub(super) fn start_as_nobody(folder: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let is_root = std::os::unix::fs::MetadataExt::uid(&std::fs::metadata("/proc/self").unwrap()) == 0;
        let mut command = Command::new(if is_root { "setpriv".into() } else { program() });
        if is_root {
            command.args(["--reuid=65534", "--regid=65534", "--clear-groups", "--no-new-privs"]).arg(program());
        }
        let path = std::env::var_os("PATH").unwrap_or_default(); // finds setpriv
        command.args(arguments).current_dir(folder).env_clear().env("PATH", path).envs(variables.iter().copied());
        Self(command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap())
    }

    /// Sends a signal: TERM, INT, HUP.
    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("sh").args(["-c", &format!("kill -{name} {}", self.0.id())]).status().unwrap();
        assert!(sent.success());
    }

    /// Its memory that is in use.
    pub(super) fn resident_mib(&self) -> u64 {
        let statm = std::fs::read_to_string(format!("/proc/{}/statm", self.0.id())).unwrap();
        statm.split(' ').nth(1).and_then(|pages| pages.parse::<u64>().ok()).unwrap() * 4 / 1024
    }

    /// The most of its memory that was ever in use.
    pub(crate) fn peak_kib(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.0.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        line.trim().trim_end_matches(" kB").parse().unwrap()
    }

    /// The time of processors that it has used.
    pub(super) fn processor_time(&self) -> Duration {
        processor::time(&self.0.id().to_string())
    }

    pub(crate) fn kill(&mut self) {
        let _ended_already = self.0.kill();
        self.0.wait().unwrap();
    }

    /// Waits for the end; a process that goes on for too long fails the test.
    pub(crate) async fn ended(&mut self) -> ExitStatus {
        until("the process ends", async || self.0.try_wait().unwrap()).await
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Asks again and again until there is an answer.
pub(crate) async fn until<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let give_up = Instant::now() + PATIENCE;
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(Instant::now() < give_up, "never: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await; // between two looks
    }
}
