//! What the processes of one database share: the counter of uids, the latest time. Keys of tokens: `token`.

use std::time::Duration;

use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, QueryableByName,
    sql_types::{BigInt, Text},
};
use diesel_async::RunQueryDsl;

use super::{
    Store, StoreError,
    database::{ANSWER_MAX, read, silence, write},
    schema::meta::{self, key, value},
};
use crate::time::Timestamp;

/// Where the latest time is kept, in milliseconds.
const CLOCK: &str = "clock";

/// How many uids a process reserves at once.
const UID_BLOCK: i64 = 1_000;

/// How long a database that is well takes at most to say so.
const PING_WAIT: Duration = Duration::from_secs(2);

const RESERVE: &str = "INSERT INTO meta (key, value) VALUES ($1, CAST($2 AS text)) \
    ON CONFLICT (key) DO UPDATE SET value = CAST(CAST(meta.value AS bigint) + $2 AS text) RETURNING CAST(value AS bigint) AS reserved";

#[derive(QueryableByName)]
struct Reserved {
    #[diesel(sql_type = BigInt)]
    reserved: i64,
}

impl Store {
    /// The next number for a new conversation. Numbers are unique, not gapless.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn next_uid(&self) -> Result<i64, StoreError> {
        let waiting = tokio::time::timeout(ANSWER_MAX, self.inner.uids.lock()).await; // for who asks the database
        let mut block = waiting.map_err(|_| StoreError::Unavailable(silence(ANSWER_MAX)))?;
        if let Some(uid) = block.next() {
            return Ok(uid);
        }
        let reserve = diesel::sql_query(RESERVE).bind::<Text, _>("uid").bind::<BigInt, _>(UID_BLOCK);
        let end: Reserved = write!(self, c => reserve.get_result(c).await?);
        let first = end.reserved - UID_BLOCK + 1;
        *block = first + 1..end.reserved + 1;
        Ok(first)
    }

    /// The latest time that a process of this database has seen on its clock.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn latest_clock(&self) -> Result<Option<Timestamp>, StoreError> {
        let text: Option<String> = read!(self, c => meta::table.find(CLOCK).select(value).get_result(c).await.optional()?);
        Ok(text.and_then(|text| text.parse().ok()).map(Timestamp))
    }

    /// Keeps this time as the latest.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn keep_clock(&self, now: Timestamp) -> Result<(), StoreError> {
        let row = (key.eq(CLOCK), value.eq(now.0.to_string()));
        let keep = diesel::insert_into(meta::table).values(row).on_conflict(key).do_update().set(value.eq(now.0.to_string()));
        write!(self, c => keep.execute(c).await?);
        Ok(())
    }

    /// Whether the database answers within 2 s.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ping(&self) -> Result<(), StoreError> {
        read!(self, PING_WAIT, c => diesel::sql_query("SELECT 1").execute(c).await?);
        Ok(())
    }
}
