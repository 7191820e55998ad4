//! Reload under fire: the bot changes again and again while users talk at a steady rate. Nobody is refused, and nobody hears
//! two versions in one answer. Every file of every version says which one it is of.

use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::symlink,
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::time::{Instant, sleep_until};

use super::{
    backend::Backend,
    process::until,
    served::Served,
    wire::{Heard, Wire},
};
use crate::support::{app::got, command::Folder, database::fresh_sqlite, long::measures};

/// Users who talk at the same time.
const WIRES: usize = 24;

/// Reloads and requests a second; the long variant has the numbers of the promise.
fn measure() -> (usize, u32) {
    if measures() { (1_000, 300) } else { (20, 100) }
}

/// The files of one version. Sessions that wait at `size` may move to another one, those at the name may not.
fn write(root: &Path, n: usize, backend: &str) {
    let files = [
        (
            "bot.yaml",
            format!(
                "bot: fire\nstart: hello\nattributes: {{name: {{type: string}}, size: {{type: string}}}}\ntriggers:\n  - {{keywords: [call], run: call}}\n  - {{keywords: [keyword], text: \"v{n}\"}}\n"
            ),
        ),
        (
            "sequences/hello.yaml",
            format!(
                "sequence: hello\nblocks:\n  - text: \"v{n}\"\n  - run: tail\n  - ask: {{text: \"v{n}\", into: name}}\n  - text: \"v{n}\"\n  - run: tail\n  - id: size\n    ask: {{text: \"v{n}\", into: size}}\n  - text: \"v{n}\"\n  - run: tail\n"
            ),
        ),
        ("sequences/tail.yaml", format!("sequence: tail\nblocks:\n  - text: \"v{n}\"\n")),
        ("sequences/call.yaml", format!("sequence: call\nblocks:\n  - text: \"v{n}\"\n  - text: \"v{n} <<slow>>\"\n  - run: tail\n")),
        ("apis/slow.yaml", format!("api: slow\nmethod: POST\nurl: {backend}/slow\noutput: text\n")),
    ];
    for (path, text) in files {
        let file = root.join(format!("v{n}/fire")).join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, format!("version: 1\n{text}")).unwrap();
    }
}

/// Swaps the whole folder, as git-sync does.
fn point_to(root: &Path, n: usize) {
    symlink(format!("v{n}"), root.join("next")).unwrap();
    fs::rename(root.join("next"), root.join("bots")).unwrap();
}

/// What was heard.
#[derive(Default)]
struct Ears {
    answers: AtomicUsize,
    late: AtomicUsize,
    /// The number that each version says of itself.
    numbers: Mutex<BTreeMap<String, String>>,
    slowest: Mutex<Duration>,
}

impl Ears {
    /// One answer, one version, and always the same one under the same name.
    fn hear(&self, what: &str, heard: &Heard) {
        assert_eq!(heard.status, 200, "{what}: {heard:?}");
        let texts = heard.texts();
        let number = texts.first().and_then(|text| text.split(' ').next()).unwrap_or_else(|| panic!("{what}: {heard:?}"));
        assert!(texts.iter().all(|text| text.split(' ').next() == Some(number)), "{what}: two versions in one answer: {heard:?}");
        if let Some(version) = heard.body["version"].as_str() {
            let mut numbers = self.numbers.lock().unwrap();
            let known = numbers.entry(version.to_owned()).or_insert_with(|| number.to_owned());
            assert_eq!(known, number, "{what}: {heard:?}");
        }
        self.answers.fetch_add(1, Ordering::Relaxed);
        let mut slowest = self.slowest.lock().unwrap();
        *slowest = heard.took.max(*slowest);
    }

    fn have_heard(&self, n: usize) -> bool {
        self.numbers.lock().unwrap().values().any(|number| *number == format!("v{n}"))
    }
}

/// Users one after the other, at a rate that does not wait for answers: who begins late is counted.
async fn talk(wire: usize, address: String, pause: Duration, ears: Arc<Ears>, over: Arc<AtomicBool>) {
    let mut line = Wire::to(&address);
    let mut next = Instant::now();
    for n in 0.. {
        let user = format!("u{wire}-{n}");
        for text in ["hi", "Ann", "large", "call", "keyword"] {
            if over.load(Ordering::Relaxed) {
                return;
            }
            next += pause;
            ears.late.fetch_add(usize::from(Instant::now() > next + pause), Ordering::Relaxed);
            sleep_until(next).await;
            let heard = line.say("fire", &user, text).await;
            ears.hear(text, &heard);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_reload_fails_a_request_or_mixes_two_versions() {
    let (reloads, rate) = measure();
    let (folder, database, backend) = (Folder::empty(), fresh_sqlite(), Backend::start());
    write(folder.root(), 0, &backend.url);
    point_to(folder.root(), 0);
    let served = Served::start(folder.root(), &database.url);
    let (ears, over) = (Arc::new(Ears::default()), Arc::new(AtomicBool::new(false)));
    let pause = Duration::from_secs(1) * u32::try_from(WIRES).unwrap() / rate;
    let talks: Vec<_> = (0..WIRES).map(|n| tokio::spawn(talk(n, served.address().to_owned(), pause, ears.clone(), over.clone()))).collect();
    let begun = Instant::now();
    for n in 1..=reloads {
        write(folder.root(), n, &backend.url);
        point_to(folder.root(), n);
        let report = got(served.post("/-/reload?wait=true")).await;
        assert_eq!(report.status, 200, "{report:?}");
        fs::remove_dir_all(folder.path(&format!("v{}", n - 1))).unwrap();
        assert_eq!(served.say("fire", &format!("last-{n}"), "keyword").await, [format!("v{n}")], "what was reported is live");
        if n % 4 == 0 {
            until(&format!("a user hears version {n}"), async || ears.have_heard(n).then_some(())).await;
        }
    }
    over.store(true, Ordering::Relaxed);
    for talk in talks {
        talk.await.unwrap();
    }
    let (answers, took) = (ears.answers.load(Ordering::Relaxed), begun.elapsed());
    println!(
        "{reloads} reloads in {took:.1?}: {answers} answers ({:.0}/s), {} begun late, {} versions heard, slowest answer {:.0?}",
        answers as f64 / took.as_secs_f64(),
        ears.late.load(Ordering::Relaxed),
        ears.numbers.lock().unwrap().len(),
        ears.slowest.lock().unwrap(),
    );
}
