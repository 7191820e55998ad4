//! The keys that webchat tokens are signed with: random, the same for all processes of a database, and replaced to make tokens void.

use std::{collections::BTreeMap, fmt};

use base64::{Engine, engine::general_purpose::STANDARD};
use diesel::{BoolExpressionMethods, ExpressionMethods, QueryDsl, TextExpressionMethods};
use diesel_async::{AsyncConnection, RunQueryDsl};

use super::{
    Store, StoreError,
    database::{read, write},
    schema::meta::{self, key, value},
};
use crate::id::BotKey;

/// Where the key of all bots is kept; that of one bot has its name behind it.
const STORED: &str = "secret:webchat-tokens";

type Key = [u8; 32];

/// The keys of webchat tokens.
#[derive(Clone, PartialEq, Eq)]
pub struct TokenKeys {
    all: Key,
    own: BTreeMap<BotKey, Key>,
}

impl TokenKeys {
    #[cfg(test)]
    pub(crate) fn new(all: Key) -> Self {
        Self { all, own: BTreeMap::new() }
    }

    /// The key of a bot: its own, once its tokens were made void, else that of all.
    #[must_use]
    pub fn of(&self, bot: &BotKey) -> &Key {
        self.own.get(bot).unwrap_or(&self.all)
    }
}

/// Names the bots that have a key of their own, and shows none.
impl fmt::Debug for TokenKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenKeys").field("own", &self.own.keys()).finish_non_exhaustive()
    }
}

impl Store {
    /// The keys as they are now; the first one is made.
    ///
    /// # Errors
    /// When the database is not available, or a stored key is damaged.
    pub async fn token_keys(&self) -> Result<TokenKeys, StoreError> {
        if let Some(keys) = self.stored_token_keys().await? {
            return Ok(keys);
        }
        let new = (key.eq(STORED), value.eq(random()?));
        write!(self, c => diesel::insert_into(meta::table).values(new).on_conflict_do_nothing().execute(c).await?);
        let keys = self.stored_token_keys().await?;
        keys.ok_or_else(|| StoreError::Unavailable("another process changes the keys of webchat tokens".to_owned()))
    }

    async fn stored_token_keys(&self) -> Result<Option<TokenKeys>, StoreError> {
        let ours = meta::table.filter(key.eq(STORED).or(key.like(format!("{STORED}/%"))));
        let rows: Vec<(String, String)> = read!(self, c => ours.select((key, value)).load(c).await?);
        let (mut all, mut own) = (None, BTreeMap::new());
        for (name, text) in rows {
            let bytes = STANDARD.decode(text).ok().and_then(|bytes| Key::try_from(bytes).ok());
            let bytes = bytes.ok_or_else(|| StoreError::Refused(format!("the stored \"{name}\" is damaged")))?;
            match name.strip_prefix(STORED).and_then(|rest| rest.strip_prefix('/')) {
                Some(bot) => drop(own.insert(BotKey::from(bot), bytes)),
                None => all = Some(bytes),
            }
        }
        Ok(all.map(|all| TokenKeys { all, own }))
    }

    /// Makes all tokens of a bot, or without one of all bots, void: what was signed so far fits no key any more. Every process that serves
    /// from this database reads the keys again twice a second.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn rotate_token_keys(&self, bot: Option<&BotKey>) -> Result<(), StoreError> {
        let (name, new) = (bot.map_or(STORED.to_owned(), |bot| format!("{STORED}/{bot}")), random()?);
        let own = diesel::delete(meta::table.filter(key.like(format!("{STORED}/%"))));
        let row = (key.eq(name), value.eq(new.clone()));
        let put = diesel::insert_into(meta::table).values(row).on_conflict(key).do_update().set(value.eq(new));
        write!(self, c => {
            let rotate = c.transaction::<(), diesel::result::Error, _>(async |c| {
                if bot.is_none() {
                    own.execute(c).await?;
                }
                put.execute(c).await.map(drop)
            });
            rotate.await?
        });
        Ok(())
    }
}

pub(super) fn random() -> Result<String, StoreError> {
    let mut bytes = Key::default();
    getrandom::fill(&mut bytes).map_err(|error| StoreError::Unavailable(error.to_string()))?;
    Ok(STANDARD.encode(bytes))
}
