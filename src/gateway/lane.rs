//! The queue of a conversation in this process: first in, first out, held for one turn and its commit, never during a call.

use std::{
    collections::HashMap,
    hash::{BuildHasher, RandomState},
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::OwnedMutexGuard;

use super::reply::Refusal;
use crate::id::ConversationKey;

/// How many may wait for one conversation.
pub(super) const WAITING_MAX: usize = 20;

const SHARDS: usize = 64;

type Shard = Mutex<HashMap<ConversationKey, Lane>>;

/// The queues of all conversations that are at work.
pub(super) struct Lanes {
    shards: Vec<Shard>,
    hasher: RandomState,
}

struct Lane {
    turn: Arc<tokio::sync::Mutex<()>>,
    /// Who is in it: one at work, the others waiting.
    inside: usize,
}

impl Default for Lanes {
    fn default() -> Self {
        Self { shards: (0..SHARDS).map(|_| Shard::default()).collect(), hasher: RandomState::new() }
    }
}

/// The turn of one conversation, held until dropped.
pub(super) struct Turn<'a> {
    _guard: OwnedMutexGuard<()>,
    _ticket: Ticket<'a>,
}

struct Ticket<'a> {
    lanes: &'a Lanes,
    key: ConversationKey,
}

impl Lanes {
    /// Waits for the conversation's turn; refused when too many wait already.
    pub(super) async fn enter(&self, key: &ConversationKey) -> Result<Turn<'_>, Refusal> {
        self.enter_below(key, WAITING_MAX + 1).await.ok_or(Refusal::Busy)
    }

    /// Waits for the turn whoever waits: for what has begun already.
    pub(super) async fn come_back(&self, key: &ConversationKey) -> Turn<'_> {
        loop {
            if let Some(turn) = self.enter_below(key, usize::MAX).await {
                return turn;
            }
        }
    }

    async fn enter_below(&self, key: &ConversationKey, most: usize) -> Option<Turn<'_>> {
        let (turn, ticket) = {
            let mut shard = self.shard(key).lock().unwrap_or_else(PoisonError::into_inner);
            let lane = shard.entry(key.clone()).or_insert_with(|| Lane { turn: Arc::default(), inside: 0 });
            if lane.inside >= most {
                return None;
            }
            lane.inside += 1;
            (lane.turn.clone(), Ticket { lanes: self, key: key.clone() })
        };
        Some(Turn { _guard: turn.lock_owned().await, _ticket: ticket })
    }

    fn shard(&self, key: &ConversationKey) -> &Shard {
        let hash = self.hasher.hash_one(key);
        &self.shards[usize::try_from(hash % SHARDS as u64).unwrap_or(0)]
    }
}

impl Drop for Ticket<'_> {
    fn drop(&mut self) {
        let mut shard = self.lanes.shard(&self.key).lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(lane) = shard.get_mut(&self.key) {
            lane.inside -= 1;
            if lane.inside == 0 {
                shard.remove(&self.key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::Channel;

    fn key() -> ConversationKey {
        ConversationKey { bot: "shop".into(), channel: Channel::Webchat, user: "u".into() }
    }

    #[tokio::test]
    async fn one_at_a_time_in_order_of_arrival() {
        let lanes = Arc::new(Lanes::default());
        let order = Arc::new(Mutex::new(Vec::new()));
        let first = lanes.enter(&key()).await.unwrap();
        let others: Vec<_> = (0..5)
            .map(|n| {
                let (lanes, order) = (lanes.clone(), order.clone());
                let mut entered = Box::pin(async move {
                    let _turn = lanes.enter(&key()).await.unwrap();
                    order.lock().unwrap().push(n);
                });
                let waits = futures_util::FutureExt::now_or_never(&mut entered);
                assert_eq!(waits, None, "the lane is taken");
                tokio::spawn(entered)
            })
            .collect();
        drop(first);
        for other in others {
            other.await.unwrap();
        }
        assert_eq!(*order.lock().unwrap(), [0, 1, 2, 3, 4]);
    }

    #[tokio::test]
    async fn too_many_are_refused_and_nothing_is_left_behind() {
        let lanes = Lanes::default();
        let first = lanes.enter(&key()).await.unwrap();
        let mut waiting: Vec<_> = (0..WAITING_MAX).map(|_| Box::pin(async { lanes.enter(&key()).await.is_ok() })).collect();
        for one in &mut waiting {
            assert_eq!(futures_util::FutureExt::now_or_never(one), None);
        }
        assert!(matches!(lanes.enter(&key()).await, Err(Refusal::Busy)));
        drop(first);
        drop(waiting);
        assert!(lanes.shards.iter().all(|s| s.lock().unwrap().is_empty()));
    }
}
