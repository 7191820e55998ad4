//! Five times as many messages as the gateway can answer. The rest is refused in good order, and those that are taken are as
//! many as ever.

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::{Barrier, Mutex},
    time::{Instant, sleep, sleep_until},
};

use super::{
    process::optimised,
    served::{Served, write_bot},
    wire::Wire,
};
use crate::support::{
    command::Folder,
    database::{client, drop_database, fresh_postgres, fresh_sqlite},
    long::{figure, measures, took},
    patience::PATIENCE,
};

/// Connections that keep the gateway just busy: as many as it has places at work.
const BUSY: usize = 512;
/// Connections that there are at most, and users: as many as the system lets wait to be accepted; it resets others.
const WIRES_MAX: usize = 4_000;
/// A request that is refused waits for so long, at most.
const WAIT: Duration = Duration::from_secs(3);
/// What a connection may cost, with what waits on it.
const KIB_MAX: u64 = 64;
const BACK: Duration = Duration::from_secs(10);
/// Nobody notices less.
const NOTICED: Duration = Duration::from_millis(200);

/// One at a time: each wants the whole machine.
static ALONE: Mutex<()> = Mutex::const_new(());

/// How long capacity, and then overload, are measured.
fn measured() -> Duration {
    Duration::from_secs(if measures() { 15 } else { 3 })
}

/// What came back within the time that was measured.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    sent: usize,
    answered: usize,
    shed: usize,
    slowest: Duration,
}

impl Tally {
    fn add(&mut self, other: Self) {
        self.sent += other.sent;
        self.answered += other.answered;
        self.shed += other.shed;
        self.slowest = self.slowest.max(other.slowest);
    }

    fn goodput(&self, time: Duration) -> f64 {
        self.answered as f64 / time.as_secs_f64()
    }
}

/// One client: it asks every so often, or at once when it is behind, and counts what comes back between the two moments. It speaks
/// for its users in turn, so that as many write to the gateway however few clients there are.
async fn ask(n: usize, users: Vec<String>, address: String, pause: Duration, from: Instant, to: Instant) -> Tally {
    let (mut wire, mut tally, mut users) = (Wire::to(&address), Tally::default(), users.iter().cycle());
    let mut next = Instant::now() + pause.mul_f64(n as f64 * 0.618 % 1.0);
    while let Some(user) = users.next()
        && Instant::now() < to
    {
        sleep_until(next).await;
        let heard = wire.say("busy", user, "hi").await;
        next = (next + pause).max(Instant::now());
        let count = usize::from((from..to).contains(&Instant::now()));
        tally.sent += count;
        match heard.status {
            200 if heard.body["pending"] == true => {} // neither refused nor answered
            200 => {
                assert_eq!(heard.texts(), ["done"], "{heard:?}");
                tally.answered += count;
                tally.slowest = tally.slowest.max(heard.took);
            }
            429 | 503 => {
                assert!(heard.retry_after && heard.body["code"].is_string(), "{heard:?}");
                tally.shed += count;
            }
            _ => panic!("{heard:?}"),
        }
    }
    tally
}

/// What a load did to the gateway.
struct Seen {
    tally: Tally,
    memory_mib: u64,
    processor: Duration,
}

impl Seen {
    /// Answers for each second that the machine gave the gateway: the clients need processors too.
    fn thrift(&self) -> f64 {
        self.tally.answered as f64 / self.processor.as_secs_f64()
    }
}

/// So many clients that send at this rate; none: each asks again as soon as it is answered.
async fn load(served: &Served, clients: usize, rate: Option<f64>) -> Seen {
    let pause = rate.map_or(Duration::ZERO, |rate| Duration::from_secs_f64(clients as f64 / rate));
    let from = Instant::now() + WAIT;
    let to = from + measured();
    let users = |n: usize| (n..WIRES_MAX).step_by(clients).map(|user| format!("u{user}")).collect();
    let asking: Vec<_> = (0..clients).map(|n| tokio::spawn(ask(n, users(n), served.address().to_owned(), pause, from, to))).collect();
    sleep_until(from).await;
    let (mut memory_mib, used) = (0, served.process.processor_time());
    while Instant::now() < to {
        sleep(Duration::from_millis(100)).await; // between two looks at the memory
        memory_mib = served.process.resident_mib().max(memory_mib);
    }
    let processor = served.process.processor_time() - used;
    let mut tally = Tally::default();
    for one in asking {
        tally.add(one.await.unwrap());
    }
    Seen { tally, memory_mib, processor }
}

/// What a single user waits for, at the median; none if most of that are refusals.
async fn calm(served: &Served) -> Option<Duration> {
    let mut wire = Wire::to(served.address());
    let mut waits = Vec::new();
    for _ in 0..9 {
        let heard = wire.say("busy", "calm", "hi").await;
        waits.push(if heard.status == 200 { heard.took } else { Duration::MAX });
    }
    waits.sort();
    Some(waits[waits.len() / 2]).filter(|wait| *wait < Duration::MAX)
}

