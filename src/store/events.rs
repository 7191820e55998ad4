//! Live events: which conversations have something new. Between processes of one PostgreSQL they travel by `NOTIFY`,
//! behind the commit and outside of it: inside, it would make all commits of the database wait for each other.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{
    sync::{Notify, broadcast, mpsc},
    task::AbortHandle,
};
use tokio_postgres::AsyncMessage;

use super::postgres::{Connector, ServerError};
use crate::id::ConversationKey;

/// How far a receiver may fall behind.
const RECEIVER_LAG_MAX: usize = 4_096;

/// How many keys wait at most while the connection is down; live events are hints, so the rest is dropped.
const PENDING_MAX: usize = 10_000;

/// PostgreSQL takes less than 8,000 bytes in a notification.
const PAYLOAD_BYTES_MAX: usize = 7_000;

/// What comes meanwhile travels together: under load each notification would cost the server as much as a group of turns.
const PAUSE: Duration = Duration::from_millis(20);

const RECONNECT_AFTER: Duration = Duration::from_secs(1);

/// The sending and receiving end of live events.
pub(super) struct Events {
    local: broadcast::Sender<ConversationKey>,
    shared: Option<(Arc<Outgoing>, AbortHandle)>,
}

/// Keys that other processes have not been told yet.
#[derive(Default)]
struct Outgoing {
    keys: Mutex<BTreeSet<ConversationKey>>,
    ready: Notify,
}

impl Events {
    /// For one process.
    pub(super) fn in_process() -> Self {
        Self { local: broadcast::Sender::new(RECEIVER_LAG_MAX), shared: None }
    }

    /// For all processes of a PostgreSQL database.
    pub(super) fn shared(connector: Connector) -> Self {
        let local = broadcast::Sender::new(RECEIVER_LAG_MAX);
        let outgoing = Arc::new(Outgoing::default());
        let task = tokio::spawn(exchange(connector, local.clone(), Arc::clone(&outgoing)));
        Self { local, shared: Some((outgoing, task.abort_handle())) }
    }

    pub(super) fn subscribe(&self) -> broadcast::Receiver<ConversationKey> {
        self.local.subscribe()
    }

    /// Says that these conversations have something new.
    pub(super) fn publish(&self, keys: impl IntoIterator<Item = ConversationKey>) {
        let mut outgoing =
            self.shared.as_ref().map(|(outgoing, _)| (outgoing, outgoing.keys.lock().unwrap_or_else(PoisonError::into_inner)));
        for key in keys {
            let _nobody_listens = self.local.send(key.clone());
            if let Some((_, pending)) = &mut outgoing
                && pending.len() < PENDING_MAX
            {
                pending.insert(key);
            }
        }
        if let Some((outgoing, pending)) = outgoing
            && !pending.is_empty()
        {
            outgoing.ready.notify_one();
        }
    }

    pub(super) fn close(&self) {
        if let Some((_, task)) = &self.shared {
            task.abort();
        }
    }
}

impl Outgoing {
    async fn payloads(&self, sender: &str) -> Vec<String> {
        loop {
            let keys = std::mem::take(&mut *self.keys.lock().unwrap_or_else(PoisonError::into_inner));
            if !keys.is_empty() {
                return payloads(sender, keys);
            }
            self.ready.notified().await;
        }
    }
}

/// `["sender",["bot","channel","user"],…]`, as many as have to be.
fn payloads(sender: &str, keys: BTreeSet<ConversationKey>) -> Vec<String> {
    let start = start(sender);
    let (mut all, mut payload) = (Vec::new(), start.clone());
    for key in keys {
        let Ok(key) = serde_json::to_string(&(&key.bot, &key.channel, &key.user)) else { continue };
        if key.len() > PAYLOAD_BYTES_MAX - 100 {
            continue; // no index of the database takes such a key either
        }
        if payload.len() + key.len() > PAYLOAD_BYTES_MAX {
            all.push(std::mem::replace(&mut payload, start.clone()) + "]");
        }
        payload.push(',');
        payload.push_str(&key);
    }
    all.push(payload + "]");
    all
}

fn start(sender: &str) -> String {
    format!("[{}", serde_json::json!(sender))
}

/// What another process says; nothing when it is an echo of this one: most are, so they are not even parsed.
fn read(payload: &str, sender: &str) -> Vec<ConversationKey> {
    if payload.starts_with(&start(sender)) {
        return Vec::new();
    }
    let Ok(serde_json::Value::Array(parts)) = serde_json::from_str(payload) else { return Vec::new() };
    parts.iter().skip(1).filter_map(read_key).collect()
}

fn read_key(parts: &serde_json::Value) -> Option<ConversationKey> {
    Some(ConversationKey { bot: parts[0].as_str()?.into(), channel: parts[1].as_str()?.parse().ok()?, user: parts[2].as_str()?.into() })
}

/// Sends and receives as long as the store lives; a lost connection is made anew.
async fn exchange(connector: Connector, local: broadcast::Sender<ConversationKey>, outgoing: Arc<Outgoing>) {
    let sender = uuid::Uuid::new_v4().to_string();
    loop {
        if let Err(error) = connected(&connector, &local, &outgoing, &sender).await {
            tracing::debug!(%error, "live events of other processes are interrupted");
        }
        tokio::time::sleep(RECONNECT_AFTER).await;
    }
}

async fn connected(
    connector: &Connector,
    local: &broadcast::Sender<ConversationKey>,
    outgoing: &Outgoing,
    sender: &str,
) -> Result<(), ServerError> {
    let (client, mut connection) = connector.connect().await?;
    let (heard, mut hearing) = mpsc::unbounded_channel();
    let driving = async move {
        while let Some(message) = std::future::poll_fn(|cx| connection.poll_message(cx)).await {
            if let AsyncMessage::Notification(notification) = message? {
                let _closing = heard.send(notification);
            }
        }
        Ok(())
    };
    let sending = async {
        // a hint need not survive a loss of power, and groups of turns would wait while it goes to the disk
        client.batch_execute("LISTEN flowgate; SET synchronous_commit = off").await?;
        let notify = client.prepare("SELECT pg_notify('flowgate', $1)").await?;
        loop {
            for payload in outgoing.payloads(sender).await {
                client.execute(&notify, &[&payload]).await?;
            }
            tokio::time::sleep(PAUSE).await;
        }
    };
    let hearing = async {
        while let Some(notification) = hearing.recv().await {
            for key in read(notification.payload(), sender) {
                let _nobody_listens = local.send(key);
            }
        }
        Ok(())
    };
    tokio::select! { end = driving => end, end = sending => end, end = hearing => end }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::Channel;

    #[test]
    fn many_keys_travel_in_several_payloads_and_an_echo_is_dropped() {
        let key = |n: u32| ConversationKey { bot: "shop".into(), channel: Channel::Webchat, user: format!("\"user\" {n}").into() };
        let keys: BTreeSet<_> = (0..1_000).map(key).collect();
        let sent = payloads("a", keys.clone());
        assert!(sent.len() > 1 && sent.iter().all(|p| p.len() < 8_000));
        let heard: BTreeSet<_> = sent.iter().flat_map(|payload| read(payload, "b")).collect();
        assert_eq!(heard, keys);
        assert_eq!(sent.iter().flat_map(|payload| read(payload, "a")).count(), 0);
    }
}
