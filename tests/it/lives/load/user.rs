//! A user: says one thing after the other, until each is answered, and writes down what was sent and what came back.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tokio::{sync::watch, task::JoinHandle, time::timeout};

use super::{
    bot::Model,
    chance::Chance,
    stream::{Addresses, Seen, follow},
};
use crate::support::{http, patience::PATIENCE};

/// A message, and what the model says of it.
#[derive(Clone, Debug)]
pub(super) struct Message {
    pub(super) id: String,
    pub(super) text: String,
    pub(super) expects: Vec<String>,
    /// What it makes the bot call.
    pub(super) path: Option<String>,
    /// How much the bot has said before.
    before: usize,
}

impl Message {
    /// How much the bot has said when this is answered.
    pub(super) fn end(&self) -> usize {
        self.before + self.expects.len()
    }
}

/// A message that was answered.
#[derive(Clone, Debug)]
pub(super) struct Sent {
    pub(super) message: Message,
    pub(super) begun: Instant,
    pub(super) ended: Instant,
    pub(super) answer: Vec<String>,
}

/// All that a user knows.
pub(crate) struct Journal {
    pub(super) user: String,
    pub(super) sent: Vec<Sent>,
    pub(super) seen: watch::Receiver<Seen>,
}

impl Journal {
    /// How many messages were sent.
    pub(crate) fn len(&self) -> usize {
        self.sent.len()
    }

    /// When the last of those was answered that were sent before this moment.
    pub(super) fn answered(&self, sent_before: Instant) -> Option<Instant> {
        self.sent.iter().filter(|sent| sent.begun < sent_before).map(|sent| sent.ended).max()
    }
}

/// What becomes of a message of which no process has said that it has it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Patience {
    /// It is sent again, with its id.
    Repeats,
    /// It is sent again only if the transcript does not show it.
    Looks,
}

/// Somebody who writes.
pub(crate) struct User {
    name: String,
    poster: Poster,
    model: Model,
    /// How many messages were sent, and how many lines they bring.
    counts: (usize, usize),
    journal: Vec<Sent>,
}

#[derive(Clone)]
struct Poster {
    user: String,
    addresses: Addresses,
    seen: watch::Receiver<Seen>,
    patience: Patience,
    client: reqwest::Client,
    answered: Arc<AtomicUsize>,
    chance: Chance,
}

impl User {
    pub(super) fn new(name: &str, addresses: Addresses, answered: Arc<AtomicUsize>, chance: Chance) -> Self {
        let client = http::client().pool_max_idle_per_host(0).build().unwrap();
        let (seen, user) = (follow(name, addresses.clone()), name.to_owned());
        let poster = Poster { user, addresses, seen, patience: Patience::Repeats, client, answered, chance };
        Self { name: name.to_owned(), poster, model: Model::default(), counts: (0, 0), journal: Vec::new() }
    }

    /// Sends nothing again that the transcript shows.
    pub(crate) fn who_looks(mut self) -> Self {
        self.poster.patience = Patience::Looks;
        self
    }

    /// What the transcript shows meanwhile.
    pub(crate) fn follower(&self) -> Follower {
        Follower(self.poster.seen.clone())
    }

    /// Says `one + two + three`, each when the one before is accepted, and waits until all are answered.
    pub(crate) async fn says(&mut self, breath: &str) {
        let texts: Vec<String> = breath.split(" + ").map(str::to_owned).collect();
        let (follower, mut under_way) = (self.follower(), Vec::<JoinHandle<Sent>>::new());
        for text in &texts {
            let message = self.message(text);
            let (id, mut poster) = (message.id.clone(), self.poster.clone());
            let sending = tokio::spawn(async move { poster.send(message).await });
            while texts.len() > 1 && !sending.is_finished() && !follower.sees(&id) {
                tokio::time::sleep(Duration::from_millis(5)).await; // between two looks
            }
            under_way.push(sending);
        }
        for sending in under_way {
            self.journal.push(sending.await.unwrap());
        }
    }

