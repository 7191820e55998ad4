//! The place where it happens: a folder with the bot, its backend, a database, and the processes that serve from it.

use std::{
    os::unix::process::ExitStatusExt,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::{sync::watch, task::block_in_place};

use super::{
    super::{
        backend::Backend,
        process::{PATIENCE, until},
        served::Served,
    },
    bot,
    chance::Chance,
    judge::{self, Death},
    stream::{Line, follow},
    user::{Journal, User},
};
use crate::support::command::Folder;

/// One database with its processes.
pub(crate) struct Site {
    folder: Folder,
    pub(crate) backend: Backend,
    database: String,
    addresses: watch::Sender<Vec<String>>,
    pub(crate) processes: Vec<Served>,
    /// How many messages were answered.
    answered: Arc<AtomicUsize>,
    deaths: Vec<Death>,
    /// When a process began to listen last.
    started: Instant,
}

impl Site {
    /// Nothing runs yet.
    pub(crate) fn new(database: &str) -> Self {
        let (folder, backend) = (Folder::empty(), Backend::start());
        bot::write(folder.root(), &backend.url);
        Self {
            folder,
            backend,
            database: database.to_owned(),
            addresses: watch::Sender::new(Vec::new()),
            processes: Vec::new(),
            answered: Arc::default(),
            deaths: Vec::new(),
            started: Instant::now(),
        }
    }

    /// One process more.
    pub(crate) fn start(&mut self) {
        let served = block_in_place(|| Served::start(self.folder.root(), &self.database));
        self.listens(&served);
        self.processes.push(served);
    }

    fn listens(&mut self, served: &Served) {
        self.started = Instant::now();
        self.addresses.send_modify(|alive| alive.push(served.address().to_owned()));
    }

    /// Kills a process.
    pub(crate) fn kill(&mut self, which: usize) {
        let mut served = self.processes.remove(which);
        let before = Instant::now();
        block_in_place(|| served.process.kill());
        self.buried(&served, before);
    }

    /// One process more, which dies of these variables as soon as it has come far enough; says by which signal.
    pub(crate) async fn dies(&mut self, variables: &[(&str, &str)]) -> Option<i32> {
        let (before, process) = (Instant::now(), Served::begin(self.folder.root(), &self.database, &[], variables));
        let status = match block_in_place(|| Served::of(process)) {
            Ok(mut served) => {
                self.listens(&served);
                let status = served.process.ended().await;
                self.buried(&served, before);
                status
            }
            Err((mut process, _)) => process.ended().await,
        };
        status.signal()
    }

    fn buried(&mut self, served: &Served, before: Instant) {
        self.deaths.push((before, Instant::now()));
        self.addresses.send_modify(|alive| alive.retain(|address| address != served.address()));
    }

    /// Waits until the backend has a request for a path that begins so.
    pub(crate) async fn called(&self, path: &str) {
        let called = || self.backend.journal().iter().any(|called| called.path.starts_with(path));
        until(&format!("{path} is called"), async || called().then_some(())).await;
    }

    /// A process that dies while it starts.
    pub(crate) async fn stillborn(&self, after: Duration) {
        let mut process = Served::begin(self.folder.root(), &self.database, &[], &[]);
        tokio::time::sleep(after).await; // where it is then is what is tried
        block_in_place(|| process.kill());
    }

    /// Somebody who writes to these processes.
    pub(crate) fn user(&self, name: &str, chance: Chance) -> User {
        User::new(name, self.addresses.subscribe(), self.answered.clone(), chance)
    }

    /// How many messages were answered.
    pub(crate) fn answered(&self) -> usize {
        self.answered.load(Ordering::SeqCst)
    }

    /// Waits until so many more messages are answered, but not for long: users may wait for the end of a lease.
    pub(crate) async fn answers(&self, more: usize) {
        let (enough, give_up) = (self.answered() + more, Instant::now() + Duration::from_secs(3));
        while self.answered() < enough && Instant::now() < give_up {
            tokio::time::sleep(Duration::from_millis(1)).await; // between two looks
        }
    }

    /// How long those had to wait who were waiting when something began or ended last: from then on, or from the end of a lease
    /// that was held when the last process died.
    pub(crate) fn waited(&self, journals: &[Journal], lease: Duration) -> Duration {
        let (started, died) = (self.started, self.deaths.last().map_or(self.started, |(_, after)| *after));
        let answered = journals.iter().filter_map(|journal| journal.answered(started.max(died))).max();
        answered.map_or(Duration::ZERO, |answered| answered.saturating_duration_since(started.max(died + lease)))
    }

    /// Judges all that happened, by what is written down; each process is asked for each transcript.
    pub(crate) async fn judge(&self, journals: &[Journal]) {
        for journal in journals {
            for process in &self.processes {
                let transcript = transcript(process, journal).await;
                judge::conversation(journal, &transcript, &self.deaths);
            }
        }
        let called = self.backend.journal();
        judge::calls(journals, &called);
        judge::keys(&called);
    }
}

/// All that a process shows of a conversation.
async fn transcript(process: &Served, journal: &Journal) -> Vec<Line> {
    let (_alive, addresses) = watch::channel(vec![process.address().to_owned()]);
    let mut seen = follow(&journal.user, addresses);
    let last = journal.sent.last().map_or(0, |sent| sent.message.end());
    let shown = tokio::time::timeout(PATIENCE, seen.wait_for(|seen| seen.said().count() >= last)).await.map(drop);
    let lines = seen.borrow().lines.clone();
    assert!(shown.is_ok(), "{} has only {lines:#?}\nof {:#?}", journal.user, journal.sent);
    lines
}
