//! A repeat of a message's id: the same body gets the answer that is stored, another body is refused.

use std::{sync::Arc, time::Duration};

use tokio::sync::broadcast;

use super::{
    Gateway,
    arrival::Arrival,
    lane,
    progress::Progress,
    reply::{Refusal, Reply},
    run::First,
};
use crate::{
    flow::{Conversation, Message},
    id::{ConversationKey, RunId},
    store::{Direction, MessageRow, REPEATED},
};

/// A change of a conversation is only hinted at, so it is looked at again after a while all the same.
const LOOK_AGAIN: Duration = Duration::from_millis(500);

impl Gateway {
    /// A repeat of an id gets the answer that is stored; it waits for the end of the run.
    pub(super) async fn answer_again<'l>(
        &'l self,
        key: &ConversationKey,
        arrival: &Arrival,
        progress: &Progress,
        turn: &mut Option<lane::Turn<'l>>,
    ) -> Result<First, Refusal> {
        turn.take();
        let Some(external) = arrival.external_id.as_deref() else { return Ok(First::Again) };
        let mut changes = self.inner.store.subscribe();
        loop {
            let Some(row) = self.inner.store.message_by_external_id(key, external).await? else { return Ok(First::Again) };
            if row.message.body_hash != Some(arrival.happening.hash()) {
                return Err(Refusal::IdTaken);
            }
            progress.tell(|told| told.repeated = row.message.kind == REPEATED);
            if let Some(reply) = self.reply_of(key, &row).await? {
                progress.tell(|told| *told = reply);
                return Ok(First::Done { called: false });
            }
            changed(&mut changes, key).await;
        }
    }

    /// The answer to an event of the inbox that another process took. What cannot be read now is read a moment later.
    pub(super) async fn taken_elsewhere(&self, key: &ConversationKey, arrival: &Arrival) -> Reply {
        let mut changes = self.inner.store.subscribe();
        loop {
            changed(&mut changes, key).await;
            // as long as nobody here takes it, its progress is here
            let row = self.inner.store.message(key, &arrival.id).await.ok().flatten();
            if let Some(row) = row.filter(|_| self.inner.waiting.holds(&arrival.id))
                && let Ok(Some(reply)) = self.reply_of(key, &row).await
            {
                return reply;
            }
        }
    }

    /// The stored answer to an event, once its run has ended.
    async fn reply_of(&self, key: &ConversationKey, row: &MessageRow) -> Result<Option<Reply>, Refusal> {
        let Some(stored) = self.look(key).await? else { return Ok(None) };
        if row.waiting || (!stored.conversation.calls().is_empty() && self.runs(key, row).await?) {
            return Ok(None);
        }
        let Some(run) = &row.message.run_id else { return Ok(Some(Reply::default())) };
        let reply = self.stored_reply(key, run, &stored.conversation).await?;
        Ok(Some(Reply { repeated: row.message.kind == REPEATED, ..reply }))
    }

    async fn runs(&self, key: &ConversationKey, row: &MessageRow) -> Result<bool, Refusal> {
        Ok(self.inner.store.load(key).await?.is_some_and(|c| c.run_id == row.message.run_id))
    }

    /// A run that went on elsewhere: who waits for it gets what is stored, once it has ended.
    pub(super) async fn tell_what_is_stored(&self, key: &ConversationKey, run: &RunId, progress: &Progress) -> Result<(), Refusal> {
        let mut changes = self.inner.store.subscribe();
        while self.inner.store.load(key).await?.is_some_and(|row| row.lease_until.is_some() && row.run_id.as_ref() == Some(run)) {
            changed(&mut changes, key).await;
        }
        if let Some(stored) = self.look(key).await? {
            let reply = self.stored_reply(key, run, &stored.conversation).await?;
            progress.tell(|told| *told = reply);
        }
        Ok(())
    }

    async fn stored_reply(&self, key: &ConversationKey, run: &RunId, conversation: &Conversation) -> Result<Reply, Refusal> {
        let rows = self.inner.store.messages_of_run(key, run).await?;
        let said = rows.into_iter().filter(|row| row.message.direction == Direction::Out);
        let message =
            |row: MessageRow| Some(Arc::new(Message { id: row.message.id, content: serde_json::from_str(&row.message.body).ok()? }));
        let session = conversation.session.as_ref();
        Ok(Reply {
            session: session.map(|s| s.id.clone()),
            version: session.map(|s| s.version.clone()).or_else(|| self.bot(&key.bot).map(|b| b.version().clone())),
            run: Some(run.clone()),
            messages: said.filter_map(message).collect(),
            open_items: conversation.open_items().map(str::to_owned).collect(),
            ..Reply::default()
        })
    }
}

/// Waits for news of the conversation, but not for long: they are only hints.
async fn changed(changes: &mut broadcast::Receiver<ConversationKey>, key: &ConversationKey) {
    let of_this = async { while changes.recv().await.is_ok_and(|changed| changed != *key) {} };
    let _ = tokio::time::timeout(LOOK_AGAIN, of_this).await;
}
