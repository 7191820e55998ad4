//! Talking to a program that serves, with an eye on how long it takes.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use reqwest::Client;
use serde_json::{Value, json};
use tokio::task::AbortHandle;

use super::{bots::texts, served::Served};

/// A line to a served gateway. Beside it somebody says "hi" all the time, which shows what any message takes at a moment.
pub(super) struct Talk {
    client: Client,
    url: String,
    plain: Arc<Mutex<Vec<(Instant, Duration)>>>,
    beside: AbortHandle,
}

impl Talk {
    pub(super) fn to(served: &Served) -> Self {
        let (client, url) = (Client::builder().no_proxy().build().unwrap(), served.url("/v1/bots"));
        let plain = Arc::new(Mutex::new(Vec::new()));
        let beside = tokio::spawn(greet(client.clone(), url.clone(), plain.clone())).abort_handle();
        Self { client, url, plain, beside }
    }

    /// The texts of the answer.
    pub(super) async fn say(&self, bot: &str, user: &str, text: &str) -> Vec<String> {
        let answer = said(&self.client, &format!("{}/{bot}/messages", self.url), user, text).await;
        assert_eq!(answer.get("pending"), None, "{user}: {answer}");
        texts(&answer)
    }

    /// The same, and how long it took beside what it takes to write two turns: a call is between two, and any message is one.
    pub(super) async fn timed(&self, bot: &str, user: &str, text: &str) -> (Vec<String>, Duration) {
        let begun = Instant::now();
        let texts = self.say(bot, user, text).await;
        let took = begun.elapsed();
        let meanwhile = |(at, took): &&(Instant, Duration)| *at + *took >= begun;
        let slowest = self.plain.lock().unwrap().iter().filter(meanwhile).map(|(_, took)| *took).max();
        (texts, took.saturating_sub(2 * slowest.unwrap_or_default()))
    }
}

impl Drop for Talk {
    fn drop(&mut self) {
        self.beside.abort();
    }
}

async fn greet(client: Client, url: String, plain: Arc<Mutex<Vec<(Instant, Duration)>>>) {
    loop {
        let begun = Instant::now();
        said(&client, &format!("{url}/plain/messages"), "beside", "hi").await;
        plain.lock().unwrap().push((begun, begun.elapsed()));
        tokio::time::sleep(Duration::from_millis(5)).await; // between two greetings
    }
}

async fn said(client: &Client, url: &str, user: &str, text: &str) -> Value {
    let response = client.post(url).json(&json!({"user": user, "text": text})).send().await.unwrap();
    assert_eq!(response.status(), 200, "{user}: {text}");
    response.json().await.unwrap()
}
