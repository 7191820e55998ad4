//! Keys and apps: their rows, and the changes of them. Each change raises a revision, which every process follows.
//! A secret is never here, only its hash.

use diesel::{
    BoolExpressionMethods, ExpressionMethods, OptionalExtension, QueryDsl, Queryable, QueryableByName,
    sql_types::{BigInt, Text},
};
use diesel_async::{AsyncConnection, RunQueryDsl};

use super::{
    Keys, Store, StoreError,
    database::{read, write},
    schema::{
        keys::{self, expires_at, id, last_used_at, revoked_at},
        meta,
    },
};
use crate::{
    id::{AccountId, BotKey, KeyId},
    key::{KeyHash, Scopes},
    time::Timestamp,
};

/// Where the number of changes is kept.
const REVISION: &str = "keys-revision";

/// What a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// An API key.
    Key,
    /// An app of the Bot Open API: its id, and the hash of its secret.
    App,
}

impl KeyKind {
    /// The name in rows and answers.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::App => "app",
        }
    }
}

/// A key or an app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRow {
    /// What names it: the beginning of a key, the id of an app.
    pub id: KeyId,
    /// What it is.
    pub kind: KeyKind,
    /// Whose it is; none: an admin key, or an app, which is its bot's.
    pub account: Option<AccountId>,
    /// The one bot that it is for.
    pub bot: Option<BotKey>,
    /// What it is for.
    pub scopes: Scopes,
    /// What is kept of the whole key, or of the secret of the app.
    pub hash: KeyHash,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
    /// When it was used last, to the minute.
    pub last_used_at: Option<Timestamp>,
    /// What people have to say of it.
    pub note: Option<String>,
}

impl KeyRow {
    /// What has become of it: `good`, `expired`, `revoked`.
    #[must_use]
    pub fn state(&self, now: Timestamp) -> &'static str {
        match self.revoked_at {
            Some(_) => "revoked",
            None if self.is_good(now) => "good",
            None => "expired",
        }
    }

    /// Whether it opens anything at this moment.
    #[must_use]
    pub fn is_good(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|end| now < end)
    }
}

#[derive(Queryable)]
struct Raw {
    id: String,
    kind: String,
    account: Option<String>,
    bot: Option<String>,
    scopes: String,
    hash: Vec<u8>,
    created_at: i64,
    expires_at: Option<i64>,
    revoked_at: Option<i64>,
    last_used_at: Option<i64>,
    note: Option<String>,
}

fn row(raw: Raw) -> Result<KeyRow, StoreError> {
    let damaged = || StoreError::Refused(format!("the stored key {} is damaged", raw.id));
    let kind = [KeyKind::Key, KeyKind::App].into_iter().find(|kind| kind.as_str() == raw.kind);
    Ok(KeyRow {
        kind: kind.ok_or_else(damaged)?,
        scopes: raw.scopes.parse().map_err(|_| damaged())?,
        hash: KeyHash::read(&raw.hash).ok_or_else(damaged)?,
        id: KeyId::from(raw.id.as_str()),
        account: raw.account.map(AccountId::from),
        bot: raw.bot.map(BotKey::from),
        created_at: Timestamp(raw.created_at),
        expires_at: raw.expires_at.map(Timestamp),
        revoked_at: raw.revoked_at.map(Timestamp),
        last_used_at: raw.last_used_at.map(Timestamp),
        note: raw.note,
    })
}

const RAISE: &str = "INSERT INTO meta (key, value) VALUES ($1, '1') \
    ON CONFLICT (key) DO UPDATE SET value = CAST(CAST(meta.value AS bigint) + 1 AS text) RETURNING CAST(value AS bigint) AS revision";

#[derive(QueryableByName)]
struct Raised {
    #[diesel(sql_type = BigInt)]
    revision: i64,
}

/// `change!(store, statement)`: the revision that it makes; none where it changes nothing.
macro_rules! change {
    ($store:expr, $statement:expr) => {{
        let statement = $statement;
        write!($store, c => {
            let change = c.transaction::<Option<i64>, diesel::result::Error, _>(async |c| {
                if statement.execute(c).await? == 0 {
                    return Ok(None);
                }
                let raised: Raised = diesel::sql_query(RAISE).bind::<Text, _>(REVISION).get_result(c).await?;
                Ok(Some(raised.revision))
            });
            change.await?
        })
    }};
}

