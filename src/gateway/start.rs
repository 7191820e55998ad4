//! What is asked for from outside: answered once it is durable, and done once, however often it is asked for with the same key.
//!
//! The key travels with what it is for, as the external id of its row, and the row holds the hash of what was asked for. So there is
//! no key without what it was for, and none is looked for in another table: the id is one for all conversations.

use super::{Gateway, Happening, Inbound, progress::Progress, reply::Refusal, turn::Before};
use crate::{
    flow::{misfits, missing},
    id::{AccountId, UserKey},
};

/// The external id of what an account asks for with an `Idempotency-Key`.
#[must_use]
pub fn request_id(account: &AccountId, key: &str) -> String {
    format!("k:{}", hashed(account, key))
}

/// A user for whom nobody is named; the one of the same key again.
#[must_use]
pub fn anybody(account: &AccountId, key: Option<&str>) -> UserKey {
    key.map_or_else(|| uuid::Uuid::new_v4().to_string(), |key| hashed(account, key)).into()
}

fn hashed(account: &AccountId, key: &str) -> String {
    blake3::hash(format!("{account}\0{key}").as_bytes()).to_hex().as_str()[..32].to_owned()
}

impl Gateway {
    /// Takes an event and returns once it is durable: its run goes on.
    ///
    /// # Errors
    /// When the event was not taken.
    pub async fn accept(&self, inbound: Inbound) -> Result<(), Refusal> {
        let Some(external) = inbound.external_id.clone() else {
            return self.take_in(inbound, Progress::until_taken()).await.map(drop);
        };
        if let Some(known) = self.known(&external, &inbound).await? {
            return known;
        }
        let again = inbound.clone();
        match self.take_in(inbound, Progress::until_taken()).await {
            Ok(_) => Ok(()),
            Err(Refusal::IdTaken) => Err(Refusal::KeyTaken),
            // somebody else was first with this key
            Err(refusal @ Refusal::Invalid(_)) => self.known(&external, &again).await?.unwrap_or(Err(refusal)),
            Err(refusal) => Err(refusal),
        }
    }

    /// What became of an id: taken by the same, or by something else; none if it is new.
    async fn known(&self, external: &str, inbound: &Inbound) -> Result<Option<Result<(), Refusal>>, Refusal> {
        let known = self.inner.store.start_by_external_id(external).await?;
        Ok(known.map(|(key, hash)| {
            let is_same = key == inbound.key && hash == Some(inbound.happening.hash());
            if is_same { Ok(()) } else { Err(Refusal::KeyTaken) }
        }))
    }

    /// Refuses what cannot be done, before it is taken. What a user sends is heard in any case.
    pub(super) fn judge(&self, before: &Before, happening: &Happening) -> Result<(), Refusal> {
        let conversation = &before.conversation;
        let bot = || self.bot(&conversation.key.bot).ok_or(Refusal::UnknownBot);
        match happening {
            Happening::Message { .. } | Happening::Wake => Ok(()),
            Happening::Start { sequence, attributes } => {
                let bot = bot()?;
                let sequence = bot.find_sequence(sequence).ok_or(Refusal::UnknownSequence)?;
                named(missing(&bot, conversation, sequence, attributes), Refusal::Needs)
            }
            Happening::Change(_) if before.version.is_none() => Err(Refusal::UnknownUser),
            Happening::Change(change) => named(misfits(&*bot()?, conversation, &change.attributes), Refusal::Misfits),
        }
    }
}

fn named(names: Vec<String>, refusal: fn(Vec<String>) -> Refusal) -> Result<(), Refusal> {
    if names.is_empty() { Ok(()) } else { Err(refusal(names)) }
}
