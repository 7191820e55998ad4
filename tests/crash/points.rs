//! Each point, on both databases, under each workload.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use flowgate::crash::Point::{self, *};
use tokio::{runtime::Builder, time::timeout};

use crate::{
    load::{Chance, Journal, LEASE, Site, User},
    process::PATIENCE,
    support::{
        database::{drop_database, fresh_postgres, fresh_sqlite},
        long::long,
    },
};

/// How soon everybody is answered after a start.
const SOON: Duration = Duration::from_secs(3);
/// Cases at the same time: most of them wait for a lease.
const TOGETHER: usize = 6;

/// How a process dies.
#[derive(Clone, Copy, Debug)]
enum Death {
    /// By itself, when it comes to a point for the n-th time.
    At(Point, usize),
    /// From outside, when the backend has a request for this path and has not answered.
    Called(&'static str),
}

/// What a user says: what stands between commas in one breath, one message as soon as the one before is accepted; the next
/// breath when all is answered.
type Script = &'static str;

const W1: Script = "hello, hello, hello";
const W2: Script = "order, large, 7, order, small, 3";
const LOOK: Script = "hello, look, hello";
const BUY: Script = "hello, buy, hello";
const PAY: Script = "hello, pay, hello";
const LOOK_AND_MORE: Script = "hello, look + hello, hello";
const BUY_AND_MORE: Script = "hello, buy + hello, hello";
const PAY_AND_MORE: Script = "hello, pay + hello, hello";

/// How long the backend takes: at once, longer than a commit waits for a GET, or as long as a second message needs.
const AT_ONCE: u64 = 0;
const SLOWLY: u64 = 900;

/// Who says what to a backend that takes so many milliseconds, and how one process after the other dies.
#[derive(Clone, Copy)]
struct Case(Script, u64, &'static [Death]);

const GREETING: &[Case] = &[
    Case(W1, AT_ONCE, &[Death::At(Received, 1)]),
    Case(W1, AT_ONCE, &[Death::At(Advanced, 1)]),
    Case(W1, AT_ONCE, &[Death::At(Writing, 1)]),
    Case(W1, AT_ONCE, &[Death::At(Written, 1)]),
    Case(W1, AT_ONCE, &[Death::At(Committed, 1)]),
    Case(W1, AT_ONCE, &[Death::At(Replied, 1)]),
    Case(W1, AT_ONCE, &[Death::At(Received, 2)]),
    Case(W1, AT_ONCE, &[Death::At(Advanced, 2)]),
    Case(W1, AT_ONCE, &[Death::At(Writing, 2)]),
    Case(W1, AT_ONCE, &[Death::At(Written, 2)]),
    Case(W1, AT_ONCE, &[Death::At(Committed, 2)]),
    Case(W1, AT_ONCE, &[Death::At(Replied, 2)]),
    Case(W1, AT_ONCE, &[Death::At(Streamed, 2)]),
    Case(W1, AT_ONCE, &[Death::At(Streamed, 3)]),
    Case(W1, AT_ONCE, &[Death::At(Written, 1), Death::At(Written, 1), Death::At(Written, 1)]),
];

const STEPS: &[Case] = &[
    Case(W2, AT_ONCE, &[Death::At(Received, 2), Death::At(Received, 2), Death::At(Received, 2)]),
    Case(W2, AT_ONCE, &[Death::At(Advanced, 2), Death::At(Advanced, 2), Death::At(Advanced, 2)]),
    Case(W2, AT_ONCE, &[Death::At(Writing, 2), Death::At(Writing, 2), Death::At(Writing, 2)]),
    Case(W2, AT_ONCE, &[Death::At(Written, 1), Death::At(Written, 1), Death::At(Written, 1), Death::At(Written, 1)]),
    Case(W2, AT_ONCE, &[Death::At(Committed, 1), Death::At(Committed, 1), Death::At(Committed, 1), Death::At(Committed, 1)]),
    Case(W2, AT_ONCE, &[Death::At(Replied, 2), Death::At(Replied, 2)]),
    Case(W2, AT_ONCE, &[Death::At(Streamed, 2), Death::At(Streamed, 3)]),
];

const CALLS: &[Case] = &[
    Case(LOOK, AT_ONCE, &[Death::At(Calling, 1)]),
    Case(LOOK, AT_ONCE, &[Death::At(CallAnswered, 1)]),
    Case(LOOK, AT_ONCE, &[Death::At(Advanced, 2)]),
    Case(LOOK, AT_ONCE, &[Death::At(Writing, 2)]),
    Case(LOOK, AT_ONCE, &[Death::At(Committed, 2)]),
    Case(LOOK, AT_ONCE, &[Death::Called("/look")]),
    Case(LOOK, SLOWLY, &[Death::At(Committed, 2), Death::At(TakenOver, 1), Death::At(Calling, 1)]),
    Case(LOOK, SLOWLY, &[Death::At(CallAnswered, 1), Death::At(CallAnswered, 1)]),
    Case(LOOK, SLOWLY, &[Death::At(AnswerCommitted, 1)]),
    Case(BUY, AT_ONCE, &[Death::At(Advanced, 2)]),
    Case(BUY, AT_ONCE, &[Death::At(Writing, 2)]),
    Case(BUY, AT_ONCE, &[Death::At(Written, 2)]),
    Case(BUY, AT_ONCE, &[Death::At(Committed, 2), Death::At(TakenOver, 1)]),
    Case(BUY, AT_ONCE, &[Death::At(Calling, 1)]),
    Case(BUY, AT_ONCE, &[Death::Called("/buy"), Death::At(TakenOver, 1)]),
    Case(BUY, AT_ONCE, &[Death::At(CallAnswered, 1)]),
    Case(BUY, AT_ONCE, &[Death::At(Writing, 3)]),
    Case(BUY, AT_ONCE, &[Death::At(Written, 3)]),
    Case(BUY, AT_ONCE, &[Death::At(AnswerCommitted, 1)]),
    Case(BUY, AT_ONCE, &[Death::At(Streamed, 3)]),
    Case(PAY, AT_ONCE, &[Death::At(Written, 2)]),
    Case(PAY, AT_ONCE, &[Death::At(Committed, 2)]),
    Case(PAY, AT_ONCE, &[Death::At(Calling, 1), Death::At(Calling, 1)]),
    Case(PAY, AT_ONCE, &[Death::Called("/pay"), Death::At(TakenOver, 1), Death::At(CallAnswered, 1)]),
    Case(PAY, AT_ONCE, &[Death::At(CallAnswered, 1), Death::At(Writing, 2)]),
    Case(PAY, AT_ONCE, &[Death::At(Advanced, 3)]),
    Case(PAY, AT_ONCE, &[Death::At(Written, 3)]),
    Case(PAY, AT_ONCE, &[Death::At(AnswerCommitted, 1)]),
];

const INBOX: &[Case] = &[
    Case(LOOK_AND_MORE, SLOWLY, &[Death::At(InboxPut, 1)]),
    Case(LOOK_AND_MORE, SLOWLY, &[Death::At(InboxTaken, 1)]),
    Case(BUY_AND_MORE, SLOWLY, &[Death::At(InboxPut, 1), Death::At(TakenOver, 1)]),
    Case(BUY_AND_MORE, SLOWLY, &[Death::At(InboxPut, 1), Death::At(InboxTaken, 1)]),
    Case(BUY_AND_MORE, SLOWLY, &[Death::At(CallAnswered, 1)]),
    Case(BUY_AND_MORE, SLOWLY, &[Death::At(AnswerCommitted, 1)]),
    Case(BUY_AND_MORE, SLOWLY, &[Death::At(Writing, 4)]),
    Case(BUY_AND_MORE, SLOWLY, &[Death::At(InboxTaken, 1)]),
    Case(BUY_AND_MORE, SLOWLY, &[Death::At(Replied, 2)]),
    Case(PAY_AND_MORE, SLOWLY, &[Death::At(InboxPut, 1), Death::At(AnswerCommitted, 1)]),
    Case(PAY_AND_MORE, SLOWLY, &[Death::At(CallAnswered, 1), Death::At(Written, 2)]),
    Case(PAY_AND_MORE, SLOWLY, &[Death::At(AnswerCommitted, 1)]),
    Case(PAY_AND_MORE, SLOWLY, &[Death::At(InboxTaken, 1)]),
];

/// Starts a process that is to die, and waits until it is dead.
async fn one_life(site: &mut Site, death: Death) {
    match death {
        Death::At(point, hit) => {
            let chosen = format!("{}:{hit}", point.name());
            assert_eq!(site.dies(&[("FLOWGATE_CRASH", &chosen)]).await, Some(6), "it aborts itself");
        }
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
    let talking = tokio::spawn(talk(if looks { user.who_looks() } else { user }, script));
    for &death in deaths {
        one_life(&mut site, death).await;
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
async fn judged(Case(script, slow, deaths): Case, looks: bool, postgres: bool) {
    let name = format!("{deaths:?} under \"{script}\", slow {slow} ms, looks {looks}, PostgreSQL {postgres}");
    println!("begins: {name}");
    let database = if postgres { fresh_postgres().await } else { fresh_sqlite() };
    let running = timeout(PATIENCE * 2, run(&database.url, Case(script, slow, deaths), looks));
    let waited = running.await.unwrap_or_else(|_| panic!("never ends: {name}"));
    assert!(waited <= SOON, "answered {waited:?} after the start or the lease: {name}");
    println!("waited {waited:.1?}: {name}");
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
