//! Who follows an event stream, and whether they still may: a stream is open for longer than a request.

use std::time::Duration;

use actix_web::HttpRequest;
use tokio::time::Instant;

use super::{credentials::Credentials, principal::Principal, problem::Problem};
use crate::{gateway::Gateway, id::ConversationKey, key::Scope, time::Timestamp};

/// Who follows a stream.
pub(super) struct Listener {
    caller: Principal,
    sent: Credentials,
}

impl Listener {
    pub(super) fn new(caller: Principal, request: &HttpRequest) -> Result<Self, Problem> {
        Ok(Self { caller, sent: Credentials::of(request)? })
    }

    /// When the token or the key ends, if it does.
    pub(super) fn until(&self) -> Option<Instant> {
        let end = match &self.caller {
            Principal::Visitor(visitor) => visitor.expires_at,
            Principal::Key(key) => key.expires_at?,
            Principal::Operator | Principal::Stranger => return None,
        };
        let left = u64::try_from(end.0 - Timestamp::now().0).unwrap_or(0);
        Some(Instant::now() + Duration::from_millis(left))
    }

    /// To be asked before anything is shown: tokens may have been made void meanwhile, the key may have been revoked or the bot may
    /// have gone over to another account, or it may want an API key now.
    pub(super) fn may_listen(&self, gateway: &Gateway, key: &ConversationKey) -> bool {
        let caller = match &self.sent {
            Credentials::Nothing => Ok(self.caller.clone()),
            sent => Principal::bearer(sent, gateway, Timestamp::now()),
        };
        match (caller, gateway.bot(&key.bot)) {
            (Ok(caller), Some(bot)) => caller.may(Scope::Read, &bot).and_then(|()| caller.must_speak(&bot, &key.user)).is_ok(),
            (Ok(_), None) => true, // it may come back
            (Err(_), _) => false,
        }
    }
}