impl Store {
    /// All keys and apps, also those that have ended, in the order in which they were made.
    ///
    /// # Errors
    /// When the database is not available, or a row is damaged.
    pub async fn all_keys(&self) -> Result<Vec<KeyRow>, StoreError> {
        let rows: Vec<Raw> = read!(self, c => keys::table.order((keys::created_at, id)).load(c).await?);
        rows.into_iter().map(row).collect()
    }

    /// A key or an app by what names it.
    ///
    /// # Errors
    /// When the database is not available, or the row is damaged.
    pub async fn key(&self, name: &KeyId) -> Result<Option<KeyRow>, StoreError> {
        let found = keys::table.find(name.as_str());
        let raw: Option<Raw> = read!(self, c => found.get_result(c).await.optional()?);
        raw.map(row).transpose()
    }

    /// The keys that are good, for a process to hold. What is changed afterwards has a higher revision.
    ///
    /// # Errors
    /// When the database is not available, or a row is damaged.
    pub async fn keys(&self) -> Result<Keys, StoreError> {
        let revision = self.keys_revision().await?;
        let rows: Vec<Raw> = read!(self, c => keys::table.filter(revoked_at.is_null()).load(c).await?);
        Ok(Keys::new(revision, rows.into_iter().map(row).collect::<Result<Vec<_>, _>>()?))
    }

    /// How often keys were changed.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn keys_revision(&self) -> Result<i64, StoreError> {
        let found = meta::table.find(REVISION).select(meta::value);
        let text: Option<String> = read!(self, c => found.get_result(c).await.optional()?);
        Ok(text.and_then(|text| text.parse().ok()).unwrap_or(0))
    }

    /// Keeps a new key or app. None: one of this name is there already.
    ///
    /// # Errors
    /// When the database is not available, or refuses the values.
    pub(super) async fn add_key(&self, key: &KeyRow) -> Result<Option<i64>, StoreError> {
        if key.note.as_deref().is_some_and(|note| note.contains('\0')) {
            return Err(StoreError::Nul("the note of a key"));
        }
        let new = (
            id.eq(key.id.as_str()),
            keys::kind.eq(key.kind.as_str()),
            keys::account.eq(key.account.as_deref()),
            keys::bot.eq(key.bot.as_deref()),
            keys::scopes.eq(key.scopes.to_string()),
            keys::hash.eq(key.hash.as_bytes()),
            keys::created_at.eq(key.created_at.0),
            expires_at.eq(key.expires_at.map(|at| at.0)),
            keys::note.eq(key.note.as_deref()),
        );
        Ok(change!(self, diesel::insert_into(keys::table).values(new).on_conflict_do_nothing()))
    }

    /// Revokes a key or app. None: it is revoked already, or was never there.
    ///
    /// # Errors
    /// When the database is not available.
    pub(super) async fn revoke_key(&self, key: &KeyId, now: Timestamp) -> Result<Option<i64>, StoreError> {
        let good = keys::table.filter(id.eq(key.as_str())).filter(revoked_at.is_null());
        Ok(change!(self, diesel::update(good).set(revoked_at.eq(now.0))))
    }

    /// Lets a key or app end at a moment, unless it ends sooner anyway.
    ///
    /// # Errors
    /// When the database is not available.
    pub(super) async fn end_key(&self, key: &KeyId, end: Timestamp) -> Result<Option<i64>, StoreError> {
        let later = expires_at.is_null().or(expires_at.gt(end.0));
        let good = keys::table.filter(id.eq(key.as_str())).filter(revoked_at.is_null()).filter(later);
        Ok(change!(self, diesel::update(good).set(expires_at.eq(end.0))))
    }

    /// Notes when a key was used; never back in time. That changes nothing that processes follow.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn note_use(&self, key: &KeyId, at: Timestamp) -> Result<(), StoreError> {
        let earlier = last_used_at.is_null().or(last_used_at.lt(at.0));
        let row = keys::table.filter(id.eq(key.as_str())).filter(earlier);
        write!(self, c => diesel::update(row).set(last_used_at.eq(at.0)).execute(c).await?);
        Ok(())
    }
}
