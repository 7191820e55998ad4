//! Who follows which conversation: one listener per process hears of all news and wakes those concerned.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::{
    broadcast::{Receiver, error::RecvError},
    watch,
};

use crate::id::ConversationKey;

/// Streams of this process.
const STREAMS_MAX: usize = 10_000;
/// Streams of one conversation; one more ends the oldest, which mostly is one that nobody reads any more.
const STREAMS_PER_USER_MAX: usize = 8;

/// The streams that are open.
#[derive(Default)]
pub(super) struct Live(Mutex<Streams>);

#[derive(Default)]
struct Streams {
    open: usize,
    /// Those of each conversation, the oldest first.
    news: HashMap<ConversationKey, VecDeque<watch::Sender<()>>>,
}

/// There are as many streams as this process can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Full;

/// One stream's ear; the place is free again when it is dropped.
pub(super) struct Follower {
    live: Arc<Live>,
    key: ConversationKey,
    news: Option<watch::Receiver<()>>,
}

impl Live {
    /// Hears of news of this conversation from now on, if need be in the place of its oldest stream.
    pub(super) fn follow(self: &Arc<Self>, key: &ConversationKey) -> Result<Follower, Full> {
        let mut streams = self.streams();
        if streams.news.get(key).is_some_and(|news| news.len() >= STREAMS_PER_USER_MAX) {
            streams.remove(key, VecDeque::pop_front);
        }
        if streams.open >= STREAMS_MAX {
            return Err(Full);
        }
        let (sender, news) = watch::channel(());
        streams.open += 1;
        streams.news.entry(key.clone()).or_default().push_back(sender);
        Ok(Follower { live: self.clone(), key: key.clone(), news: Some(news) })
    }

    /// Wakes followers as news arrive, until there are no more. Who has missed some wakes all.
    pub(super) async fn listen(&self, mut news: Receiver<ConversationKey>) {
        loop {
            match news.recv().await {
                Ok(key) => self.streams().news.get(&key).into_iter().flatten().for_each(wake),
                Err(RecvError::Lagged(_)) => self.streams().news.values().flatten().for_each(wake),
                Err(RecvError::Closed) => return,
            }
        }
    }

    fn streams(&self) -> MutexGuard<'_, Streams> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Streams {
    /// Takes one away from a conversation, if it is still there.
    fn remove(&mut self, key: &ConversationKey, take: impl FnOnce(&mut VecDeque<watch::Sender<()>>) -> Option<watch::Sender<()>>) {
        let Some(news) = self.news.get_mut(key) else { return };
        self.open -= usize::from(take(news).is_some());
        if news.is_empty() {
            self.news.remove(key);
        }
    }
}

fn wake(news: &watch::Sender<()>) {
    news.send_replace(());
}

impl Follower {
    /// Waits for news since the last time. False: a newer stream has taken its place.
    pub(super) async fn news(&mut self) -> bool {
        match &mut self.news {
            Some(news) => news.changed().await.is_ok(),
            None => false,
        }
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        self.news = None; // by that its sender is known
        let gone = |news: &mut VecDeque<watch::Sender<()>>| news.remove(news.iter().position(watch::Sender::is_closed)?);
        self.live.streams().remove(&self.key, gone);
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;
    use tokio::sync::broadcast;

    use super::*;
    use crate::id::Channel;

    fn key(user: &str) -> ConversationKey {
        ConversationKey { bot: "shop".into(), channel: Channel::Webchat, user: user.into() }
    }

    #[tokio::test]
    async fn only_followers_of_the_conversation_wake() {
        let live = Arc::new(Live::default());
        let (mut ada, mut bob) = (live.follow(&key("ada")).unwrap(), live.follow(&key("bob")).unwrap());
        let (sender, receiver) = broadcast::channel(4);
        sender.send(key("ada")).unwrap();
        drop(sender);
        live.listen(receiver).await;
        assert_eq!(ada.news().now_or_never(), Some(true));
        assert_eq!(ada.news().now_or_never(), None, "told once");
        assert_eq!(bob.news().now_or_never(), None);
    }

    #[tokio::test]
    async fn who_has_missed_news_wakes_all() {
        let live = Arc::new(Live::default());
        let mut bob = live.follow(&key("bob")).unwrap();
        let (sender, receiver) = broadcast::channel(2);
        for _ in 0..4 {
            sender.send(key("ada")).unwrap();
        }
        drop(sender);
        live.listen(receiver).await;
        assert_eq!(bob.news().now_or_never(), Some(true));
    }

    fn open(live: &Live) -> usize {
        let streams = live.streams();
        assert_eq!(streams.open, streams.news.values().map(VecDeque::len).sum::<usize>());
        assert!(streams.news.values().all(|news| !news.is_empty()));
        streams.open
    }

    #[test]
    fn one_stream_too_many_ends_the_oldest_of_its_user() {
        let live = Arc::new(Live::default());
        let mut bob = live.follow(&key("bob")).unwrap();
        let mut ada: Vec<_> = (0..STREAMS_PER_USER_MAX + 2).map(|_| live.follow(&key("ada")).unwrap()).collect();
        let ended: Vec<_> = ada.iter_mut().map(|follower| follower.news().now_or_never()).collect();
        assert_eq!(ended[..3], [Some(false), Some(false), None]);
        assert!(ended[3..].iter().all(Option::is_none) && bob.news().now_or_never().is_none());
        assert_eq!(open(&live), STREAMS_PER_USER_MAX + 1);
        drop(ada.remove(0)); // its place is no longer its own
        assert_eq!(open(&live), STREAMS_PER_USER_MAX + 1);
        ada.pop();
        assert_eq!(open(&live), STREAMS_PER_USER_MAX);
        drop((ada, bob));
        assert_eq!(open(&live), 0);
    }

    #[test]
    fn streams_of_the_process_are_bounded() {
        let live = Arc::new(Live::default());
        let of = |n: usize| live.follow(&key(&(n % (STREAMS_MAX / STREAMS_PER_USER_MAX)).to_string()));
        let mut all: Vec<_> = (0..STREAMS_MAX).map(|n| of(n).unwrap()).collect();
        assert_eq!(live.follow(&key("ada")).err(), Some(Full));
        all.push(of(0).unwrap()); // in the place of an older one of the same user
        assert_eq!(open(&live), STREAMS_MAX);
        all.pop();
        assert!(live.follow(&key("ada")).is_ok());
    }
}
