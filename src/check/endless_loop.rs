//! Loops without a question that are provable: whichever way the flow takes from there, it never waits, ends or comes back.

use crate::{
    diagnostic::Problems,
    flow::{BlockIx, Bot, Kind},
    graph::{Way, Ways, waits, ways},
};

pub(super) fn check(bot: &Bot, problems: &mut Problems) {
    let flow = Flow::of(bot);
    let stuck = flow.stuck();
    let mut told = vec![false; stuck.len()];
    for begin in (0..stuck.len()).filter(|ix| stuck[*ix]) {
        let cycle = flow.cycle(begin, &stuck);
        if !cycle.iter().any(|ix| told[*ix]) {
            tell(bot, &flow, &cycle, problems);
        }
        cycle.iter().for_each(|ix| told[*ix] = true);
    }
}

fn tell(bot: &Bot, flow: &Flow, cycle: &[usize], problems: &mut Problems) {
    let block = |ix: usize| bot.block(flow.blocks[ix].0);
    let jumps = |ix: &&usize| matches!(block(**ix).kind, Kind::Goto(_) | Kind::Run(_));
    let jump = cycle.iter().rfind(jumps).or(cycle.last()).copied().unwrap_or_default();
    let name = |ix: usize| block(ix).id.as_ref().map_or_else(|| format!("`{}`", block(ix).kind.word()), |id| format!("\"{id}\""));
    let others = cycle.iter().filter(|ix| **ix != jump).map(|ix| (block(*ix).place.clone(), name(*ix))).collect();
    problems.endless_loop(block(jump).place.clone(), &name(jump), others);
}

/// The blocks of a bot as numbers, with what the proof needs of each.
struct Flow {
    blocks: Vec<(BlockIx, Ways, Nature)>,
    /// From which the script surely comes back, without waiting or ending the session on the way.
    quiet: Vec<bool>,
}

/// What a block is to the proof.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Nature {
    /// The flow may stop here: it waits, ends, or the script comes back.
    Stops,
    /// A subroutine; it may be passed over if it has a `when`.
    Runs { conditional: bool },
    /// It just goes on.
    Goes,
}

impl Flow {
    fn of(bot: &Bot) -> Self {
        let nature = |kind: &Kind, conditional: bool| match kind {
            Kind::Return | Kind::End => Nature::Stops,
            kind if waits(kind) => Nature::Stops,
            Kind::Run(_) => Nature::Runs { conditional },
            _ => Nature::Goes,
        };
        let blocks: Vec<_> =
            bot.blocks().map(|(ix, b)| (ix, walked(ways(bot, ix)), nature(&b.kind, b.when.is_some() || !b.channels.is_empty()))).collect();
        let ends = |ix: BlockIx| matches!(bot.block(ix).kind, Kind::End) || waits(&bot.block(ix).kind);
        let mut flow = Self { quiet: blocks.iter().map(|(ix, ..)| !ends(*ix)).collect(), blocks };
        flow.quiet = flow.shrink(flow.quiet.clone(), |flow, ix, quiet| flow.blocks[ix].1.to.iter().all(|(_, to)| quiet[flow.at(*to)]));
        flow
    }

    fn at(&self, ix: BlockIx) -> usize {
        self.blocks.binary_search_by_key(&ix, |(ix, ..)| *ix).expect("ways lead to blocks of their own bot, which are in order")
    }

    /// The blocks from which there is no way out: the greatest set in which every way from a block stays.
    fn stuck(&self) -> Vec<bool> {
        self.shrink(vec![true; self.blocks.len()], Self::stays)
    }

    /// Takes blocks out of a set until all that are left may stay. The flow mostly goes forward, so going backward takes few rounds.
    fn shrink(&self, mut set: Vec<bool>, may_stay: impl Fn(&Self, usize, &[bool]) -> bool) -> Vec<bool> {
        loop {
            let mut changed = false;
            for ix in (0..set.len()).rev() {
                if set[ix] && !may_stay(self, ix, &set) {
                    set[ix] = false;
                    changed = true;
                }
            }
            if !changed {
                return set;
            }
        }
    }

    fn stays(&self, ix: usize, stuck: &[bool]) -> bool {
        let (_, ways, nature) = &self.blocks[ix];
        let stays = |to: &BlockIx| stuck[self.at(*to)];
        let all = |but: &[Way]| ways.to.iter().filter(|(way, _)| !but.contains(way)).all(|(_, to)| stays(to));
        let called = ways.to.iter().find(|(way, _)| *way == Way::Run).map(|(_, to)| self.at(*to));
        match (nature, called) {
            (Nature::Stops, _) => false,
            // A subroutine that never comes back: what stands behind it does not matter.
            (Nature::Runs { conditional: false }, Some(called)) if stuck[called] => all(&[Way::Run, Way::Next]),
            (Nature::Runs { .. }, Some(called)) if !stuck[called] && !self.quiet[called] => false,
            _ => !ways.to.is_empty() && !ways.runs_out && all(&[Way::Run]),
        }
    }

    /// A loop that the flow gets into from a block that is stuck.
    fn cycle(&self, begin: usize, stuck: &[bool]) -> Vec<usize> {
        let mut path = vec![begin];
        loop {
            let here = path[path.len() - 1];
            let next = self.blocks[here].1.to.iter().map(|(_, to)| self.at(*to)).find(|to| stuck[*to]);
            let Some(next) = next else { return path };
            if let Some(from) = path.iter().position(|ix| *ix == next) {
                return path.split_off(from);
            }
            path.push(next);
        }
    }
}

/// The ways that the flow takes by itself; an older message's items are pressed by somebody.
fn walked(mut ways: Ways) -> Ways {
    ways.to.retain(|(way, _)| !matches!(way, Way::Press | Way::Otherwise));
    ways
}
