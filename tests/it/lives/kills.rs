//! Users who never stop, and a process that is killed again and again at any moment, also while it starts.

use std::time::Duration;

use tokio::sync::watch;

use super::{
    load::{Chance, Journal, Site, User, bot::something},
    process::until,
};
use crate::support::{
    database::{drop_database, fresh_postgres, fresh_sqlite},
    long::long,
    patience::in_time,
};

/// Half of them call APIs: after a kill these wait for the end of a lease.
const USERS: usize = 8;
/// In the quick variant, for each database.
const KILLS: usize = 10;

/// Talks until it is over.
async fn talks(mut user: User, mut chance: Chance, calls: bool, over: watch::Receiver<bool>) -> Journal {
    while !*over.borrow() {
        for breath in something(&mut chance, calls) {
            user.says(breath).await;
        }
    }
    user.repeats().await;
    user.ends()
}

/// One process lives until some messages are answered, and a moment longer; some are killed while they start.
async fn one_life(site: &mut Site, chance: &mut Chance) {
    site.backend.slow(Duration::from_millis(chance.next() % 400));
    if chance.below(8) == 0 {
        return site.stillborn(Duration::from_millis(chance.next() % 300)).await;
    }
    site.start();
    site.answers(chance.below(40)).await;
    tokio::time::sleep(Duration::from_micros(chance.next() % 20_000)).await; // where it is then is what is tried
    site.kill(0);
}

async fn killed_at_random(database: &str, seed: u64) {
    let (mut site, mut chance, over) = (Site::new(database), Chance(seed), watch::Sender::new(false));
    let users: Vec<_> = (0..USERS)
        .map(|n| {
            let (user, chance) = (site.user(&format!("u{n}"), Chance(chance.next())), Chance(chance.next()));
            tokio::spawn(talks(user, chance, n % 2 == 1, over.subscribe()))
        })
        .collect();
    for _ in 0..KILLS * long() {
        one_life(&mut site, &mut chance).await;
    }
    site.start();
    let enough = 3 * KILLS * long();
    until("there was load", async || (site.answered() > enough).then_some(())).await;
    over.send_replace(true);
    let mut journals = Vec::new();
    for user in users {
        journals.push(in_time("a user's last message is answered", user).await.unwrap());
    }
    let messages: usize = journals.iter().map(Journal::len).sum();
    println!("{} kills, {messages} messages, {} calls, seed {seed}: {database}", KILLS * long(), site.backend.journal().len());
    site.judge(&journals).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn on_sqlite_nothing_is_lost_and_nothing_comes_twice() {
    killed_at_random(&fresh_sqlite().url, Chance::seed()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn on_postgresql_nothing_is_lost_and_nothing_comes_twice() {
    let database = fresh_postgres().await;
    killed_at_random(&database.url, Chance::seed()).await;
    drop_database(&database.url).await;
}
