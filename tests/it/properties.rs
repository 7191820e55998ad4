//! Random bots and random conversations: what `check` accepts loads, never panics, keeps its budgets, and replays from the log.

mod apis;
mod bots;
pub(crate) mod dice;
pub(crate) mod promises;
mod recorder;
mod stored;
mod talk;
mod words;

use std::{
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::Arc,
};

use flowgate::{
    catalog::{Folder, Loaded, load},
    flow::{Bot, compile::Files},
};
use rayon::prelude::*;

use crate::support::long::long;
use dice::Dice;
use promises::Checked;
use recorder::Recorder;

const BOTS: u64 = 200;
const CONVERSATIONS: u64 = 100_000;

fn bot(seed: u64) -> Loaded {
    let contents = bots::files(seed).into_iter().map(|(path, text)| (path, text.into_bytes().into())).collect();
    load(Folder { files: Files { key: "random".into(), folder: "random".into(), contents }, problems: Vec::new() })
}

/// A conversation of a few messages, replayed from its log; its turns.
fn conversation(bot: &Bot, seed: u64) -> usize {
    let mut dice = Dice::new(seed);
    let mut checked = Checked::new(bot);
    let mut recorder = Recorder::default();
    let mut backend = Dice::new(seed ^ 0xb0b);
    for _ in 0..1 + dice.below(5) {
        if let Some(event) = checked.event(&talk::happens(&mut dice)) {
            checked.run(event, &mut || talk::answered(&mut backend), &mut |taken| recorder.take(taken));
        }
    }
    recorder.replay(bot)
}

/// Tells which seed a panic came from.
fn with_seed<T>(what: &str, seed: u64, work: impl FnOnce() -> T) -> T {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        eprintln!("{what} {seed}");
        resume_unwind(panic)
    })
}

#[test]
fn what_check_accepts_runs_within_its_budgets_and_replays() {
    let each = CONVERSATIONS * long() as u64 / BOTS;
    let accepted: Vec<(u64, Arc<Bot>)> =
        (0..2 * BOTS).into_par_iter().filter_map(|seed| Some((seed, with_seed("bot", seed, || bot(seed)).bot?))).collect();
    assert!(accepted.len() as u64 >= BOTS, "only {} of {} bots were accepted", accepted.len(), 2 * BOTS);
    let run = |seed: u64, bot: &Bot| -> usize {
        (0..each).map(|n| with_seed("conversation", seed << 32 | n, || conversation(bot, seed << 32 | n))).sum()
    };
    let turns: usize = accepted[..BOTS as usize].par_iter().map(|(seed, bot)| run(*seed, bot)).sum();
    assert!(turns as u64 > BOTS * each, "{turns} turns are few");
}
