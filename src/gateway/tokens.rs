//! The keys of webchat tokens, read again and again: whoever makes tokens void does so in the database, beside the gateways that serve from it.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use super::Gateway;
use crate::store::{AppTokenKey, TokenKeys};

/// How long keys are used that were replaced.
const EVERY: Duration = Duration::from_millis(500);

impl Gateway {
    /// The keys of webchat tokens: the same for all processes that share the database.
    #[must_use]
    pub fn token_keys(&self) -> Arc<TokenKeys> {
        self.inner.token_keys.borrow().clone()
    }
}

impl Gateway {
    /// The key that tokens of apps are signed with: the same for all processes that share the database.
    #[must_use]
    pub fn app_token_key(&self) -> &AppTokenKey {
        &self.inner.app_token_key
    }
}

/// Takes over new keys as long as the gateway lives. While the database is away the old ones stay: nobody gets an answer then.
pub(super) fn follow(gateway: &Gateway) {
    let weak = Arc::downgrade(&gateway.inner);
    gateway.inner.runtime.spawn(async move {
        loop {
            tokio::time::sleep(EVERY).await;
            let Some(inner) = weak.upgrade() else { return };
            if inner.closing.load(Ordering::Relaxed) {
                return;
            }
            let Ok(keys) = inner.store.token_keys().await else { continue };
            if **inner.token_keys.borrow() != keys {
                inner.token_keys.send_replace(Arc::new(keys));
                tracing::info!("the keys of webchat tokens were replaced: tokens that were signed with the old ones are void");
            }
        }
    });
}
