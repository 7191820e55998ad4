//! The turn log, read back: the inputs of a conversation's turns, from which it can be replayed.

use std::io::{Read, Write};

use diesel::{ExpressionMethods, QueryDsl, Queryable};
use diesel_async::RunQueryDsl;
use flate2::{Compression, read::ZlibDecoder, write::ZlibEncoder};

use super::{
    Store, StoreError,
    database::read,
    schema::turns::{self, bot, channel, turn, user},
};
use crate::{
    id::{ConversationKey, RunId, Version},
    time::Timestamp,
};

/// One turn of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TurnRow {
    /// The version that the conversation got by this turn.
    pub turn: i64,
    /// The run that it belongs to.
    pub run_id: RunId,
    /// The moment that `advance` was given.
    pub at: Timestamp,
    /// The version of the bot.
    pub version: Version,
    /// The event, as JSON.
    pub event: String,
    /// A hash of what the turn did.
    pub effects_hash: String,
    /// Before the first turn of a conversation or a session: the whole conversation, as JSON.
    pub start_state: Option<String>,
}

#[derive(Queryable)]
struct Raw {
    turn: i64,
    run_id: String,
    at: i64,
    version: String,
    event: String,
    effects_hash: String,
    start_state: Option<Vec<u8>>,
}

fn row(raw: Raw) -> Result<TurnRow, StoreError> {
    let start_state = raw.start_state.map(|bytes| inflate(&bytes)).transpose()?;
    let start_state = start_state.map(String::from_utf8).transpose().map_err(|e| StoreError::Refused(e.to_string()))?;
    Ok(TurnRow {
        turn: raw.turn,
        run_id: RunId::from(raw.run_id),
        at: Timestamp(raw.at),
        version: Version::from(raw.version),
        event: raw.event,
        effects_hash: raw.effects_hash,
        start_state,
    })
}

impl Store {
    /// The first `limit` logged turns from this one on, in order.
    ///
    /// # Errors
    /// When the database is not available, or a stored state is damaged.
    pub async fn turns(&self, key: &ConversationKey, from: i64, limit: i64) -> Result<Vec<TurnRow>, StoreError> {
        let of_conversation =
            turns::table.filter(bot.eq(key.bot.as_str())).filter(channel.eq(key.channel.as_str())).filter(user.eq(key.user.as_str()));
        let columns = (turn, turns::run_id, turns::at, turns::version, turns::event, turns::effects_hash, turns::start_state);
        let query = of_conversation.filter(turn.ge(from)).order(turn).limit(limit).select(columns);
        let raw: Vec<Raw> = read!(self, c => query.load(c).await?);
        raw.into_iter().map(row).collect()
    }
}

/// Zlib, as columns of compressed bytes hold it.
pub(super) fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("writing to memory cannot fail")
}

/// The bytes that [`deflate`] was given.
pub(super) fn inflate(bytes: &[u8]) -> Result<Vec<u8>, StoreError> {
    let mut plain = Vec::new();
    match ZlibDecoder::new(bytes).read_to_end(&mut plain) {
        Ok(_) => Ok(plain),
        Err(error) => Err(StoreError::Refused(format!("stored bytes are damaged: {error}"))),
    }
}
