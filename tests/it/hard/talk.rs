//! Talking to a program that serves, with an eye on how long it takes.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use reqwest::Client;
use serde_json::{Value, json};
use tokio::task::AbortHandle;

use super::{bots::texts, served::Served};
use crate::{lives::process::until, support::http};

/// A line to a served gateway. Beside it somebody says "hi" all the time, which shows what any message takes at a moment.
pub(super) struct Talk {
    client: Client,
    url: String,
    plain: Arc<Mutex<Vec<(Instant, Duration)>>>,
    beside: AbortHandle,
}

impl Talk {
    pub(super) fn to(served: &Served) -> Self {
        let (client, url) = (http::client().build().unwrap(), served.url("/v1/bots"));
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
        let end = Instant::now();
        // the greeting that was under way then tells of the last moments
        until("the greetings have come so far", async || self.greeted(end).then_some(())).await;
        let meanwhile = |(at, took): &&(Instant, Duration)| *at + *took >= begun && *at <= end;
        let slowest = self.plain.lock().unwrap().iter().filter(meanwhile).map(|(_, took)| *took).max();
        (texts, (end - begun).saturating_sub(2 * slowest.unwrap_or_default()))
    }

    fn greeted(&self, moment: Instant) -> bool {
        self.plain.lock().unwrap().last().is_some_and(|(at, took)| *at + *took >= moment)
    }
}

impl Drop for Talk {
    fn drop(&mut self) {
        self.beside.abort();
    }
}

async fn greet(client: Client, url: String, plain: Arc<Mutex<Vec<(Instant, Duration)>>>) {
    loop {
        let due = Instant::now() + Duration::from_millis(5);
        tokio::time::sleep_until(due.into()).await; // between two greetings
        said(&client, &format!("{url}/plain/messages"), "beside", "hi").await;
        plain.lock().unwrap().push((due, due.elapsed()));
    }
}

async fn said(client: &Client, url: &str, user: &str, text: &str) -> Value {
    let response = client.post(url).json(&json!({"user": user, "text": text})).send().await.unwrap();
    assert_eq!(response.status(), 200, "{user}: {text}");
    response.json().await.unwrap()
}
