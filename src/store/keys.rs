//! The keys that are good, as a process holds them: no request asks the database.

use std::{collections::HashMap, sync::Arc};

use super::key::{KeyKind, KeyRow};
use crate::{
    id::KeyId,
    key::{ApiKey, KeyHash},
    time::Timestamp,
};

/// All keys that had not ended when they were read, by what names them.
#[derive(Debug, Default)]
pub struct Keys {
    revision: i64,
    rows: HashMap<KeyId, Arc<KeyRow>>,
}

impl Keys {
    /// Those of `rows` that may still be good, as they were at a revision.
    #[must_use]
    pub fn new(revision: i64, rows: impl IntoIterator<Item = KeyRow>) -> Self {
        let kept = rows.into_iter().filter(|row| row.revoked_at.is_none());
        Self { revision, rows: kept.map(|row| (row.id.clone(), Arc::new(row))).collect() }
    }

    /// The change of keys after which these were read.
    #[must_use]
    pub fn revision(&self) -> i64 {
        self.revision
    }

    /// What is known of an API key that is good now.
    #[must_use]
    pub fn key(&self, key: &ApiKey, now: Timestamp) -> Option<&Arc<KeyRow>> {
        self.of_kind(KeyKind::Key, &key.id(), key.hash(), now)
    }

    /// What is known of an app, given its id and the hash of its secret.
    #[must_use]
    pub fn app(&self, id: &KeyId, secret: KeyHash, now: Timestamp) -> Option<&Arc<KeyRow>> {
        self.of_kind(KeyKind::App, id, secret, now)
    }

    /// The app of this name, if it is good now.
    #[must_use]
    pub fn good_app(&self, id: &KeyId, now: Timestamp) -> Option<&Arc<KeyRow>> {
        self.rows.get(id).filter(|row| row.kind == KeyKind::App && row.is_good(now))
    }

    /// Whether the key or app of this name is good now.
    #[must_use]
    pub fn is_good(&self, id: &KeyId, now: Timestamp) -> bool {
        self.rows.get(id).is_some_and(|row| row.is_good(now))
    }

    fn of_kind(&self, kind: KeyKind, id: &KeyId, hash: KeyHash, now: Timestamp) -> Option<&Arc<KeyRow>> {
        let row = self.rows.get(id).filter(|row| row.hash == hash); // compares in constant time
        row.filter(|row| row.kind == kind && row.is_good(now))
    }
}
