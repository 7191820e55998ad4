//! Five hundred users wait for backends that hang. The others do not notice, and it costs little.

use std::time::Duration;

use serde_json::json;
use tokio::time::{Instant, sleep_until};

use super::{
    backend::Backend,
    process::until,
    served::{Served, write_bot},
    wire::Wire,
};
use crate::support::{
    command::Folder,
    database::fresh_sqlite,
    long::{figure, long, measures, took},
    patience::{ATTEMPTS, attempts},
};

const HANGING: usize = 500;
/// What they may cost.
const MIB_MAX: u64 = 64;
/// Others that talk, and how often each says something.
const OTHERS: usize = 20;
const PAUSE: Duration = Duration::from_millis(200);
/// Hanging calls end after so long.
const HANG: Duration = Duration::from_secs(5);
/// So many rounds say how the slowest hundredth fares.
const ROUNDS_MIN: usize = 10;
/// Nobody is held up for longer.
const HELD_UP: Duration = Duration::from_secs(1);

/// For so long the others are watched: while the calls hang. Where the machine is not measured each of them says one thing.
fn watched() -> Duration {
    if measures() { HANG * 3 / 5 } else { PAUSE }
}

fn write(folder: &Folder, rounds: usize, backend: &str) {
    let triggers: String = (0..rounds).map(|n| format!("  - {{keywords: [hang{n}], run: hang{n}}}\n")).collect();
    write_bot(folder.root(), "patient", &[("bot.yaml", &format!("bot: patient\nstart: hello\nfallback: hello\ntriggers:\n{triggers}"))]);
    write_bot(folder.root(), "patient", &[("sequences/hello.yaml", "sequence: hello\nblocks:\n  - text: \"Hello\"\n")]);
    for n in 0..rounds {
        // an API of its own for each round: one that has failed is left alone for a while
        let api = format!("api: a{n}\nmethod: POST\nurl: {backend}/hang{n}\noutput: text\n");
        let blocks = format!(
            "sequence: hang{n}\nblocks:\n  - text: \"One moment\"\n  - text: \"<<a{n}>>\"\n    on_error: {{text: \"{{{{error.kind}}}}\"}}\n"
        );
        write_bot(folder.root(), "patient", &[(&format!("apis/a{n}.yaml"), &api), (&format!("sequences/hang{n}.yaml"), &blocks)]);
    }
}

/// How long the others waited; they speak at a steady rate, whatever they hear.
async fn others(address: &str) -> Vec<Duration> {
    let begun = Instant::now();
    let talk = |n: usize| {
        let mut wire = Wire::to(address);
        tokio::spawn(async move {
            let mut took = Vec::new();
            let mut next = begun + PAUSE * u32::try_from(n).unwrap() / u32::try_from(OTHERS).unwrap();
            while next < begun + watched() {
                sleep_until(next).await;
                let heard = wire.say("patient", &format!("other{n}"), "hi").await;
                assert_eq!((heard.status, heard.texts()), (200, vec!["Hello"]));
                took.push(Instant::now() - next); // from the moment at which it was due
                next += PAUSE;
            }
            took
        })
    };
    let talks: Vec<_> = (0..OTHERS).map(talk).collect();
    let mut all = Vec::new();
    for talk in talks {
        all.extend(talk.await.unwrap());
    }
    all
}

/// How long the others waited, of all rounds: single rounds say little, as three of their answers decide.
#[derive(Default)]
struct Waits {
    alone: Vec<Duration>,
    beside: Vec<Duration>,
}

fn p99(waits: &[Duration]) -> Duration {
    let mut sorted = waits.to_vec();
    sorted.sort();
    sorted[sorted.len() * 99 / 100]
}

/// One round: the others alone, then beside 500 who wait; who waited is told in the end. Says what those cost, in MiB. None
/// where calls ended before all were out and the others answered, which a machine that is measured may not do.
async fn round(served: &Served, backend: &Backend, n: usize) -> Option<(Waits, u64)> {
    let alone = others(served.address()).await;
    let before = served.process.resident_mib();
    let hang = |user: usize| {
        let mut wire = Wire::to(served.address());
        tokio::spawn(async move { wire.say("patient", &format!("waits{n}-{user}"), &format!("hang{n}")).await })
    };
    let hanging: Vec<_> = (0..HANGING).map(hang).collect();
    let path = format!("/hang{n}");
    let called = || backend.called(&path).len();
    let hang = || hanging.iter().filter(|one| !one.is_finished()).count();
    until("all calls are out, or one is over", async || (called() == HANGING || hang() < HANGING).then_some(())).await;
    let beside = others(served.address()).await;
    let counts = called() == HANGING && hang() > HANGING / 2;
    assert!(counts || !measures(), "{} were called, {} still hang", called(), hang());
    let cost = served.process.resident_mib().saturating_sub(before);
    for one in hanging {
        let heard = one.await.unwrap();
        assert!(!counts || (heard.status == 200 && heard.texts() == ["One moment", "timeout"]), "{heard:?}");
        took("the end of a call that hangs", heard.took, 3 * HANG);
    }
    assert!(called() <= HANGING, "each call was made once");
    counts.then_some((Waits { alone, beside }, cost))
}

#[tokio::test(flavor = "multi_thread")]
async fn five_hundred_hanging_calls_hold_up_nobody_else() {
    let rounds = long();
    let (folder, database, backend) = (Folder::empty(), fresh_sqlite(), Backend::start());
    backend.hold();
    write(&folder, rounds + ATTEMPTS, &backend.url);
    let served = Served::start(folder.root(), &database.url);
    served.message("patient", &json!({"user": "first", "text": "hi"})).send().await.unwrap();
    others(served.address()).await; // the first look at anything is slow
    let mut waits = Waits::default();
    for n in 0..rounds {
        let one = async |attempt| round(&served, &backend, n + attempt).await;
        let (these, cost) = attempts("the others are answered while calls hang", one).await;
        let (alone, beside) = (p99(&these.alone), p99(&these.beside));
        println!("p99 of others, round {}: {alone:.2?} alone, {beside:.2?} beside {HANGING} hanging calls, which cost {cost} MiB", n + 1);
        assert!(cost <= MIB_MAX, "{HANGING} hanging calls cost {cost} MiB");
        took("the others wait", beside, HELD_UP);
        waits.alone.extend(these.alone);
        waits.beside.extend(these.beside);
    }
    let ratio = p99(&waits.beside).as_secs_f64() / p99(&waits.alone).as_secs_f64();
    println!("{} answers each: p99 times {ratio:.2}", waits.alone.len());
    if rounds >= ROUNDS_MIN {
        figure("p99 of the others beside hanging calls, in that without", ratio, ..=1.2);
    }
}
