//! The walker: brings what users are found by, and what is counted, up to date where no turn does. It finds what an older gateway wrote,
//! before this one or beside it, and what changes when a bot marks another attribute `indexed`.

use std::{
    collections::BTreeMap,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use super::{Gateway, reply::Refusal};
use crate::{
    flow::{Bot, Conversation, index},
    id::BotKey,
    store::{Behind, Place, Reindexed},
    time::Timestamp,
};

/// How often the bots that are live are looked at.
const EVERY: Duration = Duration::from_secs(1);
/// After how many of these looks all conversations are looked at again; that costs one look into an index for a bot.
const WALKS_EVERY: u64 = 60;
/// How many conversations are read at once.
const PAGE: i64 = 1_000;
/// How many are written at once: turns wait for them.
const GROUP: usize = 50;

/// The index that the conversations of a bot were last walked by.
type Walked = BTreeMap<BotKey, i32>;

/// Walks at once, when a bot has another index, and now and then.
pub(super) fn start(gateway: &Gateway) {
    let weak = Arc::downgrade(&gateway.inner);
    gateway.inner.runtime.spawn(async move {
        let (mut tick, mut walked) = (tokio::time::interval(EVERY), Walked::new());
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        for round in 1_u64.. {
            tick.tick().await;
            let Some(inner) = weak.upgrade() else { return };
            if inner.closing.load(Ordering::Relaxed) {
                return;
            }
            if round.is_multiple_of(WALKS_EVERY) {
                walked.clear();
            }
            Gateway { inner }.walk_all(&mut walked).await;
        }
    });
}

impl Gateway {
    async fn walk_all(&self, walked: &mut Walked) {
        let snapshot = self.inner.catalog.snapshot();
        let live = snapshot.bots.values().filter_map(|entry| entry.live.as_ref());
        for bot in live.filter(|bot| walked.get(bot.key()) != Some(&bot.index().version())).collect::<Vec<_>>() {
            match self.walk(bot).await {
                Ok(true) => drop(walked.insert(bot.key().clone(), bot.index().version())),
                Ok(false) => {} // what had a turn meanwhile is looked at again soon
                Err(error) => tracing::debug!(bot = %bot.key(), %error, "the index cannot be brought up to date now"),
            }
        }
    }

    /// All conversations of a bot that are behind, as long as it is live. False: some had a turn meanwhile.
    async fn walk(&self, bot: &Arc<Bot>) -> Result<bool, Refusal> {
        let (mut after, mut all, mut whole) = (Place::START, 0, true);
        while self.bot(bot.key()).is_some_and(|live| live.index().version() == bot.index().version()) {
            let behind = self.inner.store.behind(bot.key(), bot.index().version(), after, PAGE).await?;
            let Some(last) = behind.last() else { break };
            (after, all) = (last.place(), all + behind.len());
            whole &= self.reindex(bot, behind).await?;
        }
        if all > 0 {
            tracing::info!(bot = %bot.key(), conversations = all, "the index of {all} conversations was brought up to date");
        }
        Ok(whole)
    }

    /// Rows are locked in the order of the turns that are committed together.
    async fn reindex(&self, bot: &Bot, mut behind: Vec<Behind>) -> Result<bool, Refusal> {
        let mut whole = true;
        behind.sort_by(|a, b| a.key.cmp(&b.key));
        while !behind.is_empty() {
            let group = behind.drain(..behind.len().min(GROUP));
            if self.inner.closing.load(Ordering::Relaxed) {
                return Err(Refusal::Closing);
            }
            let written: Vec<Reindexed> = group.filter_map(|one| reindexed(bot, one)).collect();
            whole &= self.inner.store.reindex(&written, Timestamp::now()).await? == written.len();
        }
        Ok(whole)
    }
}

/// None for a conversation that cannot be read; its next message says so.
fn reindexed(bot: &Bot, behind: Behind) -> Option<Reindexed> {
    let conversation: Conversation = serde_json::from_str(&behind.state).ok()?;
    Some(Reindexed {
        index: bot.index().version(),
        attributes: bot.index().attributes(&conversation),
        tags: index::tags(&conversation),
        last_input_at: conversation.last_input,
        waits_at: conversation.waits_at().map(|block| block.0.cast_signed()),
        last_turn: conversation.now,
        behind,
    })
}
