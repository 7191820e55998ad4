//! The key that tokens of apps are signed with: random, and the same for all processes of a database.

use std::fmt;

use base64::{Engine, engine::general_purpose::STANDARD};
use diesel::{ExpressionMethods, OptionalExtension, QueryDsl};
use diesel_async::RunQueryDsl;

use super::{
    Store, StoreError,
    database::{read, write},
    schema::meta::{self, key, value},
    token::random,
};

/// Where it is kept.
const STORED: &str = "secret:app-tokens";

/// The key that tokens of apps are signed with.
#[derive(Clone)]
pub struct AppTokenKey([u8; 32]);

impl AppTokenKey {
    #[cfg(test)]
    pub(crate) fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The key itself, for signing.
    #[must_use]
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }
}

/// Shows nothing.
impl fmt::Debug for AppTokenKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AppTokenKey(…)")
    }
}

impl Store {
    /// The key that tokens of apps are signed with; the first process makes it.
    ///
    /// # Errors
    /// When the database is not available, or the stored key is damaged.
    pub async fn app_token_key(&self) -> Result<AppTokenKey, StoreError> {
        let new = (key.eq(STORED), value.eq(random()?));
        let kept = async || -> Result<Option<String>, StoreError> {
            Ok(read!(self, c => meta::table.find(STORED).select(value).get_result(c).await.optional()?))
        };
        let mut found = kept().await?;
        if found.is_none() {
            write!(self, c => diesel::insert_into(meta::table).values(new).on_conflict_do_nothing().execute(c).await?);
            found = kept().await?;
        }
        let bytes = found.and_then(|text| STANDARD.decode(text).ok()).and_then(|bytes| bytes.try_into().ok());
        bytes.map(AppTokenKey).ok_or_else(|| StoreError::Refused(format!("the stored \"{STORED}\" is damaged")))
    }
}
