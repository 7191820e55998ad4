//! One commit: a turn, with its GETs if they answer soon. And the conversation before it: from the cache, the store, or new.

use std::{sync::Arc, time::Duration};

use futures_util::future::BoxFuture;
use uuid::Uuid;

use super::{
    Gateway,
    cache::Stored,
    progress::Progress,
    reply::{Refusal, Told},
    turn::{Before, Bots, Claim, Pending},
};
use crate::{
    crash::{self, Point},
    flow::{Answer, Bot, Call, Conversation, Event, Traced},
    id::{ConversationKey, RunId},
    outbound::Method,
    store::Committed,
    time::Timestamp,
};

/// No commit waits longer for an answer.
const GET_PATIENCE: Duration = Duration::from_millis(300);

/// How one commit went.
pub(super) enum Turned {
    /// The session waits or has ended.
    Rests,
    /// Calls are out.
    Calls(Arc<Bot>, Calls),
    /// Somebody else was first.
    Lost,
    /// The message is known.
    Duplicate,
}

/// The calls of a turn; those that were begun before the commit go on.
pub(super) struct Calls {
    pub calls: Vec<Call>,
    pub begun: Begun,
}

/// Calls that were begun before the commit.
type Begun = Option<BoxFuture<'static, Vec<Answer>>>;

impl Gateway {
    /// One commit: a turn, with its GETs if they answer soon. Nothing has left the process before, except those.
    pub(super) async fn turned(
        &self,
        key: &ConversationKey,
        before: Before,
        event: Event,
        mut claim: Claim,
        run: &RunId,
        progress: &Progress,
    ) -> Result<Turned, Refusal> {
        let (bot, before) = self.bot_for(key, before).await?;
        let now = Timestamp::now();
        let turn = self.advance(&bot, &before.conversation, &event, now, &mut claim.place).await?;
        let mut pending = Pending::new(&before.conversation, &event, now, turn);
        if !pending.calls.is_empty() && Box::pin(self.is_repeat(key, &claim)).await? {
            return Ok(Turned::Duplicate);
        }
        let _place = claim.place.take().filter(|_| !only_gets(&pending.calls)); // while they are waited for, others may work
        let begun = if only_gets(&pending.calls) { Box::pin(self.gets(&bot, &mut pending, run)).await? } else { None };
        crash::at(Point::Advanced);
        let point = claim.point();
        let live = self.bot(&key.bot).unwrap_or_else(|| Arc::clone(&bot));
        let commit = pending.commit(key, &before, run, claim, Bots { own: &bot, live: &live });
        let wake_at = commit.wake_at;
        let committed = self.inner.store.commit(commit).await.inspect_err(|_| self.inner.cache.forget(key))?;
        match committed {
            Committed::Won { version } => {
                crash::at(point);
                let calls = std::mem::take(&mut pending.calls);
                let conversation = Arc::clone(&pending.conversation);
                count(&bot, &event);
                tell(progress, &bot, run, &conversation, pending);
                self.inner.cache.put(key, Stored { conversation, version, wake_at });
                Ok(if calls.is_empty() { Turned::Rests } else { Turned::Calls(bot, Calls { calls, begun }) })
            }
            Committed::Lost => {
                self.inner.cache.forget(key);
                Ok(Turned::Lost)
            }
            Committed::Duplicate => Ok(Turned::Duplicate),
        }
    }

    /// Whether a message is known already: asked only before calls, so that a repeat makes none. The claim decides all the same.
    async fn is_repeat(&self, key: &ConversationKey, claim: &Claim) -> Result<bool, Refusal> {
        let Some(external) = claim.inbound.as_ref().and_then(|message| message.external_id.as_deref()) else { return Ok(false) };
        Ok(self.inner.store.is_known(key, external).await?)
    }

