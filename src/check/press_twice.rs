//! Presses that make a call again: an item can be pressed later, too, and leads to a call that must not be repeated, with no
//! question in between.

use std::collections::BTreeSet;

use crate::{
    diagnostic::Problems,
    flow::{Block, BlockIx, Bot, Kind, Leads},
    graph::{Way, may_be_silent, waits, ways},
};

pub(super) fn check(bot: &Bot, problems: &mut Problems) {
    if bot.apis().values().all(|api| api.repeatable()) {
        return;
    }
    let comes_back = coming_back(bot);
    for (ix, block) in bot.blocks().filter(|(_, block)| !block.kind.question().is_some_and(|question| question.once)) {
        if let Some((at, api)) = pressed(bot, ix).into_iter().find_map(|first| repeated_call(bot, first, &comes_back)) {
            problems.press_twice(block.place.clone(), block.kind.word(), &api, bot.block(at).place.clone());
        }
    }
}

/// The blocks that a press of an item of this block leads to.
fn pressed(bot: &Bot, ix: BlockIx) -> Vec<BlockIx> {
    let block = bot.block(ix);
    let leads = |leads: &Leads| match leads {
        Leads::Script(first) => Some(*first),
        Leads::Next => block.next,
        Leads::Url(_) | Leads::Phone(_) => None,
    };
    let written = block.kind.items().into_iter().filter_map(|item| leads(&item.leads));
    let by_api = matches!(&block.kind, Kind::Choices(choices) if choices.api.is_some()).then_some(block.next).flatten();
    written.chain(by_api).collect()
}

/// The first call on the way from a block to the next questions that is not repeatable, and its API.
fn repeated_call(bot: &Bot, first: BlockIx, comes_back: &BTreeSet<BlockIx>) -> Option<(BlockIx, String)> {
    let (mut open, mut seen) = (vec![first], BTreeSet::new());
    while let Some(ix) = open.pop() {
        if !seen.insert(ix) {
            continue;
        }
        let mut called = bot.block(ix).apis.iter();
        if let Some(api) = called.find(|name| bot.apis().get(*name).is_some_and(|api| !api.repeatable())) {
            return Some((ix, api.to_string()));
        }
        open.extend(onward(bot, ix, comes_back));
    }
    None
}

/// Where the flow goes by itself from a block.
fn onward(bot: &Bot, ix: BlockIx, comes_back: &BTreeSet<BlockIx>) -> Vec<BlockIx> {
    let to = ways(bot, ix).to;
    let returns = to.iter().all(|(way, to)| *way != Way::Run || comes_back.contains(to));
    let goes_on = passes_by_itself(bot.block(ix)) && returns;
    let by_itself = to.into_iter().filter(|(way, _)| match way {
        Way::Press | Way::Otherwise => false,
        Way::Next => goes_on,
        Way::Into | Way::Goto | Way::Run | Way::Error => true,
    });
    by_itself.map(|(_, to)| to).collect()
}

fn passes_by_itself(block: &Block) -> bool {
    !waits(&block.kind) || may_be_silent(block)
}

/// The blocks from which a script can come to its end without a question: what ran it then goes on.
fn coming_back(bot: &Bot) -> BTreeSet<BlockIx> {
    let mut found = BTreeSet::new();
    let blocks: Vec<_> = bot.blocks().collect();
    loop {
        let before = found.len();
        for (ix, block) in blocks.iter().rev().map(|(ix, block)| (*ix, block)) {
            let ends = matches!(block.kind, Kind::Return) || (passes_by_itself(block) && ways(bot, ix).runs_out);
            if ends || onward(bot, ix, &found).iter().any(|to| found.contains(to)) {
                found.insert(ix);
            }
        }
        if found.len() == before {
            return found;
        }
    }
}