    /// Sends everything once more, with the same ids: it gets the same answers.
    pub(crate) async fn repeats(&mut self) {
        for sent in &self.journal {
            let again = self.poster.send(sent.message.clone()).await;
            assert_eq!(again.answer, sent.answer, "{}: {:?} is repeated", self.name, sent.message);
        }
    }

    pub(crate) fn ends(self) -> Journal {
        Journal { user: self.name, sent: self.journal, seen: self.poster.seen }
    }

    fn message(&mut self, text: &str) -> Message {
        let (number, before) = self.counts;
        let expects = self.model.hears(text);
        self.counts = (number + 1, before + expects.len());
        let path = self.model.path(&self.name, text);
        self.poster.chance.next();
        Message { id: format!("m{number}"), text: text.to_owned(), expects, path, before }
    }
}

/// Looks at the transcript of a user.
pub(crate) struct Follower(watch::Receiver<Seen>);

impl Follower {
    /// Whether it shows the message of this id: it is accepted, answered or not.
    pub(crate) fn sees(&self, id: &str) -> bool {
        self.0.borrow().holds(id)
    }
}

/// How one attempt went.
enum Attempt {
    Answered(Vec<String>),
    /// Taken or not: to be asked again.
    Again,
    /// The process is gone.
    Broken,
}

impl Poster {
    /// Sends it until it is answered; there may be many deaths before that, each with a lease to wait for.
    async fn send(&mut self, message: Message) -> Sent {
        let what = format!("{} is answered to {:?}", self.user, message.text);
        timeout(5 * PATIENCE, self.insist(message)).await.unwrap_or_else(|_| panic!("never: {what}"))
    }

    async fn insist(&mut self, message: Message) -> Sent {
        let begun = Instant::now();
        let answer = loop {
            let to = self.somebody().await;
            match self.attempt(&to, &message).await {
                Attempt::Answered(answer) => break answer,
                Attempt::Again => tokio::time::sleep(Duration::from_millis(50)).await, // between two attempts
                Attempt::Broken => {
                    self.addresses.wait_for(|alive| !alive.contains(&to)).await.unwrap();
                    if self.patience == Patience::Looks && self.is_accepted(&message).await {
                        break self.read(&message).await;
                    }
                }
            }
        };
        self.answered.fetch_add(1, Ordering::SeqCst);
        Sent { message, begun, ended: Instant::now(), answer }
    }

    /// Any process that is alive.
    async fn somebody(&mut self) -> String {
        let alive = self.addresses.wait_for(|alive| !alive.is_empty()).await.unwrap();
        alive[self.chance.below(alive.len())].clone()
    }

    async fn attempt(&self, to: &str, message: &Message) -> Attempt {
        let body = json!({"user": self.user, "text": message.text, "id": message.id});
        let Ok(response) = self.client.post(format!("http://{to}/v1/bots/busy/messages")).json(&body).send().await else {
            return Attempt::Broken;
        };
        let status = response.status();
        let Ok(answer) = response.json::<Value>().await else { return Attempt::Broken };
        if status == 503 || answer["pending"] == true {
            return Attempt::Again;
        }
        assert_eq!(status, 200, "{answer}");
        let messages = answer["messages"].as_array().unwrap();
        Attempt::Answered(messages.iter().map(|m| m["text"].as_str().unwrap().to_owned()).collect())
    }

    /// Whether the transcript shows the message, by the next process that lives long enough to be asked.
    async fn is_accepted(&mut self, message: &Message) -> bool {
        loop {
            let next = self.somebody().await;
            tokio::select! {
                shown = self.seen.wait_for(|seen| seen.of == next) => return shown.unwrap().holds(&message.id),
                gone = self.addresses.wait_for(|alive| !alive.contains(&next)) => drop(gone.unwrap()),
            }
        }
    }

    /// The answer, as it comes by the stream.
    async fn read(&mut self, message: &Message) -> Vec<String> {
        let seen = self.seen.wait_for(|seen| seen.said().count() >= message.end()).await.unwrap();
        seen.said().skip(message.before).take(message.expects.len()).map(str::to_owned).collect()
    }
}
