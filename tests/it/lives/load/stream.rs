//! Somebody who follows a conversation by its events stream, from process to process.

use std::{future::pending, time::Duration};

use serde_json::Value;
use tokio::sync::watch;

use crate::support::http;

/// The addresses of the processes that are alive.
pub(super) type Addresses = watch::Receiver<Vec<String>>;

/// One message of a transcript.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Line {
    pub(super) place: i64,
    pub(super) from: String,
    pub(super) id: String,
    pub(super) text: String,
}

/// What was seen of a conversation.
#[derive(Default)]
pub(super) struct Seen {
    pub(super) lines: Vec<Line>,
    /// The process that has shown all it had.
    pub(super) of: String,
}

impl Seen {
    pub(super) fn holds(&self, id: &str) -> bool {
        self.lines.iter().any(|line| line.id == id)
    }

    /// What the bot has said.
    pub(super) fn said(&self) -> impl Iterator<Item = &str> {
        self.lines.iter().filter(|line| line.from == "bot").map(|line| &*line.text)
    }
}

/// Follows a conversation from its beginning, as long as somebody looks.
pub(super) fn follow(user: &str, mut addresses: Addresses) -> watch::Receiver<Seen> {
    let (sender, seen) = watch::channel(Seen::default());
    let user = user.to_owned();
    tokio::spawn(async move {
        let following = async {
            loop {
                let alive = addresses.borrow_and_update().first().cloned();
                if let Some(address) = alive {
                    read(&address, &user, &sender).await;
                    tokio::time::sleep(Duration::from_millis(20)).await; // between two attempts
                } else if addresses.changed().await.is_err() {
                    pending::<()>().await;
                }
            }
        };
        tokio::select! {
            () = sender.closed() => {}
            () = following => {}
        }
    });
    seen
}

/// Reads on after what was seen last, until the process is gone.
async fn read(address: &str, user: &str, sender: &watch::Sender<Seen>) -> Option<()> {
    let after = sender.borrow().lines.last().map_or(0, |line| line.place);
    let client = http::client().build().unwrap();
    let url = format!("http://{address}/v1/bots/busy/users/{user}/events");
    let mut response = client.get(url).header("last-event-id", after).send().await.ok()?;
    if response.status() != 200 {
        return None;
    }
    let mut text = String::new();
    while let Some(chunk) = response.chunk().await.ok()? {
        text.push_str(std::str::from_utf8(&chunk).unwrap());
        let whole = text.rfind("\n\n").map_or(0, |at| at + 2);
        let lines: Vec<Line> = text.drain(..whole).collect::<String>().split("\n\n").filter_map(line).collect();
        sender.send_modify(|seen| {
            seen.lines.extend(lines);
            address.clone_into(&mut seen.of);
        });
    }
    None
}

fn line(event: &str) -> Option<Line> {
    let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name));
    let message: Value = serde_json::from_str(field("data: ")?).unwrap();
    let text = |key: &str| message[key].as_str().unwrap_or_default().to_owned();
    Some(Line { place: field("id: ")?.parse().unwrap(), from: text("from"), id: text("id"), text: text("text") })
}
