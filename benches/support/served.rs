//! `flowgate serve` as a process, with a client that checks every answer.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Stdio},
};

use reqwest::Client;
use serde_json::{Value, json};

use super::process::flowgate;

/// A running gateway on SQLite, killed when it is dropped.
pub(crate) struct Served {
    pub(crate) process: Child,
    address: String,
    client: Client,
}

impl Served {
    /// Serves a folder of bots; what it writes goes below `data`.
    pub(crate) fn start(bots: &Path, data: &Path) -> Self {
        let mut command = flowgate();
        command.arg("serve").arg("--bots").arg(bots).args(["--listen", "127.0.0.1:0", "--offline", "--database"]);
        command.arg(format!("sqlite://{}", data.join("bench.db").display()));
        let mut process = command.stderr(Stdio::piped()).spawn().expect("the program is built");
        let mut log = BufReader::new(process.stderr.take().expect("it is piped")).lines().map_while(Result::ok);
        let listening = |line: String| Some(line.split_once("listening on http://")?.1.split_once(' ')?.0.to_owned());
        let address = log.find_map(listening).expect("it tells where it listens");
        std::thread::spawn(move || log.for_each(drop));
        Self { process, address, client: Client::builder().no_proxy().build().expect("a client can be made") }
    }

    /// What a bot answers to a text of a user: the first text.
    pub(crate) async fn say(&self, bot: &str, user: &str, text: &str) -> String {
        let url = format!("http://{}/v1/bots/{bot}/messages", self.address);
        let answer = self.client.post(url).json(&json!({"user": user, "text": text})).send().await.expect("the gateway is there");
        assert!(answer.status().is_success(), "{}: {:?}", answer.status(), answer.text().await);
        let body: Value = answer.json().await.expect("it is JSON");
        body["messages"][0]["text"].as_str().unwrap_or_default().to_owned()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}