/// What it does, in figures, and what has to hold of them whatever is slow; at best, and under five times the load.
async fn five_times(what: &str, served: &Served) -> [Seen; 2] {
    calm(served).await; // the first look at anything is slow
    let before = calm(served).await.expect("nobody is refused yet");
    let able = load(served, BUSY, None).await;
    let rate = 5.0 * able.tally.goodput(measured());
    let clients = ((rate * WAIT.as_secs_f64()) as usize).clamp(2 * BUSY, WIRES_MAX);
    let over = load(served, clients, Some(rate)).await;
    let begun = Instant::now();
    let as_before = |wait: Duration| !measures() || wait <= NOTICED.max(2 * before);
    let mut after = calm(served).await;
    while !after.is_some_and(as_before) && begun.elapsed() < PATIENCE {
        after = calm(served).await;
    }
    let a_second = |n: usize| n as f64 / measured().as_secs_f64();
    println!(
        "{what}: at best {:.0}/s, {:.0} for each second of processors; {clients} clients at {rate:.0}/s sent {:.0}/s: answered {:.0}/s, {:.0} for each second, \
         refused {:.0}/s; slowest answer {:.1?}; memory {} to {} MiB; a calm user waits {before:.1?}, and {after:.1?} after {:.1?}",
        a_second(able.tally.answered),
        able.thrift(),
        a_second(over.tally.sent),
        a_second(over.tally.answered),
        over.thrift(),
        a_second(over.tally.shed),
        over.tally.slowest,
        able.memory_mib,
        over.memory_mib,
        begun.elapsed(),
    );
    assert!(over.tally.shed > 0, "{what}: nobody was refused");
    assert!(over.memory_mib <= able.memory_mib + clients as u64 * KIB_MAX / 1024, "{what}: too much memory");
    took(format!("{what}: until a calm user is answered as before"), begun.elapsed(), BACK);
    [able, over]
}

const BOT: &str = "bot: busy\nstart: work\nfallback: work\nattributes: {n: {type: integer, default: 0}, m: {type: integer, default: 0}}\n";
const QUICK: &str = "sequence: work\nblocks:\n  - text: \"done\"\n";
/// Multiplies a table, again and again.
fn dear() -> String {
    let list = (1..=60).map(|n| n.to_string()).collect::<Vec<_>>().join(",");
    let table = format!("sum([{list}].map(a, sum([{list}].map(b, a * b))))");
    let times = if optimised() { 8 } else { 1 };
    let top = format!("id: top\n    set: {{n: {{expr: \"n + 1\"}}, m: {{expr: \"{table}\"}}}}");
    format!(
        "sequence: work\nblocks:\n  - {top}\n  - decide:\n      - {{when: \"n < {times}\", goto: top}}\n  - set: {{n: 0}}\n  - text: \"done\"\n"
    )
}

fn serve(folder: &Folder, work: &str, database: &str) -> Served {
    write_bot(folder.root(), "busy", &[("bot.yaml", BOT), ("sequences/work.yaml", work)]);
    Served::start(folder.root(), database)
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_the_processor_can_do_is_refused_and_the_rest_is_answered() {
    let _alone = ALONE.lock().await;
    let (folder, database) = (Folder::empty(), fresh_sqlite());
    let [able, over] = five_times("processor", &serve(&folder, &dear(), &database.url)).await;
    figure("answers for each second of processors, in those at best", over.thrift() / able.thrift(), 0.9..);
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_the_database_can_do_is_refused_and_the_rest_is_answered() {
    let _alone = ALONE.lock().await;
    let (folder, database) = (Folder::empty(), fresh_postgres().await);
    let served = serve(&folder, QUICK, &database.url);
    let slow = "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.7); RETURN NULL; END'; \
                CREATE TRIGGER slow AFTER INSERT ON turns FOR EACH STATEMENT EXECUTE FUNCTION slow()";
    client(&database.url).await.batch_execute(slow).await.unwrap();
    let [able, over] = five_times("database", &served).await.map(|seen| seen.tally.goodput(measured()));
    figure("answers a second, in those at best", over / able, 0.9..);
    drop(served);
    drop_database(&database.url).await;
}

/// Two thousand who connect at the same moment are all let in at once, and answered.
#[tokio::test(flavor = "multi_thread")]
async fn two_thousand_connect_at_the_same_moment() {
    const MANY: usize = 2_000;
    let _alone = ALONE.lock().await;
    let (folder, database) = (Folder::empty(), fresh_sqlite());
    let served = serve(&folder, QUICK, &database.url);
    let together = Arc::new(Barrier::new(MANY));
    let asking: Vec<_> = (0..MANY)
        .map(|n| {
            let (mut wire, together) = (Wire::to(served.address()), together.clone());
            tokio::spawn(async move {
                together.wait().await;
                wire.say("busy", &format!("u{n}"), "hi").await
            })
        })
        .collect();
    let (mut answered, mut slowest) = (0, Duration::ZERO);
    for one in asking {
        let heard = one.await.unwrap();
        assert!(heard.status == 200 || (heard.status == 503 && heard.retry_after), "{heard:?}");
        answered += usize::from(heard.status == 200);
        slowest = slowest.max(heard.took);
    }
    println!("{answered} of {MANY} were answered, the last after {slowest:.1?}");
    assert!(answered >= 1);
    figure("answered", answered, BUSY..);
}
