//! The program itself, serving: started with an environment of its own, all that it logs kept.

use std::{
    io::{BufRead, BufReader, Read},
    path::Path,
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread::JoinHandle,
    time::{Duration, Instant},
};

use crate::support::patience::PATIENCE;

/// A running `flowgate serve`; it goes with this value.
pub(super) struct Served {
    child: Child,
    address: String,
    log: Option<JoinHandle<Vec<u8>>>,
    out: Option<JoinHandle<Vec<u8>>>,
}

impl Served {
    /// Serves on a free port, logging all there is (or what `RUST_LOG` says), in this folder, with these variables and no others.
    pub(super) fn start(folder: &Path, variables: &[(String, String)], arguments: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_flowgate"));
        command.args(["serve", "--listen", "127.0.0.1:0"]).args(arguments).current_dir(folder);
        command.env_clear().env("RUST_LOG", "trace").envs(variables.iter().cloned());
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (found, address) = mpsc::channel();
        let log = child.stderr.take().unwrap();
        let log = std::thread::spawn(move || keep(BufReader::new(log), &found));
        let mut out = child.stdout.take().unwrap();
        let out = std::thread::spawn(move || {
            let mut bytes = Vec::new();
            out.read_to_end(&mut bytes).unwrap();
            bytes
        });
        let mut served = Self { child, address: String::new(), log: Some(log), out: Some(out) };
        let Ok(address) = address.recv_timeout(PATIENCE) else {
            panic!("it does not listen: {}", String::from_utf8_lossy(&served.stop()));
        };
        served.address = address;
        served
    }

    pub(super) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Asks it to stop, waits until it has, and gives all that it wrote.
    pub(super) fn stop(&mut self) -> Vec<u8> {
        let asked = Command::new("kill").arg(self.child.id().to_string()).status().unwrap();
        assert!(asked.success());
        let give_up = Instant::now() + PATIENCE;
        while self.child.try_wait().unwrap().is_none() {
            assert!(Instant::now() < give_up, "it never stops");
            std::thread::sleep(Duration::from_millis(20)); // between two looks
        }
        [self.log.take(), self.out.take()].into_iter().flatten().flat_map(|pipe| pipe.join().unwrap()).collect()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Keeps a log to its end, and tells the address once it is there.
fn keep(mut log: impl BufRead, found: &mpsc::Sender<String>) -> Vec<u8> {
    let mut all = Vec::new();
    loop {
        let from = all.len();
        if log.read_until(b'\n', &mut all).unwrap() == 0 {
            return all;
        }
        let line = String::from_utf8_lossy(&all[from..]);
        if let Some((_, rest)) = line.split_once("listening on http://") {
            drop(found.send(rest.split(' ').next().unwrap().to_owned()));
        }
    }
}
