//! Who calls the Bot Open API: an app, by its token. It reaches one bot.

use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header::AUTHORIZATION, web::Data};

use super::token;
use crate::{
    accounts::Feature,
    api::{State, features, problem::Problem},
    id::{BotKey, KeyId},
    time::Timestamp,
};

/// An app that has logged in, and whose account has this API.
#[derive(Clone)]
pub(in crate::api) struct App {
    /// The bot that it belongs to: the only one that a route reaches for it.
    pub(super) bot: BotKey,
    /// What names it.
    pub(in crate::api) id: KeyId,
}

impl FromRequest for App {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let state = request.app_data::<Data<State>>().expect("every route has the state");
        let entitled = Self::of_request(request).and_then(|app| features::wanted(state, &app.bot, Feature::OpenApi).map(|()| app));
        ready(entitled.inspect(|app| state.gateway.note_use(&app.id, Timestamp::now())))
    }
}

impl App {
    /// The app whose token a request brings.
    pub(in crate::api) fn of_request(request: &HttpRequest) -> Result<Self, Problem> {
        let state = request.app_data::<Data<State>>().expect("every route has the state");
        let mut headers = request.headers().get_all(AUTHORIZATION).map(|value| value.to_str().unwrap_or_default());
        let token = match (headers.next(), headers.next()) {
            (Some(header), None) => bare(header),
            (Some(_), Some(_)) => return Err(Problem::unauthorized("`Authorization` is there more than once")),
            (None, _) => return Err(Problem::unauthorized("send the token that POST /login gives as `Authorization`")),
        };
        let (keys, now) = (state.gateway.keys()?, Timestamp::now());
        let id = token::read(token, state.gateway.app_token_key(), now).ok_or_else(no_good)?;
        let row = keys.good_app(&id, now).ok_or_else(no_good)?;
        Ok(Self { bot: row.bot.clone().ok_or_else(no_good)?, id })
    }
}

/// The token alone, or behind the word `Bearer`.
fn bare(header: &str) -> &str {
    let header = header.trim();
    match header.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => token.trim(),
        _ => header,
    }
}

fn no_good() -> Problem {
    Problem::unauthorized("the token is not valid, or has expired: POST /login gives another")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_comes_alone_or_behind_bearer() {
        for header in ["a.b.c", " a.b.c ", "Bearer a.b.c", "bearer   a.b.c", "BEARER a.b.c"] {
            assert_eq!(bare(header), "a.b.c", "{header}");
        }
        assert_eq!(bare("Basic a.b.c"), "Basic a.b.c");
        assert_eq!(bare(""), "");
    }
}
