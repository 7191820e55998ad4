//! Where the flow can go from a block.

use crate::flow::{Block, BlockIx, Bot, Item, Kind, Leads, Question, block};

/// How the flow gets from one block to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// On to the next block.
    Next,
    /// Into a branch or group.
    Into,
    /// A `goto`.
    Goto,
    /// A `run`: it comes back.
    Run,
    /// Pressing an item, or `skip`.
    Press,
    /// An answer that nothing else takes; the question stays open.
    Otherwise,
    /// The block fails.
    Error,
}

/// All ways from a block.
#[derive(Clone, Debug, Default)]
pub struct Ways {
    /// Each with the block it leads to.
    pub to: Vec<(Way, BlockIx)>,
    /// Its script can run out here.
    pub runs_out: bool,
}

/// Whether the flow waits at a block for an answer.
#[must_use]
pub fn waits(kind: &Kind) -> bool {
    match kind {
        Kind::Ask(_) => true,
        Kind::Choices(choices) => choices.question.expect.is_some() || choices.api.is_some() || choices.items.iter().any(choosable),
        _ => false,
    }
}

/// All ways that the flow can take from a block.
#[must_use]
pub fn ways(bot: &Bot, ix: BlockIx) -> Ways {
    let block = bot.block(ix);
    let mut ways = Ways::default();
    let mut goes_on = block.when.is_some() || !block.channels.is_empty();
    goes_on |= match &block.kind {
        Kind::Text(_) | Kind::Media(_) | Kind::File(_) | Kind::Set(_) | Kind::Api(_) => true,
        Kind::Gallery(_) => {
            ways.items(&block.kind.items());
            true
        }
        Kind::Ask(ask) => {
            ways.frame(&ask.question);
            true
        }
        Kind::Choices(choices) => {
            ways.items(&block.kind.items());
            let passes = choices.api.is_some() || choices.items.iter().any(|item| matches!(item.leads, Leads::Next));
            ways.frame(&choices.question) | passes | may_not_ask(choices)
        }
        Kind::Decide(decide) => {
            ways.to.extend(decide.branches.iter().filter_map(|branch| branch.first).map(|first| (Way::Into, first)));
            decide.branches.iter().any(|branch| branch.first.is_none()) || decide.branches.iter().all(|branch| branch.when.is_some())
        }
        Kind::Group(group) => ways.leads(Way::Into, group.first),
        Kind::Goto(goto) => ways.leads(Way::Goto, goto.to()),
        Kind::Run(run) => !ways.leads(Way::Run, bot.sequence(run.sequence).first),
        Kind::Return | Kind::End => false,
    };
    ways.to.extend(block.on_error.map(|first| (Way::Error, first)));
    match block.next {
        Some(next) if goes_on => ways.to.push((Way::Next, next)),
        _ => ways.runs_out = goes_on,
    }
    ways
}

impl Ways {
    /// Adds a way; the flow does not go on behind it.
    fn leads(&mut self, way: Way, to: BlockIx) -> bool {
        self.to.push((way, to));
        false
    }

    fn items(&mut self, items: &[&Item]) {
        for item in items {
            if let Leads::Script(first) = item.leads {
                self.to.push((Way::Press, first));
            }
        }
    }

    /// The parts that all questions share; whether the flow can go on by them.
    fn frame(&mut self, question: &Question) -> bool {
        self.to.extend(question.otherwise.map(|first| (Way::Otherwise, first)));
        let skip = question.skip.as_ref();
        self.to.extend(skip.and_then(|s| s.first).map(|first| (Way::Press, first)));
        question.expect.is_some() || skip.is_some_and(|s| s.first.is_none())
    }
}

/// Whether the flow can pass a block that waits without asking anything.
#[must_use]
pub fn may_be_silent(block: &Block) -> bool {
    let nothing_to_ask = matches!(&block.kind, Kind::Choices(choices) if may_not_ask(choices));
    block.when.is_some() || !block.channels.is_empty() || nothing_to_ask
}

/// Whether items may all be missing, so that there is nothing to choose.
fn may_not_ask(choices: &block::Choices) -> bool {
    !choices.items.iter().any(|item| choosable(item) && item.when.is_none() && item.each.is_none())
}

fn choosable(item: &Item) -> bool {
    matches!(item.leads, Leads::Next | Leads::Script(_))
}
