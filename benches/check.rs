//! `flowgate check` of 1,000 sequence files, as a process that starts cold: how long it takes, and the most memory that it holds.

#[path = "support/bots.rs"]
mod bots;
#[path = "support/figures.rs"]
mod figures;
#[path = "support/memory.rs"]
mod memory;
#[path = "support/process.rs"]
mod process;

use std::{
    fs,
    io::{Read, Write},
    path::Path,
    process::{Child, Command},
    time::{Duration, Instant},
};

use figures::{Figures, Report, measuring};

const SECONDS_MAX: f64 = 0.4;
const MIB_MAX: f64 = 100.0;

fn check(folder: &Path) -> Command {
    let mut command = process::flowgate();
    command.arg("check").arg(folder);
    command
}

/// Everything was read, and nothing is wrong.
fn is_right(told: &str, expected: &str) -> bool {
    told.starts_with(expected) && told.ends_with(": no problems\n")
}

/// Seconds of one run; what it tells is what there is.
fn seconds(folder: &Path, expected: &str) -> f64 {
    let begun = Instant::now();
    let output = check(folder).output().expect("the program is built");
    let took = begun.elapsed().as_secs_f64();
    let told = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && is_right(&told, expected), "{told}");
    took
}

fn mib(folder: &Path, expected: &str) -> f64 {
    let (peak, told) = peak(check(folder));
    assert!(is_right(&told, expected), "{told}");
    peak
}

/// What a pipe holds before it is full.
const PIPE_BYTES: usize = 64 * 1024;

/// Runs the program until it wants to tell what it found; the most memory that it held until then, in MiB, and what it told.
/// Its standard output is a pipe that is full already, so that it cannot end before it is looked at.
fn peak(mut command: Command) -> (f64, String) {
    let (mut reader, mut writer) = std::io::pipe().expect("a pipe can be made");
    writer.write_all(&[b'.'; PIPE_BYTES]).expect("an empty pipe takes this");
    let mut child = command.stdout(writer).spawn().expect("the program is built");
    drop(command);
    let most = until_it_waits(&mut child);
    let mut told = String::new();
    reader.read_to_string(&mut told).expect("it writes text");
    child.wait().expect("it has ended");
    (most, told.trim_start_matches('.').to_owned())
}

/// Waits until a process has done nothing for a while; its peak by then.
fn until_it_waits(child: &mut Child) -> f64 {
    let give_up = Instant::now() + Duration::from_secs(60);
    let mut last = String::new();
    loop {
        std::thread::sleep(Duration::from_millis(200));
        let work = threads(child.id());
        if work == last {
            return memory::mib(child.id(), "VmHWM");
        }
        assert!(Instant::now() < give_up && child.try_wait().is_ok_and(|ended| ended.is_none()), "the program never told anything");
        last = work;
    }
}

/// How long each thread of a process has run.
fn threads(process: u32) -> String {
    let tasks = fs::read_dir(format!("/proc/{process}/task")).expect("the process is there, and this is Linux");
    tasks.filter_map(|task| fs::read_to_string(task.ok()?.path().join("schedstat")).ok()).collect()
}

fn main() {
    let mut report = Report::new("check, cold");
    let sequences = if measuring() { 1_000 } else { 100 };
    for bots in [1, 10] {
        let folder = tempfile::tempdir().expect("a folder can be made");
        (0..bots).for_each(|n| bots::write(&folder.path().join(format!("bot_{n}")), &format!("bot_{n}"), sequences / bots));
        let name = if bots == 1 { "bot" } else { "bots" };
        let expected = format!("{bots} {name}, {sequences} sequences, ");
        let what = format!("{sequences} files of {} lines in {bots} {name}", bots::LINES);
        if measuring() {
            report.add(&what, "s", &Figures::of(|| seconds(folder.path(), &expected)), ..=SECONDS_MAX);
            report.add("  most memory", "MiB", &Figures::of(|| mib(folder.path(), &expected)), ..=MIB_MAX);
        } else {
            seconds(folder.path(), &expected);
            mib(folder.path(), &expected);
        }
    }
    if measuring() {
        report.print();
    }
}
