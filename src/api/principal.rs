//! Who calls, and what they may. Credentials that are sent are judged, wherever they come from.

use std::{
    future::{Ready, ready},
    sync::Arc,
};

use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload, http::StatusCode, web::Data};

use super::{
    State,
    credentials::Credentials,
    door,
    problem::Problem,
    token::{Bad, Visitor},
};
use crate::{
    flow::{About, Bot},
    gateway::{Gateway, Refusal},
    id::BotKey,
    key::Scope,
    language::Access,
    store::{KeyRow, Keys, TokenKeys},
    time::Timestamp,
};

/// Who calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Principal {
    /// Somebody at the machine itself, where the operator calls.
    Operator,
    /// The bearer of a webchat token.
    Visitor(Visitor),
    /// The bearer of an API key.
    Key(Arc<KeyRow>),
    /// Somebody without credentials.
    Stranger,
}

impl FromRequest for Principal {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::of_request(request))
    }
}

/// What was found out about a request.
struct Judged(Result<Principal, Problem>);

impl Principal {
    /// The caller of a request; judged once.
    pub(super) fn of_request(request: &HttpRequest) -> Result<Self, Problem> {
        if let Some(Judged(caller)) = request.extensions().get::<Judged>() {
            return caller.clone();
        }
        let state = request.app_data::<Data<State>>().expect("every route has the state");
        let caller = Credentials::of(request).and_then(|sent| match sent {
            Credentials::Nothing if door::is_operator(request) => Ok(Self::Operator),
            Credentials::Nothing => Ok(Self::Stranger),
            sent => Self::bearer(&sent, &state.gateway, Timestamp::now()),
        });
        request.extensions_mut().insert(Judged(caller.clone()));
        caller
    }

    /// The one that credentials stand for. The use of a key is noted.
    pub(super) fn bearer(sent: &Credentials, gateway: &Gateway, now: Timestamp) -> Result<Self, Problem> {
        let caller = Self::of(sent, &gateway.token_keys(), gateway.keys(), now)?;
        if let Self::Key(key) = &caller {
            gateway.note_use(&key.id, now);
        }
        Ok(caller)
    }

    fn of(sent: &Credentials, tokens: &TokenKeys, keys: Result<Arc<Keys>, Refusal>, now: Timestamp) -> Result<Self, Problem> {
        match sent {
            Credentials::Nothing => Ok(Self::Stranger),
            Credentials::Key(key) => {
                let found = keys?.key(key, now).cloned();
                found.map(Self::Key).ok_or_else(|| Problem::unauthorized("the API key is not valid"))
            }
            Credentials::Token(token) => {
                let visitor = Visitor::read(token, tokens, now).map_err(Problem::from)?;
                match &visitor.key {
                    Some(key) if !keys?.is_good(key, now) => Err(Bad::Forged.into()),
                    _ => Ok(Self::Visitor(visitor)),
                }
            }
        }
    }

    /// Passes who may run the gateway.
    fn must_operate(&self) -> Result<(), Problem> {
        match self {
            Self::Operator => Ok(()),
            Self::Key(key) => allows(key, Scope::Admin),
            Self::Visitor(_) => Err(no_token()),
            Self::Stranger => Err(Problem::unauthorized("only the operator may do this, at the machine itself, or with an admin key")),
        }
    }

    /// The live bot of this name, for somebody who wants that of it: the only way for a route to reach one. One of another account, or
    /// not the one that a key is for, is answered like one that is not there.
    pub(super) fn bot(&self, state: &State, name: &str, scope: Scope) -> Result<Arc<Bot>, Problem> {
        match self {
            Self::Key(key) => allows(key, scope)?,
            Self::Visitor(visitor) if *visitor.bot != *name => return Err(anothers()),
            _ => {}
        }
        let bot = state.gateway.bot(&BotKey::from(name)).ok_or_else(|| Problem::unknown_bot(name))?;
        self.may(scope, &bot).map(|()| bot)
    }

    /// Passes who may do what no visitor may: an operator, a key. Before anything is said of the bot.
    pub(super) fn must_have_key(&self) -> Result<(), Problem> {
        match self {
            Self::Operator | Self::Key(_) => Ok(()),
            Self::Visitor(_) => Err(no_token()),
            Self::Stranger => Err(key_needed()),
        }
    }

