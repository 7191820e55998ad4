//! The load generator: so many connections, each with users of its own, each saying the next thing once it has the answer.
//! Every answer is checked.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use super::{client::Client, script::Script};

/// How a server is loaded.
#[derive(Clone, Copy)]
pub(crate) struct Load<'a> {
    pub(crate) connections: usize,
    pub(crate) warm_up: Duration,
    pub(crate) measured: Duration,
    /// The API key of those who need one.
    pub(crate) key: &'a str,
}

/// Who speaks: `count` users, each so far from the next one, so that they are spread over all that are stored.
#[derive(Clone, Copy)]
pub(crate) struct Users {
    pub(crate) count: usize,
    pub(crate) stride: usize,
}

/// What was seen.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Figures {
    pub(crate) messages: usize,
    pub(crate) per_second: f64,
    pub(crate) p50: Duration,
    pub(crate) p99: Duration,
}

/// Loads a server and says what came of it.
pub(crate) fn run(address: &str, script: Script, users: Users, load: Load<'_>) -> Figures {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let from = Instant::now() + load.warm_up;
        let until = from + load.measured;
        let talks: Vec<_> = (0..load.connections)
            .map(|n| {
                let mine = (n..users.count).step_by(load.connections).map(|user| user * users.stride).collect();
                tokio::spawn(talk(address.to_owned(), script.path(load.key), script, mine, from, until))
            })
            .collect();
        let mut took = Vec::new();
        for talk in talks {
            took.extend(talk.await.expect("every answer is right"));
        }
        figures(took, load.measured)
    })
}

/// One connection: its users take turns, so that each conversation is at rest when it is heard again.
async fn talk(address: String, path: String, script: Script, users: Vec<usize>, from: Instant, until: Instant) -> Vec<Duration> {
    /// Ids of messages are unique over all runs of this process; those of other processes begin elsewhere.
    static SENT: AtomicU64 = AtomicU64::new(0);
    let mut client = Client::connect(&address).await;
    let (process, mut took) = (std::process::id(), Vec::new());
    loop {
        for (says, expects) in script.steps {
            for user in &users {
                let id = SENT.fetch_add(1, Ordering::Relaxed);
                let body = script.body(*user, says, &format!("m{process}-{id}"));
                let begun = Instant::now();
                let answer = client.post(&path, &body).await.unwrap_or_else(|error| panic!("{}: {body}: {error}", script.name));
                assert!(answer.contains(expects), "{}: to {says:?} came {answer}", script.name);
                let now = Instant::now();
                if now >= until && !took.is_empty() {
                    return took;
                }
                if begun >= from {
                    took.push(now - begun);
                }
            }
        }
    }
}

fn figures(mut took: Vec<Duration>, measured: Duration) -> Figures {
    took.sort_unstable();
    let at = |share: f64| took[((took.len() - 1) as f64 * share) as usize];
    Figures { messages: took.len(), per_second: took.len() as f64 / measured.as_secs_f64(), p50: at(0.50), p99: at(0.99) }
}
