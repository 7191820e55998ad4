//! The door to `flowgate serve` as a process: started, killed, started again on the same folder and database.

use std::{fs, path::Path};

use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};

use super::process::{Lines, PATIENCE, Running, until};
use crate::support::{
    app::{Got, got},
    http,
};

/// A running `flowgate serve`.
pub(crate) struct Served {
    pub(crate) process: Running,
    pub(crate) log: Lines,
    address: String,
    client: Client,
}

impl Served {
    /// Serves the bots of a folder on a free port.
    pub(crate) fn start(folder: &Path, database: &str) -> Self {
        Self::start_with(folder, database, &[])
    }

    pub(crate) fn start_with(folder: &Path, database: &str, more: &[&str]) -> Self {
        Self::start_in(folder, database, more, &[])
    }

    /// The process, which may not listen yet.
    pub(super) fn begin(folder: &Path, database: &str, more: &[&str], variables: &[(&str, &str)]) -> Running {
        let arguments = [&["serve", "--listen", "127.0.0.1:0", "--database", database], more].concat();
        Running::start(folder, &arguments, &[&[("NO_COLOR", "1")], variables].concat())
    }

    /// With these variables, too.
    pub(crate) fn start_in(folder: &Path, database: &str, more: &[&str], variables: &[(&str, &str)]) -> Self {
        Self::of(Self::begin(folder, database, more, variables)).unwrap_or_else(|(_, log)| panic!("it never listens: {}", log.so_far()))
    }

    /// Waits until a process listens; else it is given back with what it has written.
    pub(super) fn of(mut process: Running) -> Result<Self, (Running, Lines)> {
        let log = Lines::of(process.0.stderr.take().unwrap());
        let listens = |text: &str| {
            let rest = text.split_once("listening on http://")?.1;
            rest.split_once(' ').map(|(address, _)| address.to_owned())
        };
        match log.unless_ended(0, listens) {
            Some(address) => Ok(Self { process, log, address, client: http::client().build().unwrap() }),
            None => Err((process, log)),
        }
    }

    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    pub(crate) fn post(&self, path: &str) -> RequestBuilder {
        self.client.post(format!("http://{}{path}", self.address))
    }

    pub(crate) async fn get(&self, path: &str) -> Got {
        got(self.client.get(format!("http://{}{path}", self.address))).await
    }

    /// Posts a message of a user.
    pub(crate) fn message(&self, bot: &str, body: &Value) -> RequestBuilder {
        self.post(&format!("/v1/bots/{bot}/messages")).json(body)
    }

    /// What the bot answers to a text, one line a message.
    pub(crate) async fn say(&self, bot: &str, user: &str, text: &str) -> Vec<String> {
        let answer = got(self.message(bot, &json!({"user": user, "text": text}))).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()["messages"].as_array().unwrap().iter().map(|m| m["text"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// Everything that was said so far, as the events stream shows it: "user: hi", "bot: Hello".
    pub(crate) async fn transcript(&self, bot: &str, user: &str) -> Vec<String> {
        self.stream(bot, user).await.said()
    }

    /// Waits until the transcript ends with this.
    pub(crate) async fn until_said(&self, bot: &str, user: &str, last: &str) -> Vec<String> {
        let mut stream = self.stream(bot, user).await;
        let wait = async {
            while stream.said().last().map(String::as_str) != Some(last) {
                stream.read().await;
            }
        };
        let came = tokio::time::timeout(PATIENCE, wait).await;
        assert!(came.is_ok(), "{user} never reads {last:?}: {:?}\n{}", stream.said(), self.log.so_far());
        stream.said()
    }

    /// All that was said from the beginning, once so many lines are there.
    pub(crate) async fn whole_transcript(&self, bot: &str, user: &str, lines: usize) -> Vec<String> {
        let mut stream = self.stream_after(bot, user, "?last_event_id=0").await;
        let wait = async {
            while stream.said().len() < lines {
                stream.read().await;
            }
        };
        let came = tokio::time::timeout(PATIENCE, wait).await;
        assert!(came.is_ok(), "{user} has {} lines of {lines}\n{}", stream.said().len(), self.log.so_far());
        let said = stream.said();
        assert!(said.ends_with(&self.transcript(bot, user).await), "what a new listener sees is the end of it");
        said
    }

    /// The events stream of a new listener.
    async fn stream(&self, bot: &str, user: &str) -> Stream {
        self.stream_after(bot, user, "").await
    }

    async fn stream_after(&self, bot: &str, user: &str, place: &str) -> Stream {
        let url = format!("http://{}/v1/bots/{bot}/users/{user}/events{place}", self.address);
        let response = self.client.get(&url).send().await.unwrap();
        assert_eq!(response.status(), 200, "{response:?}");
        let mut stream = Stream { response, text: String::new() };
        stream.read().await;
        stream
    }

    /// What `GET /v1/bots` says of a bot.
    pub(crate) async fn bot(&self, bot: &str) -> Value {
        let all = self.get("/v1/bots").await;
        let all = all.json()["bots"].as_array().unwrap_or_else(|| panic!("{all:?}\n{}", self.log.so_far())).clone();
        all.iter().find(|b| b["bot"] == bot).cloned().unwrap_or_default()
    }

    /// Changes files, and waits until the change is seen without being asked for.
    pub(crate) async fn change(&self, bot: &str, change: impl FnOnce()) -> Value {
        let before = self.bot(bot).await;
        change();
        until(&format!("the change of {bot} is seen"), async || {
            let now = self.bot(bot).await;
            (["version", "state"].iter().any(|key| now[*key] != before[*key])).then_some(now)
        })
        .await
    }
}

/// The events stream of a conversation, as far as it was read.
struct Stream {
    response: reqwest::Response,
    text: String,
}

impl Stream {
    async fn read(&mut self) {
        let chunk = self.response.chunk().await.unwrap().expect("the stream goes on");
        self.text.push_str(std::str::from_utf8(&chunk).unwrap());
    }

    /// What was said; each message has a higher place than the one before.
    fn said(&self) -> Vec<String> {
        let whole = self.text.rsplit_once("\n\n").map_or("", |(whole, _)| whole);
        let places: Vec<i64> = whole.lines().filter_map(|line| line.strip_prefix("id: ")?.parse().ok()).collect();
        assert!(places.is_sorted_by(|a, b| a < b), "{}", self.text);
        let data = whole.lines().filter_map(|line| serde_json::from_str::<Value>(line.strip_prefix("data: ")?).ok());
        let messages = data.filter(Value::is_object); // the items that are open come as a list
        messages.map(|m| format!("{}: {}", m["from"].as_str().unwrap(), m["text"].as_str().unwrap_or_default())).collect()
    }
}

/// Writes the files of a bot; each begins with its `version: 1`.
pub(crate) fn write_bot(folder: &Path, bot: &str, files: &[(&str, &str)]) {
    for (path, text) in files {
        let file = folder.join("bots").join(bot).join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, format!("version: 1\n{text}")).unwrap();
    }
}
