//! Several processes on one PostgreSQL: users do not notice which of them they meet.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use serde_json::json;
use tokio::task::JoinHandle;

use super::{
    backend::Backend,
    crash,
    load::{
        Chance, Journal, LEASE, Site, User,
        bot::{self, something},
    },
    process::until,
    served::Served,
};
use crate::support::{
    app::got,
    command::Folder,
    database::{drop_database, fresh_postgres},
    long::{long, took},
};

/// The run is in one process, the next message comes to the other.
#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_waits_for_a_run_elsewhere_is_answered_when_that_ends() {
    let (folder, backend, database) = (Folder::empty(), Backend::start(), fresh_postgres().await);
    crash::write(&folder, &backend);
    let [here, there] = [(); 2].map(|()| Served::start(folder.root(), &database.url));
    here.say("shop", "ann", "hi").await;
    backend.hold();
    let first = tokio::spawn(got(here.message("shop", &json!({"user": "ann", "text": "buy"}))));
    until("the call is out", async || (!backend.called("/buy").is_empty()).then_some(())).await;
    let second = tokio::spawn(got(there.message("shop", &json!({"user": "ann", "text": "hello"}))));
    there.until_said("shop", "ann", "user: hello").await;
    let begun = Instant::now();
    backend.release();
    assert_eq!(first.await.unwrap().json()["messages"][1]["text"], "buy: done");
    let answer = second.await.unwrap().json();
    assert_eq!((&answer["messages"][0]["text"], &answer["pending"]), (&"I am here.".into(), &serde_json::Value::Null), "{answer}");
    took("it is answered", begun.elapsed(), Duration::from_secs(5));
    assert_eq!(there.say("shop", "ann", "hello").await, ["I am here."]);
    assert_eq!(here.say("shop", "ann", "hello").await, ["I am here."]);
    drop((here, there));
    drop_database(&database.url).await;
}

/// Where the load goes: to any of three.
const PROCESSES: usize = 3;
const USERS: usize = 6;
/// What each says, before a process is killed and after that.
const BREATHS: usize = 6;

/// Every message goes to any of the processes, also while the one before is under way in another.
async fn talks(mut user: User, mut chance: Chance) -> User {
    for _ in 0..BREATHS * long() {
        for breath in something(&mut chance, true) {
            user.says(breath).await;
        }
    }
    user
}

fn all(users: Vec<User>, chance: &mut Chance) -> Vec<JoinHandle<User>> {
    users.into_iter().map(|user| tokio::spawn(talks(user, Chance(chance.next())))).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn three_processes_answer_each_message_once_and_in_order_also_when_one_is_killed() {
    let (database, seed) = (fresh_postgres().await, Chance::seed());
    println!("seed {seed}");
    let (mut site, mut chance) = (Site::new(&database.url), Chance(seed));
    site.backend.slow(Duration::from_millis(150));
    (0..PROCESSES).for_each(|_| site.start());
    let users = (0..USERS).map(|n| site.user(&format!("u{n}"), Chance(chance.next()))).collect();
    let users = join_all(all(users, &mut chance)).await.into_iter().map(Result::unwrap).collect();
    let before = site.backend.journal().len();
    let talking = all(users, &mut chance);
    until("calls are out", async || (site.backend.journal().len() > before + USERS).then_some(())).await;
    site.kill(chance.below(PROCESSES));
    let journals: Vec<Journal> = join_all(talking).await.into_iter().map(|user| user.unwrap().ends()).collect();
    site.judge(&journals).await;
    let waited = site.waited(&journals, LEASE);
    took("after the end of the lease", waited, Duration::from_secs(3));
    drop(site);
    drop_database(&database.url).await;
}

/// Nobody can say which of them came first, but each has its turn.
#[tokio::test(flavor = "multi_thread")]
async fn what_comes_to_all_processes_at_the_same_time_has_its_turn_each() {
    let (folder, backend, database) = (Folder::empty(), Backend::start(), fresh_postgres().await);
    bot::write(folder.root(), &backend.url);
    let processes = [(); PROCESSES].map(|()| Served::start(folder.root(), &database.url));
    let mut answers = BTreeSet::new();
    for round in 0..10 * long() {
        let asked = processes
            .iter()
            .enumerate()
            .map(|(at, process)| got(process.message("busy", &json!({"user": "ann", "text": "hello", "id": format!("{round}-{at}")}))));
        answers.extend(join_all(asked).await.iter().map(|answer| answer.json()["messages"][0]["text"].to_string()));
    }
    let expected: BTreeSet<String> = (1..=answers.len()).map(|n| format!("\"Hello no. {n}.\"")).collect();
    assert_eq!((answers.len(), &answers), (PROCESSES * 10 * long(), &expected));
    drop(processes);
    drop_database(&database.url).await;
}
