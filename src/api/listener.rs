//! Who follows an event stream, and whether they still may: a stream is open for longer than a request.

use std::time::Duration;

use actix_web::{HttpRequest, http::header::AUTHORIZATION};
use tokio::time::Instant;

use super::caller::{self, Caller};
use crate::{gateway::Gateway, id::ConversationKey, time::Timestamp};

/// Who follows a stream.
pub(super) struct Listener {
    caller: Caller,
    token: Option<Vec<u8>>,
}

impl Listener {
    pub(super) fn new(caller: Caller, request: &HttpRequest) -> Self {
        Self { caller, token: request.headers().get(AUTHORIZATION).map(|value| value.as_bytes().to_vec()) }
    }

    /// When the token ends, if there is one.
    pub(super) fn until(&self) -> Option<Instant> {
        let Caller::Visitor(visitor) = &self.caller else { return None };
        let left = u64::try_from(visitor.expires_at.0 - Timestamp::now().0).unwrap_or(0);
        Some(Instant::now() + Duration::from_millis(left))
    }

    /// To be asked before anything is shown: tokens may have been made void meanwhile, and the bot may want an API key now.
    pub(super) fn may_listen(&self, gateway: &Gateway, key: &ConversationKey) -> bool {
        let Some(bot) = gateway.bot(&key.bot) else { return true };
        let visitor = self.token.as_ref().map(|token| caller::bearer(token, &gateway.token_keys(), Timestamp::now()));
        let caller = visitor.map_or_else(|| Ok(self.caller.clone()), |visitor| visitor.map(Caller::Visitor));
        caller.and_then(|caller| caller.must_speak(&bot, &key.user)).is_ok()
    }
}
