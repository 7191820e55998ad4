//! The servers that are measured: processes of their own, so that each has its memory and its time to itself.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

use super::rows::Rows;

/// A process that listens; it is killed when it is no longer wanted.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: String,
}

impl Server {
    /// The product itself, as an operator runs it.
    pub(crate) fn flowgate(bots: &Path, database: &str, more: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_flowgate"));
        command
            .stdin(Stdio::null())
            .args(["serve", "--listen", "127.0.0.1:0", "--watch", "off", "--database", database, "--bots"])
            .arg(bots)
            .args(more);
        Self::start(command)
    }

    /// This program once more, as a floor: its name, its database, its users.
    pub(crate) fn floor(arguments: &[&str; 3]) -> Self {
        let mut command = floor(arguments);
        command.stdin(Stdio::null());
        Self::start(command)
    }

    /// A floor that writes rows.
    pub(crate) fn floor_with(arguments: &[&str; 3], rows: &Rows) -> Self {
        let (reader, writer) = std::io::pipe().expect("a pipe can be made");
        let mut command = floor(arguments);
        command.stdin(reader);
        serde_json::to_writer(writer, rows).expect("rows are plain data, and less than a pipe holds");
        Self::start(command)
    }

    /// Both say `http://<address>` on their standard error once they listen.
    fn start(mut command: Command) -> Self {
        let mut child = command.stderr(Stdio::piped()).spawn().expect("the program is built");
        let mut said = BufReader::new(child.stderr.take().expect("piped")).lines().map_while(Result::ok);
        let address = said.find_map(|line| {
            let rest = line.split_once("listening on http://")?.1;
            Some(rest.split(|c: char| !c.is_ascii_digit() && c != '.' && c != ':').next()?.to_owned())
        });
        std::thread::spawn(move || said.for_each(|line| eprintln!("  {line}")));
        Self { child, address: address.expect("the server says where it listens") }
    }

    /// Bytes that the process has written to disks so far.
    pub(crate) fn written(&self) -> u64 {
        let io = std::fs::read_to_string(format!("/proc/{}/io", self.child.id())).unwrap_or_default();
        io.lines().find_map(|line| line.strip_prefix("write_bytes: ")?.parse().ok()).unwrap_or(0)
    }
}

fn floor(arguments: &[&str; 3]) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("a program knows where it is"));
    command.arg("--floor").args(arguments);
    command
}

impl Drop for Server {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _gone = self.child.wait();
    }
}
