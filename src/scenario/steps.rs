//! The steps of a test: what somebody does, and what the bot is expected to say.

use std::borrow::Cow;

use super::{
    compare::{self, Of},
    outcome::Failure,
    player::{Failed, Player},
    values,
};
use crate::{
    diagnostic::Place,
    flow::{self, Event, Input, SentItem},
    language::{BotStep, StartStep, Step, UserStep},
    yaml::{Node, Spanned},
};

impl Player<'_> {
    /// Does one step.
    pub(super) fn step(&mut self, step: &Spanned<Step>) -> Result<(), Failed> {
        let place = self.test.doc.place(step.span);
        self.log_step(step);
        match &step.value {
            Step { start: Some(start), .. } => self.start(start, &place),
            Step { user: Some(user), .. } => self.user(user, &place),
            Step { wait: Some(time), .. } => {
                self.nothing_left(&place)?;
                self.wait(time.ms, &place)
            }
            Step { bot: Some(bot), .. } => self.bot_says(bot, &place),
            Step { expect: Some(expected), .. } => self.holds(expected, &place),
            _ => Ok(()),
        }
    }

    fn start(&mut self, start: &StartStep, place: &Place) -> Result<(), Failed> {
        self.nothing_left(place)?;
        let Some(sequence) = self.bot.find_sequence(&start.sequence) else {
            return Err(Failure::new(place.clone(), format!("there is no sequence \"{}\"", start.sequence.value)));
        };
        let attributes = values::all(self.bot, start.attributes.as_ref());
        if let Some(missing) = flow::missing(self.bot, &self.conversation, sequence, &attributes).first() {
            return Err(Failure::new(place.clone(), format!("the start is refused: sequence \"{}\" needs \"{missing}\"", sequence.key)));
        }
        let event = Event::Start { sequence: sequence.key.clone(), attributes };
        self.play(event, place)
    }

    fn user(&mut self, user: &UserStep, place: &Place) -> Result<(), Failed> {
        self.nothing_left(place)?;
        let input = match user {
            UserStep::Text(text) => Input::Text(text.clone()),
            UserStep::Location(location) => Input::Location(location.to_json()),
            UserStep::Press { title, within } => {
                let item = self.pressed(title, within.as_ref().map(|text| text.value.as_str()), place)?;
                Input::Press { payload: item.payload.clone(), item: Some(Box::new(item)) }
            }
        };
        self.receive(input, place)
    }

    /// The item of a title: of the last message that has it, which has it once.
    fn pressed(&self, title: &str, within: Option<&str>, place: &Place) -> Result<SentItem, Failed> {
        let found = self.said.iter().rev().map(|said| said.within(within).filter(|item| item.title == title).collect::<Vec<_>>());
        match found.into_iter().find(|items| !items.is_empty()).as_deref() {
            Some([item]) => Ok((*item).clone()),
            Some(several) => {
                let message = format!("{} things of this title can be pressed there; name the card with `in`", several.len());
                Err(Failure::new(place.clone(), message))
            }
            None => {
                let there = self.said.iter().rev().flat_map(|said| said.within(within)).map(|item| item.title.as_str());
                let failure = Failure::new(place.clone(), "there is nothing of this title to press");
                Err(failure.compared(title, there.collect::<Vec<_>>().join("\n")))
            }
        }
    }

    fn bot_says(&mut self, step: &BotStep, place: &Place) -> Result<(), Failed> {
        let BotStep::Message(expected) = step else { return self.silent(place) };
        let Some(said) = self.unnamed.pop_front().map(|ix| &self.said[ix]) else {
            return Err(Failure::new(place.clone(), "the bot says nothing").compared(compare::lines(&expected.to_json()), "nothing"));
        };
        if compare::fits(expected, &said.shown, Of::Message) {
            return Ok(());
        }
        let failure = Failure::new(place.clone(), "the bot says something else");
        Err(failure.compared(compare::lines(&expected.to_json()), compare::lines(&said.shown)).by(said.block.clone()))
    }

    fn silent(&self, place: &Place) -> Result<(), Failed> {
        let Some(said) = self.unnamed.front().map(|ix| &self.said[*ix]) else { return Ok(()) };
        let failure = Failure::new(place.clone(), "the bot says something");
        Err(failure.compared("none", compare::lines(&said.shown)).by(said.block.clone()))
    }

    /// Every message has to be named before anything else happens.
    fn nothing_left(&self, place: &Place) -> Result<(), Failed> {
        let Some(said) = self.unnamed.front().map(|ix| &self.said[*ix]) else { return Ok(()) };
        let message = match self.unnamed.len() {
            1 => Cow::from("the bot has said something that no step names"),
            n => format!("the bot has said {n} things that no step names; the first is").into(),
        };
        Err(Failure::new(place.clone(), message).compared("", compare::lines(&said.shown)).by(said.block.clone()))
    }

    /// The same, after the last step.
    pub(super) fn nothing_left_at_end(&self) -> Result<(), Failed> {
        let last = self.test.value.steps.last().map_or(self.test.value.test.span, |step| step.span);
        self.nothing_left(&self.test.doc.place(last))
    }

    /// A value that does not fit what a step names.
    pub(super) fn compare(&self, what: &str, expected: &Node, actual: &serde_json::Value, of: Of) -> Result<(), Failed> {
        if compare::fits(expected, actual, of) {
            return Ok(());
        }
        let place = self.test.doc.place(expected.span);
        Err(Failure::new(place, format!("{what} is something else")).compared(compare::lines(&expected.to_json()), compare::lines(actual)))
    }
}
