//! A bot whose messages cost all that a run may, again and again, from several users. The others do not notice, and the process
//! still ends when it is told to.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::{
    task::JoinHandle,
    time::{Instant, sleep_until},
};

use super::{
    served::{Served, write_bot},
    wire::Wire,
};
use crate::support::{
    command::Folder,
    database::fresh_sqlite,
    long::{figure, long, took},
};

/// Users who send nothing but heavy messages, each as soon as the last one is answered.
const ATTACKERS: usize = 4;
/// Others that talk, and how often each says something.
const OTHERS: usize = 20;
const PAUSE: Duration = Duration::from_millis(200);
const WATCHED: Duration = Duration::from_secs(3);
/// What a heavy message may take of a core.
const CORE_MAX: Duration = Duration::from_millis(100);
/// How long the end may take, once the messages that had come are answered.
const END_MAX: Duration = Duration::from_secs(1);
const SORRY: &str = "Sorry, something went wrong. Please try again.";

const HEAVY: &str = "sequence: hello
blocks:
  - set: {t: \"a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,\"}
  - set: {t: \"{{t}}{{t}}{{t}}{{t}}{{t}}{{t}}{{t}}{{t}}{{t}}{{t}}{{t}}{{t}}{{t}}{{t}}{{t}}{{t}}{{t}}{{t}}{{t}}{{t}}\"}
  - set: {big: {expr: \"split(t, ',')\"}}
  - decide:
      - {when: \"big.all(x, big.all(y, user_name != 'q' && user_id != 'q' && channel != 'q'))\", text: Never}
";

fn write(folder: &Folder) {
    let attributes = "attributes: {t: {type: string}, big: {type: list}}";
    write_bot(
        folder.root(),
        "heavy",
        &[("bot.yaml", &format!("bot: heavy\nstart: hello\nfallback: hello\n{attributes}\n")), ("sequences/hello.yaml", HEAVY)],
    );
    let hello = "sequence: hello\nblocks:\n  - text: \"Hello\"\n";
    write_bot(folder.root(), "calm", &[("bot.yaml", "bot: calm\nstart: hello\nfallback: hello\n"), ("sequences/hello.yaml", hello)]);
}

/// How long the others waited; they speak at a steady rate, whatever they hear.
async fn others(address: &str) -> Vec<Duration> {
    let begun = Instant::now();
    let talk = |n: usize| {
        let mut wire = Wire::to(address);
        tokio::spawn(async move {
            let mut took = Vec::new();
            let mut next = begun + PAUSE * u32::try_from(n).unwrap() / u32::try_from(OTHERS).unwrap();
            while next < begun + WATCHED {
                sleep_until(next).await;
                let heard = wire.say("calm", &format!("other{n}"), "hi").await;
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

/// Heavy messages until they are told to stop; each says how many were stopped at their limit.
struct Attack {
    over: Arc<AtomicBool>,
    wires: Vec<JoinHandle<usize>>,
}

impl Attack {
    fn begin(address: &str) -> Self {
        let over = Arc::new(AtomicBool::new(false));
        let attacker = |n: usize| {
            let (mut wire, over) = (Wire::to(address), over.clone());
            tokio::spawn(async move {
                let mut stopped = 0;
                while !over.load(Ordering::Relaxed) {
                    let heard = wire.say("heavy", &format!("attacker{n}"), "hi").await;
                    match heard.status {
                        200 => {
                            assert_eq!(heard.texts(), [SORRY], "{heard:?}");
                            stopped += 1;
                        }
                        503 => {}
                        status => panic!("{status}: {heard:?}"),
                    }
                }
                stopped
            })
        };
        let wires = (0..ATTACKERS).map(attacker).collect();
        Self { over, wires }
    }

    async fn end(self) -> usize {
        self.over.store(true, Ordering::Relaxed);
        let mut all = 0;
        for wire in self.wires {
            all += wire.await.unwrap();
        }
        all
    }
}

fn p99(waits: &[Duration]) -> Duration {
    let mut sorted = waits.to_vec();
    sorted.sort();
    sorted[sorted.len() * 99 / 100]
}

/// What one heavy message takes of a core.
async fn cost(served: &Served) -> Duration {
    let before = served.process.processor_time();
    let many = 20;
    for _ in 0..many {
        assert_eq!(served.say("heavy", "alone", "hi").await, [SORRY]);
    }
    (served.process.processor_time() - before) / many
}

#[tokio::test(flavor = "multi_thread")]
async fn the_dearest_messages_hold_up_nobody_else() {
    let (rounds, folder, database) = (long(), Folder::empty(), fresh_sqlite());
    write(&folder);
    let mut served = Served::start(folder.root(), &database.url);
    others(served.address()).await; // the first look at anything is slow
    let cost = cost(&served).await;
    println!("a heavy message takes {cost:.2?} of a core");
    let (mut alone, mut beside) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        alone.extend(others(served.address()).await);
        let attack = Attack::begin(served.address());
        beside.extend(others(served.address()).await);
        assert!(attack.end().await > 0, "they were heavy");
    }
    let ratio = p99(&beside).as_secs_f64() / p99(&alone).as_secs_f64();
    println!(
        "{} answers each: p99 {:.2?} alone, {:.2?} beside {ATTACKERS} attackers: times {ratio:.2}",
        alone.len(),
        p99(&alone),
        p99(&beside)
    );
    let attack = Attack::begin(served.address());
    others(served.address()).await;
    attack.over.store(true, Ordering::Relaxed); // those that are on their way are as heavy as ever
    served.process.signal("TERM");
    attack.end().await;
    let answered = Instant::now(); // the server looks once a second whether its connections are idle
    assert_eq!(served.process.ended().await.code(), Some(0));
    let end = answered.elapsed();
    println!("it ended {end:.2?} after the last of them");
    took("a core, for a heavy message", cost, CORE_MAX);
    figure("p99 of others beside heavy messages, times that without", ratio, ..=2.0);
    took("the end, after the last heavy message", end, END_MAX);
}
