//! All rows of a user, of every table that has one: for people who ask for their data, and for those who want it gone.

use diesel::{QueryableByName, sql_types::Text};
use diesel_async::{AsyncConnection, RunQueryDsl, SimpleAsyncConnection};
use serde_json::{Map, Value};

use super::{
    Backend, BotStore, StoreError,
    database::{Database, read, write},
    turn::inflate,
};
use crate::id::{Channel, UserKey};

/// The tables with a user. Erasure begins with the conversation: a turn that is being committed ends before it, or finds nothing.
pub const OF_USERS: [&str; 6] = ["conversations", "messages", "turns", "attributes", "tags", "deliveries"];

/// Columns that hold JSON as text, and those that hold it compressed.
const JSON: [&str; 4] = ["state", "body", "items", "event"];
const COMPRESSED: &str = "start_state";

/// The rows of a table, each by its columns.
pub type Rows = Vec<Map<String, Value>>;

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

impl BotStore {
    /// The rows of a user in every table.
    ///
    /// # Errors
    /// When the database is not available, or a stored state is damaged.
    pub async fn export(&self, channel: Channel, user: &UserKey) -> Result<Vec<(&'static str, Rows)>, StoreError> {
        let mut tables = Vec::with_capacity(OF_USERS.len());
        for table in OF_USERS {
            let query = format!("{} WHERE \"user\" = $1 AND bot = $2 AND channel = $3", self.lines_of(table).await?);
            let query = diesel::sql_query(query).bind::<Text, _>(user.as_str()).bind::<Text, _>(self.bot.as_str());
            let query = query.bind::<Text, _>(channel.as_str());
            let lines: Vec<Line> = read!(self.store, c => query.load(c).await?);
            let mut rows = lines.iter().map(|line| row(&line.line)).collect::<Result<Rows, _>>()?;
            rows.sort_by_key(|row| row.get("position").or_else(|| row.get("turn")).and_then(Value::as_i64));
            tables.push((table, rows));
        }
        Ok(tables)
    }

    /// How a table is read with each row as one JSON object. SQLite makes none of bytes, so they are hexadecimal, as on PostgreSQL.
    async fn lines_of(&self, table: &str) -> Result<String, StoreError> {
        if self.store.backend() == Backend::Postgres {
            return Ok(format!("SELECT row_to_json({table})::text AS line FROM {table}"));
        }
        let query = diesel::sql_query("SELECT name AS line FROM pragma_table_info($1)").bind::<Text, _>(table);
        let columns: Vec<Line> = read!(self.store, c => query.load(c).await?);
        let pair =
            |Line { line: name }: &Line| format!("'{name}', CASE typeof(\"{name}\") WHEN 'blob' THEN hex(\"{name}\") ELSE \"{name}\" END");
        Ok(format!("SELECT json_object({}) AS line FROM {table}", columns.iter().map(pair).collect::<Vec<_>>().join(", ")))
    }

    /// Deletes the rows of a user in every table, at once; false if there was none. What was counted stays. On SQLite nothing of them is
    /// left in the file.
    ///
    /// # Errors
    /// When the database is not available, or it is not known whether it was done.
    pub async fn erase(&self, channel: Channel, user: &UserKey) -> Result<bool, StoreError> {
        self.at_sqlite("PRAGMA secure_delete = on").await?;
        let erased = self.delete(channel, user).await;
        if let Err(error) = self.at_sqlite("PRAGMA secure_delete = off; PRAGMA wal_checkpoint(TRUNCATE)").await {
            tracing::warn!(%error, "the log beside the database file keeps what was erased until it is written over: {error}");
        }
        erased
    }

    async fn delete(&self, channel: Channel, user: &UserKey) -> Result<bool, StoreError> {
        let deleted = write!(self.store, c => c.transaction(async |c| {
            let mut deleted = 0;
            for table in OF_USERS {
                let query = diesel::sql_query(format!("DELETE FROM {table} WHERE \"user\" = $1 AND bot = $2 AND channel = $3"));
                let query = query.bind::<Text, _>(user.as_str()).bind::<Text, _>(self.bot.as_str());
                deleted += query.bind::<Text, _>(channel.as_str()).execute(c).await?;
            }
            Ok::<_, StoreError>(deleted)
        }).await?);
        Ok(deleted > 0)
    }

    /// On the one connection that writes to a file.
    async fn at_sqlite(&self, pragmas: &str) -> Result<(), StoreError> {
        if let Database::Sqlite(pools) = &self.store.inner.database {
            pools.writer()?.get().await?.batch_execute(pragmas).await?;
        }
        Ok(())
    }
}

/// A row with what it holds as JSON itself.
fn row(line: &str) -> Result<Map<String, Value>, StoreError> {
    let mut row: Map<String, Value> = serde_json::from_str(line).map_err(|error| StoreError::Refused(error.to_string()))?;
    for name in JSON {
        if let Some(text) = row.get(name).and_then(Value::as_str) {
            let value = serde_json::from_str(text).unwrap_or_else(|_| text.into());
            row.insert(name.to_owned(), value);
        }
    }
    if let Some(text) = row.get(COMPRESSED).and_then(Value::as_str) {
        let plain = inflate(&bytes(text))?;
        row.insert(COMPRESSED.to_owned(), serde_json::from_slice(&plain).unwrap_or_default());
    }
    Ok(row)
}

/// `\x1f8b` or `1F8B`.
fn bytes(hex: &str) -> Vec<u8> {
    let digits = hex.strip_prefix("\\x").unwrap_or(hex).as_bytes();
    let digit = |at: u8| char::from(at).to_digit(16).and_then(|digit| u8::try_from(digit).ok()).unwrap_or(0);
    digits.chunks_exact(2).map(|pair| digit(pair[0]) << 4 | digit(pair[1])).collect()
}
