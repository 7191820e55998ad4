//! Each point, on both databases, under each workload.

use std::{
    future::pending,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use flowgate::crash::Point::{self, *};
use tokio::{runtime::Builder, time::timeout};

use crate::{
    cases::*,
    load::{Chance, Journal, LEASE, Site, User, user::Follower},
    process::{PATIENCE, until},
    support::{
        database::{drop_database, fresh_postgres, fresh_sqlite},
        long::{long, took},
    },
};

/// How soon everybody is answered after a start.
const SOON: Duration = Duration::from_secs(3);
/// Cases at the same time: most of them wait for a lease.
const TOGETHER: usize = 6;

async fn dies_at(site: &mut Site, point: Point, hit: usize) {
    let chosen = format!("{}:{hit}", point.name());
    assert_eq!(site.dies(&[("FLOWGATE_CRASH", &chosen)]).await, Some(6), "it aborts itself");
}

/// Starts a process that is to die, and waits until it is dead. Where it is to die by the inbox, a call is out until something
/// is in there.
async fn one_life(site: &mut Site, death: Death, seen: &Follower) {
    match death {
        Death::At(point @ (InboxPut | InboxTaken), hit) => {
            site.backend.hold();
            let backend = site.backend.clone();
            let released = async {
                until("it is in the inbox", async || seen.sees(SECOND).then_some(())).await;
                backend.release();
                pending::<()>().await;
            };
            tokio::select! {
                () = dies_at(site, point, hit) => backend.release(),
                () = released => {}
            }
        }
        Death::At(point, hit) => dies_at(site, point, hit).await,
        Death::Called(path) => {
            site.backend.hold();
            site.start();
            site.called(path).await;
            site.kill(0);
            site.backend.release();
        }
    }
}

/// Runs a case; says how long those had to wait who were waiting in the end.
async fn run(database: &str, Case(script, slow, deaths): Case, looks: bool) -> Duration {
    let mut site = Site::new(database);
    site.backend.slow(Duration::from_millis(slow));
    let user = site.user("ann", Chance(1));
    let seen = user.follower();
    let talking = tokio::spawn(talk(if looks { user.who_looks() } else { user }, script));
    for &death in deaths {
        one_life(&mut site, death, &seen).await;
    }
    site.start();
    let journals = [talking.await.unwrap()];
    site.judge(&journals).await;
    let held = database.starts_with("postgres") && calls(script);
    site.waited(&journals, if held { LEASE } else { Duration::ZERO })
}

fn calls(script: Script) -> bool {
    ["look", "buy", "pay"].iter().any(|call| script.contains(call))
}

async fn talk(mut user: User, script: Script) -> Journal {
    for breath in script.split(", ") {
        user.says(breath).await;
    }
    user.repeats().await;
    user.ends()
}

/// Runs a case on a database of its own.
async fn judged(case: Case, looks: bool, postgres: bool) {
    let Case(script, slow, deaths) = case;
    let name = format!("{deaths:?} under \"{script}\", slow {slow} ms, looks {looks}, PostgreSQL {postgres}");
    println!("begins: {name}");
    let database = if postgres { fresh_postgres().await } else { fresh_sqlite() };
    let waited = timeout(PATIENCE * 2, run(&database.url, case, looks)).await.unwrap_or_else(|_| panic!("never ends: {name}"));
    println!("waited {waited:.1?}: {name}");
    took(format!("after the start or the lease, {name}"), waited, SOON);
    if postgres {
        drop_database(&database.url).await;
    }
}

/// Runs all cases on both kinds of database.
fn all(cases: &[Case]) {
    let numbered = (0..long()).flat_map(|round| cases.iter().enumerate().map(move |(number, case)| (number + round, *case)));
    let left =
        Mutex::new(numbered.flat_map(|(number, case)| [(case, number.is_multiple_of(2), false), (case, !number.is_multiple_of(2), true)]));
    let next = || left.lock().unwrap_or_else(PoisonError::into_inner).next();
    std::thread::scope(|scope| {
        for _ in 0..TOGETHER {
            scope.spawn(|| {
                let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
                while let Some((case, looks, postgres)) = next() {
                    runtime.block_on(judged(case, looks, postgres));
                }
            });
        }
    });
}

#[test]
fn under_the_greeting() {
    all(GREETING);
}

#[test]
fn under_five_steps() {
    all(STEPS);
}

#[test]
fn under_calls() {
    all(CALLS);
}

#[test]
fn with_a_message_in_the_inbox() {
    all(INBOX);
}

#[test]
fn every_point_is_tried() {
    let deaths: Vec<Death> = [GREETING, STEPS, CALLS, INBOX].into_iter().flatten().flat_map(|case| case.2).copied().collect();
    let tried = |point: &Point| deaths.iter().any(|death| matches!(death, Death::At(at, _) if at == point));
    let missing: Vec<&Point> = Point::ALL.iter().filter(|point| !tried(point)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
