//! What a press brings back: the item as it was sent, whatever has changed since.

use super::{Gateway, inbound::Happening, reply::Refusal};
use crate::{
    flow::SentItem,
    id::{ConversationKey, MessageId},
    store::MessageRow,
};

impl Gateway {
    /// The item that a payload of this conversation brings back.
    pub(super) async fn pressed(&self, key: &ConversationKey, happening: &Happening) -> Result<Option<SentItem>, Refusal> {
        let Some(payload) = happening.payload() else { return Ok(None) };
        if let Some(stored) = self.inner.cache.get(key) {
            let frames = stored.conversation.session.iter().flat_map(|s| &s.frames);
            if let Some(item) = frames.filter_map(|f| f.asked.as_ref()).flat_map(|a| a.items.iter()).find(|i| i.payload == payload) {
                return Ok(Some(item.clone()));
            }
        }
        Box::pin(self.sent_item(key, happening)).await
    }

    /// The item of a press, from the row of the message that it was sent with.
    pub(super) async fn sent_item(&self, key: &ConversationKey, happening: &Happening) -> Result<Option<SentItem>, Refusal> {
        let Some(payload) = happening.payload() else { return Ok(None) };
        let Some((message, _)) = payload.rsplit_once('.') else { return Ok(None) };
        let row = self.inner.store.message(key, &MessageId::from(message)).await?;
        let Some(MessageRow { message, .. }) = row else { return Ok(None) };
        let items: Vec<SentItem> = message.items.and_then(|items| serde_json::from_str(&items).ok()).unwrap_or_default();
        Ok(items.into_iter().find(|item| item.payload == payload).map(|item| item.restored(&message.kind)))
    }
}
