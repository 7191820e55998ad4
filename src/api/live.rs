//! Who follows which conversation: one listener per process hears of all news and wakes those concerned.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::{
    broadcast::{Receiver, error::RecvError},
    watch,
};

use crate::id::ConversationKey;

/// Streams of this process.
const STREAMS_MAX: usize = 10_000;
/// Streams of one conversation.
const STREAMS_PER_USER_MAX: usize = 8;

/// The streams that are open.
#[derive(Default)]
pub(super) struct Live(Mutex<Streams>);

#[derive(Default)]
struct Streams {
    open: usize,
    news: HashMap<ConversationKey, watch::Sender<()>>,
}

/// Why there is no further stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Full {
    User,
    Process,
}

/// One stream's ear; the place is free again when it is dropped.
pub(super) struct Follower {
    live: Arc<Live>,
    key: ConversationKey,
    news: Option<watch::Receiver<()>>,
}

impl Live {
    /// Hears of news of this conversation from now on.
    pub(super) fn follow(self: &Arc<Self>, key: &ConversationKey) -> Result<Follower, Full> {
        let mut streams = self.streams();
        if streams.open >= STREAMS_MAX {
            return Err(Full::Process);
        }
        if streams.news.get(key).is_some_and(|news| news.receiver_count() >= STREAMS_PER_USER_MAX) {
            return Err(Full::User);
        }
        streams.open += 1;
        let news = streams.news.entry(key.clone()).or_insert_with(|| watch::Sender::new(())).subscribe();
        Ok(Follower { live: self.clone(), key: key.clone(), news: Some(news) })
    }

    /// Wakes followers as news arrive, until there are no more. Who has missed some wakes all.
    pub(super) async fn listen(&self, mut news: Receiver<ConversationKey>) {
        loop {
            match news.recv().await {
                Ok(key) => self.streams().news.get(&key).map_or((), wake),
                Err(RecvError::Lagged(_)) => self.streams().news.values().for_each(wake),
                Err(RecvError::Closed) => return,
            }
        }
    }

    fn streams(&self) -> MutexGuard<'_, Streams> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn wake(news: &watch::Sender<()>) {
    news.send_replace(());
}

impl Follower {
    /// Waits for news since the last time.
    pub(super) async fn news(&mut self) {
        let heard = match &mut self.news {
            Some(news) => news.changed().await.is_ok(),
            None => false,
        };
        if !heard {
            std::future::pending().await
        }
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        let mut streams = self.live.streams();
        streams.open -= 1;
        self.news = None; // before counting those who are left
        if streams.news.get(&self.key).is_some_and(|news| news.receiver_count() == 0) {
            streams.news.remove(&self.key);
        }
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
        assert_eq!(ada.news().now_or_never(), Some(()));
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
        assert_eq!(bob.news().now_or_never(), Some(()));
    }

    #[test]
    fn streams_are_bounded_and_free_their_place() {
        let live = Arc::new(Live::default());
        let mut open: Vec<_> = (0..STREAMS_PER_USER_MAX).map(|_| live.follow(&key("ada")).unwrap()).collect();
        assert_eq!(live.follow(&key("ada")).err(), Some(Full::User));
        assert!(live.follow(&key("bob")).is_ok());
        open.pop();
        open.push(live.follow(&key("ada")).unwrap());
        drop(open);
        let streams = live.streams();
        assert!(streams.open == 0 && streams.news.is_empty());
    }
}
