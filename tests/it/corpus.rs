//! Hostile YAML, templates and expressions end in errors, fast and small. Measured in a process of their own, one after the other.

mod inputs;
mod measure;

use std::{collections::BTreeMap, process::Command, time::Duration};

use flowgate::{
    catalog::{Folder, load},
    flow::{Bot, Input as Said, Traced, compile::Files},
};
use inputs::{Input, committed, large, mutations};
use measure::cost;

use crate::support::{
    long::{limit, long},
    walk::Walk,
};

const MIB_MAX: f64 = 32.0;
/// Of the processor's time; an unoptimised build computes about ten times as long.
const MAX: Duration = Duration::from_millis(if cfg!(debug_assertions) { 1_000 } else { 100 });
/// What others do on this machine can take time from one try, hardly from each.
const TRIES: usize = 5;
const MUTATIONS: usize = 2_000;

const BOT: &str = "
version: 1
bot: corpus
name: Corpus
start: hostile
attributes:
  any: {type: [string, number, boolean, list, object]}
  text: {type: string, default: some text}
  list: {type: list, default: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]}
";

/// What became of an input.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fate {
    Refused,
    /// It was accepted, and failed when it was run.
    Failed,
    Ran,
}

fn fate(input: &Input) -> Fate {
    let mut contents = BTreeMap::from([("bot.yaml".to_owned(), BOT.as_bytes().into())]);
    contents.insert(input.path.to_owned(), input.bytes.clone().into());
    let loaded = load(Folder { files: Files { key: "corpus".into(), folder: "corpus".into(), contents }, problems: Vec::new() });
    loaded.bot.as_deref().map_or(Fate::Refused, run)
}

fn run(bot: &Bot) -> Fate {
    let mut walk = Walk::new(bot);
    let event = walk.message(Said::Text("hi".to_owned()));
    let failed = walk.turn(&event).trace.iter().any(|t| matches!(t.what, Traced::Failed { .. }));
    if failed { Fate::Failed } else { Fate::Ran }
}

/// What is wrong with how an input ends.
fn judged(input: &Input, must_fail: bool) -> Option<String> {
    let mut tries = (0..TRIES).map(|_| cost(|| fate(input)));
    let (fate, cost) = tries.find(|(_, cost)| cost.time <= limit(MAX)).unwrap_or_else(|| cost(|| fate(input)));
    let wrong = (must_fail && fate == Fate::Ran) || cost.time > limit(MAX) || cost.mib > MIB_MAX;
    wrong.then(|| format!("{}: {fate:?} after {:?} and {:.1} MiB", input.name, cost.time, cost.mib))
}

/// Judges these, which must end in errors, and mutations of them, which need not.
fn judge(hostile: &[Input], mutated: &[Input]) {
    // what is made once a process is not any input's
    fate(&mutations(&hostile[..1], 1)[0]);
    let all = hostile.iter().map(|input| (input, true)).chain(mutated.iter().map(|input| (input, false)));
    let wrong: Vec<String> = all.filter_map(|(input, must_fail)| judged(input, must_fail)).inspect(|wrong| eprintln!("{wrong}")).collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), hostile.len() + mutated.len(), wrong.join("\n"));
}

/// The measuring process; only for the test below.
#[test]
#[ignore = "is run by another test, in a process of its own"]
fn alone() {
    let committed = committed();
    let hostile: Vec<Input> = committed.iter().cloned().chain(large()).collect();
    judge(&hostile, &mutations(&committed, MUTATIONS * long()));
}

#[test]
fn hostile_inputs_end_in_errors_fast_and_small() {
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "corpus::alone", "--ignored", "--nocapture"]);
    let output = child.output().unwrap();
    assert!(output.status.success(), "{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stdout).contains("1 passed"), "the measuring process ran");
}
