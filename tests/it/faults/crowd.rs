//! Users who never give up: each sends one message after the other, again and again under the same id until it is answered.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use reqwest::{Client, Response, StatusCode};
use serde_json::{Value, json};
use tokio::{sync::watch, task::JoinHandle};

use crate::{
    lives::{backend::Backend, process::until, served::write_bot},
    support::{
        http,
        long::took,
        patience::{PATIENCE, in_time},
    },
};

/// Every so manyth message buys something, by a POST.
const BUYS: usize = 4;
/// Who cannot be answered is told so in a few seconds, whatever is broken.
const REFUSED_IN: Duration = Duration::from_secs(9);
/// Who is answered waits for the end of the run, but no longer than this.
const ANSWERED_IN: Duration = Duration::from_secs(18);

const BOT: &str = "\
bot: till
start: count
fallback: count
session: {timeout: 1d}
attributes: {n: {type: integer, default: 0}, who: {type: string, default: nobody}}
triggers:
  - {keywords: [buy], goto: buy}
";
const COUNT: &str = "sequence: count\nblocks:\n  - set: {n: {expr: \"n + 1\"}}\n  - text: \"{{n}}\"\n";
const BUY: &str = "\
sequence: buy
blocks:
  - set: {n: {expr: \"n + 1\"}}
  - text: \"{{n}} <<buy>>\"
    on_error: {text: \"{{n}} {{error.kind}}\"}
";

/// The bot that counts the messages of a user and buys.
pub(super) fn write_till(folder: &std::path::Path, backend: &Backend) {
    let buy = format!(
        "api: buy\nmethod: POST\nurl: {}/buy/{{{{who}}}}/{{{{n}}}}\noutput: text\nsample: {{data: done, success: true}}\n",
        backend.url.replace("127.0.0.1", "localhost") // as bots do: by a name
    );
    let files = [("bot.yaml", BOT), ("sequences/count.yaml", COUNT), ("sequences/buy.yaml", BUY), ("apis/buy.yaml", buy.as_str())];
    write_bot(folder, "till", &files);
}

/// Whether the message of this number buys.
pub(super) fn buys(n: usize) -> bool {
    n.is_multiple_of(BUYS)
}

/// What a user writes.
pub(super) fn text(n: usize) -> String {
    if buys(n) { "buy".to_owned() } else { format!("m{n}") }
}

/// What the clients have seen.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// What each message of each user was answered with.
    pub(super) acknowledged: BTreeMap<String, Vec<String>>,
    /// Requests that were told to come back.
    pub(super) refused: usize,
    /// Requests that ended without an answer.
    pub(super) cut: usize,
    /// The longest that anybody waited to be told to come back.
    pub(super) slowest_refusal: Duration,
    /// The longest that anybody waited for an answer.
    pub(super) slowest_answer: Duration,
}

/// Users at work.
pub(super) struct Crowd {
    seen: Arc<Mutex<Seen>>,
    stop: watch::Sender<bool>,
    users: Vec<JoinHandle<()>>,
}

impl Crowd {
    /// So many users of a server begin to write.
    pub(super) fn start(address: &str, users: usize) -> Self {
        Self::start_on(vec![address], users)
    }

    /// Each message goes to one of these servers, in turn.
    pub(super) fn start_on(addresses: Vec<&str>, users: usize) -> Self {
        let urls: Vec<String> = addresses.iter().map(|address| format!("http://{address}/v1/bots/till/messages")).collect();
        let (seen, stop) = (Arc::<Mutex<Seen>>::default(), watch::Sender::new(false));
        let users = (0..users).map(|n| {
            let user = User { name: format!("u{n}"), urls: urls.clone(), client: http::client().build().unwrap(), seen: seen.clone() };
            tokio::spawn(user.writes(stop.subscribe()))
        });
        Self { users: users.collect(), seen, stop }
    }

    pub(super) fn answered(&self) -> usize {
        self.seen.lock().unwrap().acknowledged.values().map(Vec::len).sum()
    }

    pub(super) fn refused(&self) -> usize {
        self.seen.lock().unwrap().refused
    }

    /// Waits until so many more messages were answered.
    pub(super) async fn goes_on(&self, more: usize) {
        let enough = self.answered() + more;
        self.until("they are answered", |crowd| crowd.answered() >= enough).await;
    }

    /// Waits until so many more requests were told to come back.
    pub(super) async fn is_refused(&self, more: usize) {
        let enough = self.refused() + more;
        self.until("they are told to come back", |crowd| crowd.refused() >= enough).await;
    }

    pub(super) async fn until(&self, what: &str, so: impl Fn(&Self) -> bool) {
        until(what, async || {
            assert!(!self.users.iter().any(JoinHandle::is_finished), "a user has met something else than an answer or 503");
            so(self).then_some(())
        })
        .await;
    }

    /// All end with an answered message.
    pub(super) async fn stop(self) -> Seen {
        self.stop.send_replace(true);
        for user in self.users {
            in_time("the last message of a user is answered", user).await.unwrap();
        }
        let seen = std::mem::take(&mut *self.seen.lock().unwrap());
        took("503", seen.slowest_refusal, REFUSED_IN);
        took("an answer", seen.slowest_answer, ANSWERED_IN);
        seen
    }
}

struct User {
    name: String,
    urls: Vec<String>,
    client: Client,
    seen: Arc<Mutex<Seen>>,
}

impl User {
    async fn writes(self, stop: watch::Receiver<bool>) {
        for n in 1.. {
            let answer = self.insists(n).await;
            self.seen.lock().unwrap().acknowledged.entry(self.name.clone()).or_default().push(answer);
            if *stop.borrow() {
                return;
            }
        }
    }

    /// Sends a message until it is answered.
    async fn insists(&self, n: usize) -> String {
        let body = json!({"user": self.name, "text": text(n), "id": n.to_string(), "attributes": {"who": self.name}});
        loop {
            let begun = Instant::now();
            let sent = self.client.post(&self.urls[n % self.urls.len()]).timeout(2 * PATIENCE).json(&body).send().await;
            match sent {
                Ok(answer) if answer.status() == 200 => {
                    self.note(|seen| seen.slowest_answer = seen.slowest_answer.max(begun.elapsed()));
                    let answer: Value = answer.json().await.unwrap();
                    if answer.get("pending").is_none() {
                        return answer["messages"][0]["text"].as_str().unwrap_or_else(|| panic!("{}, {n}: {answer}", self.name)).to_owned();
                    }
                }
                Ok(answer) => {
                    self.is_told_to_come_back(answer).await;
                    self.note(|seen| seen.slowest_refusal = seen.slowest_refusal.max(begun.elapsed()));
                }
                Err(error) => {
                    assert!(!error.is_timeout(), "{} {n}: no answer after {:?}", self.name, begun.elapsed());
                    self.note(|seen| seen.cut += 1);
                }
            }
            tokio::time::sleep(Duration::from_millis(50)).await; // between two attempts
        }
    }

    /// 503 is the only thing that a fault looks like from outside.
    async fn is_told_to_come_back(&self, answer: Response) {
        let (status, headers) = (answer.status(), answer.headers().clone());
        let body = answer.text().await.unwrap();
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{body}");
        assert_eq!(headers["content-type"], "application/problem+json", "{body}");
        assert!(headers["retry-after"].to_str().unwrap().parse::<u64>().unwrap() >= 1, "{headers:?}");
        assert_eq!(serde_json::from_str::<Value>(&body).unwrap()["code"], "unavailable");
        self.note(|seen| seen.refused += 1);
    }

    fn note(&self, note: impl FnOnce(&mut Seen)) {
        note(&mut self.seen.lock().unwrap());
    }
}
