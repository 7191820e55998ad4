//! Who calls, and what they may. Credentials that are sent are judged, wherever they come from.

use std::future::{Ready, ready};

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::{StatusCode, header::AUTHORIZATION},
    web::Data,
};

use super::{
    State, door,
    problem::Problem,
    token::{Bad, Visitor},
};
use crate::{flow::Bot, language::Access, store::TokenKeys, time::Timestamp};

/// Who calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Caller {
    /// Somebody at the machine itself, where the operator calls.
    Operator,
    /// The bearer of a webchat token.
    Visitor(Visitor),
    /// Somebody without credentials.
    Stranger,
}

impl FromRequest for Caller {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let state = request.app_data::<Data<State>>().expect("every route has the state");
        ready(Self::of(request, &state.gateway.token_keys(), Timestamp::now()))
    }
}

impl Caller {
    fn of(request: &HttpRequest, keys: &TokenKeys, now: Timestamp) -> Result<Self, Problem> {
        match request.headers().get(AUTHORIZATION) {
            Some(value) => bearer(value.as_bytes(), keys, now).map(Self::Visitor),
            None if door::is_operator(request) => Ok(Self::Operator),
            None => Ok(Self::Stranger),
        }
    }

    /// Passes who may run the gateway.
    fn must_operate(&self) -> Result<(), Problem> {
        match self {
            Self::Operator => Ok(()),
            Self::Visitor(_) => Err(Problem::forbidden("a webchat token does not open this")),
            Self::Stranger => Err(Problem::unauthorized("only the operator may do this, who calls from the machine itself")),
        }
    }

    /// Passes who may speak to this bot as this user.
    pub(super) fn must_speak(&self, bot: &Bot, user: &str) -> Result<(), Problem> {
        match self {
            Self::Operator => Ok(()),
            Self::Visitor(visitor) if visitor.bot != *bot.key() => Err(Problem::forbidden("the token is for another bot")),
            Self::Visitor(visitor) if &*visitor.user != user => Err(Problem::forbidden("the token is for another user")),
            Self::Visitor(_) if bot.about().access == Access::Key => Err(key_needed()),
            Self::Visitor(_) => Ok(()),
            Self::Stranger => match bot.about().access {
                Access::Open => Ok(()),
                Access::Token => Err(Problem::unauthorized("a webchat token is needed; POST …/webchat/token gives one")),
                Access::Key => Err(key_needed()),
            },
        }
    }

    /// Passes who may choose the channel, set attributes and name users: an operator. Others speak on webchat as they are.
    pub(super) fn must_be_trusted(&self, what: &str) -> Result<(), Problem> {
        match self {
            Self::Operator => Ok(()),
            _ => Err(Problem::new(StatusCode::FORBIDDEN, "forbidden", format!("`{what}` is not for callers without an API key"))),
        }
    }
}

/// Somebody who may run the gateway.
pub(super) struct Operator;

impl FromRequest for Operator {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let caller = Caller::from_request(request, payload).into_inner();
        ready(caller.and_then(|caller| caller.must_operate()).map(|()| Self))
    }
}

/// What a bot with `access: key` says to everybody without one, also to those who got a token when it still gave them.
pub(super) fn key_needed() -> Problem {
    Problem::unauthorized("an API key is needed")
}

/// The visitor of `Bearer <token>`.
pub(super) fn bearer(value: &[u8], keys: &TokenKeys, now: Timestamp) -> Result<Visitor, Problem> {
    let text = std::str::from_utf8(value).unwrap_or_default();
    let (scheme, token) = text.split_once(' ').unwrap_or((text, ""));
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(Problem::unauthorized("send a webchat token as `Authorization: Bearer …`"));
    }
    Visitor::read(token.trim(), keys, now).map_err(|bad| match bad {
        Bad::Forged => Problem::unauthorized("the token is not valid"),
        Bad::Expired => Problem::new(StatusCode::UNAUTHORIZED, "token-expired", "the token has expired"),
    })
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    const NOW: Timestamp = Timestamp(1_000_000);

    fn keys() -> TokenKeys {
        TokenKeys::new([7; 32])
    }

    fn caller(headers: &[(&'static str, &str)]) -> Result<Caller, StatusCode> {
        caller_at(true, headers)
    }

    fn caller_at(door: bool, headers: &[(&'static str, &str)]) -> Result<Caller, StatusCode> {
        let request = TestRequest::default().peer_addr("127.0.0.1:4711".parse().unwrap()).append_header(("host", "localhost"));
        let request = request.app_data(door::IsDoor(door));
        let request = headers.iter().fold(request, |request, header| request.append_header(*header)).to_http_request();
        Caller::of(&request, &keys(), NOW).map_err(|problem| actix_web::ResponseError::status_code(&problem))
    }

    #[test]
    fn credentials_that_are_sent_are_judged_on_loopback_too() {
        let visitor = Visitor::new("shop".into(), "u1".into(), NOW);
        let sent = |value: &str| caller(&[("authorization", value)]);
        assert_eq!(caller(&[]), Ok(Caller::Operator));
        assert_eq!(caller(&[("via", "1.1 proxy")]), Ok(Caller::Stranger));
        assert_eq!(caller_at(false, &[]), Ok(Caller::Stranger), "not where the operator calls");
        assert_eq!(sent(&format!("bearer {}", visitor.sign(&keys()))), Ok(Caller::Visitor(visitor.clone())));
        for bad in [format!("Bearer {}", visitor.sign(&TokenKeys::new([8; 32]))), "Bearer".into(), "Basic dTpw".into(), String::new()] {
            assert_eq!(sent(&bad), Err(StatusCode::UNAUTHORIZED), "{bad}");
        }
    }

    #[test]
    fn only_an_operator_operates() {
        let status = |caller: &Caller| caller.must_operate().map_err(|p| actix_web::ResponseError::status_code(&p).as_u16());
        assert_eq!(status(&Caller::Operator), Ok(()));
        assert_eq!(status(&Caller::Stranger), Err(401));
        assert_eq!(status(&Caller::Visitor(Visitor::new("shop".into(), "u1".into(), NOW))), Err(403));
    }
}