    /// GETs may leave before the commit: those that answer within 300 ms become part of it, the others go on behind it.
    async fn gets(&self, bot: &Arc<Bot>, pending: &mut Pending, run: &RunId) -> Result<Begun, Refusal> {
        let patience = tokio::time::Instant::now() + GET_PATIENCE;
        while only_gets(&pending.calls) {
            let (gateway, of, run, calls) = (self.clone(), bot.clone(), run.clone(), pending.calls.clone());
            let mut begun: BoxFuture<'static, Vec<Answer>> = Box::pin(async move { gateway.perform(&of, &run, &calls).await });
            match tokio::time::timeout_at(patience, &mut begun).await {
                Ok(answers) => {
                    let (event, now) = (Event::Answers(answers), Timestamp::now());
                    let turn = self.advance(bot, &pending.conversation, &event, now, &mut None).await?;
                    pending.take(&event, now, turn);
                }
                Err(_) => return Ok(Some(begun)),
            }
        }
        Ok(None)
    }

    /// The conversation: from the cache, else from the store, else new. With its lane held, like all that changes the cache:
    /// who reads without it may be overtaken by a commit, and would put back what was before.
    pub(super) async fn load(&self, key: &ConversationKey) -> Result<Before, Refusal> {
        match self.inner.cache.get(key) {
            Some(stored) => Ok(stored.into()),
            None => Box::pin(self.load_stored(key)).await,
        }
    }

    /// The conversation as it is stored, else new; for who holds its lane: nobody else here commits while it goes into the cache.
    pub(super) async fn load_stored(&self, key: &ConversationKey) -> Result<Before, Refusal> {
        if let Some(stored) = self.look(key).await? {
            self.inner.cache.put(key, stored.clone());
            return Ok(stored.into());
        }
        let uid = self.inner.store.next_uid().await?;
        let conversation = Conversation::new(key.clone(), uid, seed(), Timestamp::now());
        Ok(Before { conversation: Arc::new(conversation), version: None, wake_at: None })
    }

    /// The conversation as it is stored, for who only looks: it may be an older one by the time it is here.
    pub(super) async fn look(&self, key: &ConversationKey) -> Result<Option<Stored>, Refusal> {
        self.inner.store.load(key).await?.map(Stored::of_row).transpose()
    }
}

fn only_gets(calls: &[Call]) -> bool {
    !calls.is_empty() && calls.iter().all(|call| call.request.method == Method::Get)
}

/// Counts what came from outside.
fn count(bot: &Bot, event: &Event) {
    let bot = || bot.key().to_string();
    match event {
        Event::Message(_) => metrics::counter!("flowgate_messages_total", "bot" => bot(), "direction" => "in").increment(1),
        Event::Start { .. } => metrics::counter!("flowgate_starts_total", "bot" => bot()).increment(1),
        Event::Answers(_) | Event::Change(_) | Event::Wake => {}
    }
}

/// Tells who waits, the log and the metrics what a commit did.
fn tell(progress: &Progress, bot: &Arc<Bot>, run: &RunId, conversation: &Conversation, pending: Pending) {
    metrics::counter!("flowgate_messages_total", "bot" => bot.key().to_string(), "direction" => "out")
        .increment(pending.messages.len() as u64);
    for trace in &pending.trace {
        if let Traced::Dropped { sequence } = &trace.what {
            metrics::counter!("flowgate_starts_dropped_total", "bot" => bot.key().to_string()).increment(1);
            tracing::warn!(bot = %bot.key(), %run, %sequence, "a start of {sequence} that waited is dropped: too many wait for a human");
        }
        if let (Traced::Failed { kind, .. }, Some(block)) = (&trace.what, trace.block.map(|ix| bot.block(ix))) {
            metrics::counter!("flowgate_block_failures_total", "bot" => bot.key().to_string(), "kind" => *kind).increment(1);
            tracing::warn!(bot = %bot.key(), %run, kind, file = &*block.file, line = block.line, "a block failed ({kind}) at {}:{}", block.file, block.line);
        }
    }
    tracing::debug!(bot = %bot.key(), %run, messages = pending.messages.len(), "a turn is committed");
    progress.tell(|reply| {
        reply.session = conversation.session.as_ref().map(|s| s.id.clone());
        reply.version = Some(bot.version().clone());
        reply.run = Some(run.clone());
        reply.open_items = conversation.open_items().map(str::to_owned).collect();
        reply.messages.extend(pending.messages.into_iter().map(|(message, _)| message));
        reply.told.push(Told { bot: bot.clone(), trace: pending.trace });
    });
}

/// Where random choices of a new user start.
fn seed() -> u64 {
    Uuid::new_v4().as_u64_pair().0
}
