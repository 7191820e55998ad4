//! A run that calls: its calls are performed, and it goes on with their answers until the session waits or ends.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use super::{
    Gateway,
    commit::{Calls, Turned},
    lane,
    progress::Progress,
    reply::Refusal,
    run::TRIES,
    turn::Claim,
};
use crate::{
    flow::{Answer, Bot, Call, Event},
    id::{ConversationKey, RunId},
};

/// How soon answers are offered again to a database that is away.
const AGAIN: Duration = Duration::from_millis(500);

/// Where a run came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Went {
    /// Here, and who waits for it was told all.
    Here,
    /// In another process, by recovery, or by a commit of ours whose outcome was not known: what it said is in the store.
    Elsewhere,
}

/// How a run stands after answers were given to it.
pub(super) enum Answered {
    Calls(Arc<Bot>, Calls),
    Over(Went),
}

impl Gateway {
    /// Performs calls and goes on with their answers, until the session waits or ends. The lane is free during calls.
    pub(super) async fn go_on<'l>(
        &'l self,
        key: &ConversationKey,
        mut bot: Arc<Bot>,
        mut calls: Calls,
        run: &RunId,
        progress: &Progress,
        turn: &mut Option<lane::Turn<'l>>,
    ) -> Result<Went, Refusal> {
        let _working = self.inner.at_work.begin(run);
        loop {
            turn.take();
            let answers = match calls.begun.take() {
                Some(begun) => begun.await,
                None => self.perform(&bot, run, &calls.calls).await,
            };
            match self.answered(key, &calls.calls, answers, run, progress, turn).await? {
                Answered::Calls(next_bot, next) => (bot, calls) = (next_bot, next),
                Answered::Over(went) => return Ok(went),
            }
        }
    }

    /// Gives the answers to the conversation, unless somebody else has (recovery, another process). Nobody else has these
    /// answers, so while the database is away they are kept.
    pub(super) async fn answered<'l>(
        &'l self,
        key: &ConversationKey,
        calls: &[Call],
        answers: Vec<Answer>,
        run: &RunId,
        progress: &Progress,
        turn: &mut Option<lane::Turn<'l>>,
    ) -> Result<Answered, Refusal> {
        loop {
            match self.try_answered(key, calls, &answers, run, progress, turn).await {
                Err(Refusal::Unavailable(_)) if !self.inner.closing.load(Ordering::Relaxed) => turn.take(),
                decided => return decided,
            };
            self.until_the_store_answers().await;
        }
    }

    /// Waits outside of the lane.
    async fn until_the_store_answers(&self) {
        tokio::time::sleep(AGAIN).await;
        while self.inner.store.ping().await.is_err() && !self.inner.closing.load(Ordering::Relaxed) {
            tokio::time::sleep(AGAIN).await;
        }
    }

    async fn try_answered<'l>(
        &'l self,
        key: &ConversationKey,
        calls: &[Call],
        answers: &[Answer],
        run: &RunId,
        progress: &Progress,
        turn: &mut Option<lane::Turn<'l>>,
    ) -> Result<Answered, Refusal> {
        *turn = Some(self.inner.lanes.come_back(key).await);
        for _ in 0..TRIES {
            let before = self.load(key).await?;
            let same = |ours: &[Call], theirs: &[Call]| ours.iter().map(|c| &c.id).eq(theirs.iter().map(|c| &c.id));
            if !same(calls, before.conversation.calls()) {
                return Ok(Answered::Over(Went::Elsewhere));
            }
            match self.turned(key, before, Event::Answers(answers.to_vec()), Claim::default(), run, progress).await? {
                Turned::Rests | Turned::Duplicate => return Ok(Answered::Over(Went::Here)),
                Turned::Calls(bot, next) => return Ok(Answered::Calls(bot, next)),
                Turned::Lost => {}
            }
        }
        Err(Refusal::Unavailable("too many others write to this conversation".to_owned()))
    }
}
