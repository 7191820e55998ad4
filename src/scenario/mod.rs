//! Conversation tests: one conversation on a compiled bot, with given API answers and a virtual clock.
//! No network, no database, no clock. The conversation is serialised and read back between any two turns, always.

mod answers;
mod check;
mod compare;
mod expect;
mod log;
mod outcome;
mod player;
mod said;
mod steps;
mod values;

#[cfg(test)]
mod tests;

pub use check::check;
pub use log::LogEntry;
pub use outcome::{BlockPlace, Failure, Outcome};

use crate::{
    flow::{Bot, compile::Raw},
    language::TestFile,
};
use player::Player;

/// Runs one test to its end, or to the first step that fails.
#[must_use]
pub fn run(bot: &Bot, test: &Raw<TestFile>) -> Outcome {
    let mut player = Player::new(bot, test);
    let mut held = 0;
    let mut failure = player.prepare().err();
    for step in &test.value.steps {
        if failure.is_some() {
            break;
        }
        failure = player.step(step).err();
        held += usize::from(failure.is_none());
    }
    let failure = failure.or_else(|| player.nothing_left_at_end().err());
    Outcome {
        name: test.value.test.value.0.clone(),
        place: test.doc.place(test.value.test.span),
        steps: held,
        turns: player.turns,
        ran: player.ran,
        log: player.log,
        failure: failure.map(|f| *f),
    }
}