    /// The live bot of this account, for the bearer of a key: the only way for a route of the platform API to reach one. They want their
    /// credentials at the machine itself, too. A bot of another account is answered like one that is not there.
    pub(super) fn bot_of(&self, state: &State, customer: &str, name: &str, scope: Scope) -> Result<Arc<Bot>, Problem> {
        self.must_have_key()?;
        let Self::Key(key) = self else { return Err(key_needed()) };
        allows(key, scope)?;
        let bot = state.gateway.bot(&BotKey::from(name));
        let bot = bot.filter(|bot| *bot.about().account == *customer && reaches(key, bot.about()));
        bot.ok_or_else(|| Problem::unknown_bot_of(customer, name))
    }

    /// Passes a key that is for this, and for this bot; others are judged by what they want of it.
    pub(super) fn may(&self, scope: Scope, bot: &Bot) -> Result<(), Problem> {
        let Self::Key(key) = self else { return Ok(()) };
        allows(key, scope)?;
        if reaches(key, bot.about()) { Ok(()) } else { Err(Problem::unknown_bot(bot.key())) }
    }

    /// Passes who may speak to this bot as this user, or hear what is said to them; keys are judged by [`Self::bot`].
    pub(super) fn must_speak(&self, bot: &Bot, user: &str) -> Result<(), Problem> {
        match self {
            Self::Operator | Self::Key(_) => Ok(()),
            Self::Visitor(visitor) if visitor.bot != *bot.key() => Err(anothers()),
            Self::Visitor(visitor) if &*visitor.user != user => Err(Problem::forbidden("the token is for another user")),
            Self::Visitor(visitor) if bot.about().access == Access::Key && visitor.key.is_none() => Err(key_needed()),
            Self::Visitor(_) => Ok(()),
            Self::Stranger => match bot.about().access {
                Access::Open => Ok(()),
                Access::Token => Err(Problem::unauthorized("a webchat token is needed; POST …/webchat/token gives one")),
                Access::Key => Err(key_needed()),
            },
        }
    }

    /// Passes who may choose the channel, set attributes and name users: an operator, a key. Others speak on webchat as they are.
    pub(super) fn must_be_trusted(&self, what: &str) -> Result<(), Problem> {
        match self {
            Self::Operator | Self::Key(_) => Ok(()),
            Self::Visitor(_) | Self::Stranger => {
                Err(Problem::new(StatusCode::FORBIDDEN, "forbidden", format!("`{what}` is not for callers without an API key")))
            }
        }
    }
}

/// What a token says where visitors have no business.
fn no_token() -> Problem {
    Problem::forbidden("a webchat token does not open this")
}

/// What a token says to another bot, whether there is one or not.
fn anothers() -> Problem {
    Problem::forbidden("the token is for another bot")
}

/// Passes a key that is for this.
fn allows(key: &KeyRow, scope: Scope) -> Result<(), Problem> {
    if key.scopes.allow(scope) {
        Ok(())
    } else {
        Err(Problem::forbidden(format!("the API key is not for this: it lacks the scope `{scope}`")))
    }
}

/// Whether a bot is one of those that a key is for.
fn reaches(key: &KeyRow, bot: &About) -> bool {
    let of_account = key.account.as_ref().is_some_and(|account| *account == bot.account);
    key.scopes.is_admin() || (of_account && key.bot.as_ref().is_none_or(|only| *only == bot.key))
}

/// Somebody who may run the gateway: the operator, or the bearer of an admin key.
pub(super) struct Admin;

impl FromRequest for Admin {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let caller = Principal::from_request(request, payload).into_inner();
        ready(caller.and_then(|caller| caller.must_operate()).map(|()| Self))
    }
}

/// What a bot with `access: key` says to everybody without one, also to those who got a token when it still gave them.
pub(super) fn key_needed() -> Problem {
    Problem::unauthorized("an API key is needed")
}

impl From<Bad> for Problem {
    fn from(bad: Bad) -> Self {
        match bad {
            Bad::Forged => Self::unauthorized("the token is not valid"),
            Bad::Expired => Self::new(StatusCode::UNAUTHORIZED, "token-expired", "the token has expired"),
        }
    }
}

#[cfg(test)]
mod tests;
