//! From an edit to the first answer that shows it, with 100 bots served.

#[path = "support/bots.rs"]
mod bots;
#[path = "support/figures.rs"]
mod figures;
#[path = "support/process.rs"]
mod process;
#[path = "support/served.rs"]
mod served;

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use figures::{Figures, Report, measuring};
use served::Served;

const SEQUENCES: usize = 10;
const SECONDS_MAX: f64 = 0.5;
/// Longer than any edit takes to show.
const PATIENCE: Duration = Duration::from_secs(30);

/// Writes the first text of a bot anew, and asks as new users until it is what comes back; seconds.
fn edit_to_live(served: &Served, bots: &Path, edit: u32, runtime: &tokio::runtime::Runtime) -> f64 {
    let bot = format!("bot_{}", edit * 7 % 10);
    let path = bots.join(&bot).join("sequences/topic_0.yaml");
    let text = fs::read_to_string(&path).expect("the file is there");
    let line = text.lines().find(|line| line.starts_with("  - text:")).expect("it begins with a text");
    let wanted = format!("This is edit {edit}.");
    let begun = Instant::now();
    fs::write(&path, text.replacen(line, &format!("  - text: \"{wanted}\""), 1)).expect("the file can be written");
    runtime.block_on(async {
        for user in 0_u32.. {
            let said = served.say(&bot, &format!("user-{edit}-{user}"), "hi").await;
            if said == wanted {
                break;
            }
            assert!(begun.elapsed() < PATIENCE, "edit {edit} never goes live; {bot} says {said:?}");
        }
    });
    begun.elapsed().as_secs_f64()
}

fn main() {
    let (bots, data) = (tempfile::tempdir().expect("a folder can be made"), tempfile::tempdir().expect("a folder can be made"));
    let count = if measuring() { 100 } else { 10 };
    (0..count).for_each(|n| bots::write(&bots.path().join(format!("bot_{n}")), &format!("bot_{n}"), SEQUENCES));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime can be made");
    let served = Served::start(bots.path(), data.path());
    let mut edit = 0;
    let mut measure = || {
        edit += 1;
        edit_to_live(&served, bots.path(), edit, &runtime)
    };
    if measuring() {
        let mut report = Report::new("edit to live");
        report.add(&format!("{count} bots of {SEQUENCES} sequences"), "s", &Figures::of(measure), ..=SECONDS_MAX);
        report.print();
    } else {
        measure();
    }
}
