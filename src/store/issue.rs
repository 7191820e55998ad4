//! Making, replacing and revoking keys: each is done when every process that serves has followed.

use super::{KeyKind, KeyRow, Store, StoreError};
use crate::{
    id::KeyId,
    key::{ApiKey, AppGrant, AppSecret, BadGrant, Grant, KeyHash, NoChance, Scopes, app_id},
    time::Timestamp,
};

/// A new key or app: its row, and what is shown this once.
#[derive(Clone, Debug)]
pub enum Issued {
    /// An API key.
    Key(KeyRow, ApiKey),
    /// An app.
    App(KeyRow, AppSecret),
}

/// Why no key was made.
#[derive(Debug, thiserror::Error)]
pub enum IssueError {
    /// What was asked for.
    #[error(transparent)]
    Grant(#[from] BadGrant),
    /// The system.
    #[error(transparent)]
    Chance(#[from] NoChance),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Nothing has this name.
    #[error("there is no such key")]
    Unknown,
    /// A key that has ended has no successor.
    #[error("the key has ended already")]
    Ended,
}

impl Issued {
    /// What is kept of it.
    #[must_use]
    pub fn row(&self) -> &KeyRow {
        match self {
            Self::Key(row, _) | Self::App(row, _) => row,
        }
    }

    /// A new secret for what `row` makes of its name and its hash.
    fn draw(kind: KeyKind, row: impl Fn(KeyId, KeyHash) -> KeyRow) -> Result<Self, NoChance> {
        match kind {
            KeyKind::Key => ApiKey::random().map(|key| Self::Key(row(key.id(), key.hash()), key)),
            KeyKind::App => {
                let (id, secret) = (app_id()?, AppSecret::random()?);
                Ok(Self::App(row(id, secret.hash()), secret))
            }
        }
    }
}

/// What is the same for all new ones; without a name, and with the hash of nothing.
fn blank(kind: KeyKind, now: Timestamp) -> KeyRow {
    KeyRow {
        id: KeyId::from(""),
        kind,
        hash: KeyHash::of(""),
        account: None,
        bot: None,
        scopes: Scopes::none(),
        created_at: now,
        expires_at: None,
        revoked_at: None,
        last_used_at: None,
        note: None,
    }
}

impl Store {
    /// Makes an API key.
    ///
    /// # Errors
    /// When that cannot be granted, or the database is not available.
    pub async fn issue_key(&self, grant: Grant, now: Timestamp) -> Result<Issued, IssueError> {
        grant.check(now)?;
        let Grant { account, bot, scopes, expires_at, note } = grant;
        let blank = KeyRow { account, bot, scopes, expires_at, note, ..blank(KeyKind::Key, now) };
        self.add(&blank).await
    }

    /// Makes an app.
    ///
    /// # Errors
    /// When that cannot be granted, or the database is not available.
    pub async fn issue_app(&self, grant: AppGrant, now: Timestamp) -> Result<Issued, IssueError> {
        grant.check(now)?;
        let AppGrant { bot, expires_at, note } = grant;
        self.add(&KeyRow { bot: Some(bot), expires_at, note, ..blank(KeyKind::App, now) }).await
    }

    /// Makes a key that opens what this one opens, which ends after `overlap_ms`: at once where that is 0.
    ///
    /// # Errors
    /// When the key has ended already, or the database is not available: then it may be that both are there.
    pub async fn rotate(&self, old: &KeyRow, overlap_ms: i64, now: Timestamp) -> Result<Issued, IssueError> {
        if !old.is_good(now) {
            return Err(IssueError::Ended);
        }
        let new = self.add(&KeyRow { created_at: now, last_used_at: None, ..old.clone() }).await?;
        let ended = match overlap_ms {
            0 => self.revoke_key(&old.id, now).await?,
            ms => self.end_key(&old.id, now.plus_ms(ms)).await?,
        };
        if let Some(revision) = ended {
            self.keys_followed(revision).await?;
        }
        Ok(new)
    }

    /// Revokes a key or app, and returns when no process takes it any more. False: it was revoked already, or was never there.
    ///
    /// # Errors
    /// When the database is not available.
    pub async fn revoke(&self, id: &KeyId, now: Timestamp) -> Result<bool, StoreError> {
        let Some(revision) = self.revoke_key(id, now).await? else { return Ok(false) };
        self.keys_followed(revision).await?;
        Ok(true)
    }

    /// Fills in name and hash; draws again where the name is taken.
    async fn add(&self, blank: &KeyRow) -> Result<Issued, IssueError> {
        loop {
            let issued = Issued::draw(blank.kind, |id, hash| KeyRow { id, hash, ..blank.clone() })?;
            if let Some(revision) = self.add_key(issued.row()).await? {
                self.keys_followed(revision).await?;
                return Ok(issued);
            }
        }
    }
}
