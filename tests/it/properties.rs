//! Random bots and random conversations: what `check` accepts loads, never panics, keeps its budgets, and replays from the log.

mod bots;
pub(crate) mod dice;
pub(crate) mod promises;
mod recorder;
mod stored;
mod talk;

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

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
    for _ in 0..1 + dice.below(4) {
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
    let (bots, each) = (BOTS, CONVERSATIONS * long() as u64 / BOTS);
    let run = |seed: u64| {
        let loaded = with_seed("bot", seed, || bot(seed));
        let Some(bot) = loaded.bot.as_deref() else { return (0, 0) };
        let turns = (0..each).map(|n| with_seed("conversation", seed << 32 | n, || conversation(bot, seed << 32 | n))).sum();
        (1, turns)
    };
    // of the bots that are refused others take the place
    let (accepted, turns) = (0..2 * bots).into_par_iter().map(run).reduce(|| (0, 0), |a, b| (a.0 + b.0, a.1 + b.1));
    eprintln!("{accepted} bots, {} conversations, {turns} turns", accepted * each);
    assert!(accepted * each >= CONVERSATIONS, "only {accepted} of {} bots were accepted", 2 * bots);
}
