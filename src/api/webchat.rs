//! Tokens for visitors of webchat.

use actix_web::{
    HttpRequest, HttpResponse, post,
    web::{Data, Path},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    State, address,
    body::Json,
    fields,
    principal::{self, Principal},
    problem::Problem,
    token::Visitor,
};
use crate::{
    flow::Bot,
    id::{KeyId, UserKey},
    key::Scope,
    language::Access,
    time::Timestamp,
};

/// What a token is asked for with.
#[derive(Deserialize, ToSchema)]
pub(super) struct Wish {
    /// Whom the token is for. Only with an API key, or for the operator: others get a new random user, or keep the one of the token they send.
    user: Option<String>,
}

/// A token for one user of one bot.
#[derive(Serialize, ToSchema)]
struct Granted {
    /// The user.
    #[schema(value_type = String)]
    user: UserKey,
    /// To be sent as `Authorization: Bearer …`.
    token: String,
    /// When it ends: in 24 hours. Until then it gives its successor.
    #[schema(example = "2026-03-02T19:00:00.000Z")]
    expires_at: String,
}

/// Gives a webchat token: for a new random user, or, to the bearer of a token, its successor.
#[utoipa::path(
    tag = "conversations",
    params(("bot" = String, Path, description = "The key of the bot")),
    request_body(content = Wish, example = json!({})),
    responses(
        (status = 200, body = Granted),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "The token or the key sent is no good, or the bot wants an API key"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`user` is not for callers on webchat, or the key is not for this"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "There is no such bot"),
        (status = 429, body = Problem, content_type = "application/problem+json", description = "Too many tokens for this address"),
    ),
    security((), ("webchat" = []), ("key" = ["messages"]))
)]
#[post("/v1/bots/{bot}/webchat/token")]
pub(super) async fn give_token(
    state: Data<State>,
    request: HttpRequest,
    bot: Path<String>,
    caller: Principal,
    wish: Json<Wish>,
) -> Result<HttpResponse, Problem> {
    let client = address::client(request.head(), &state.settings.trusted_proxies, state.settings.forwarded_header);
    let is_rationed = !matches!(caller, Principal::Operator | Principal::Key(_));
    let bot = caller.bot(&state, &bot, Scope::Messages)?;
    let key = key_of(&caller);
    let user = user_for(caller, wish.0, &bot)?;
    if is_rationed {
        state.limiter.token(client)?;
    }
    let visitor = Visitor { key, ..Visitor::new(bot.key().clone(), user, Timestamp::now()) };
    let token = visitor.sign(&state.gateway.token_keys());
    Ok(HttpResponse::Ok().json(Granted { user: visitor.user, token, expires_at: visitor.expires_at.rfc3339() }))
}

/// Whom the token is for.
fn user_for(caller: Principal, wish: Wish, bot: &Bot) -> Result<UserKey, Problem> {
    let wants_key = bot.about().access == Access::Key;
    if caller == Principal::Operator && wants_key {
        return Err(Problem::forbidden("the bot wants an API key: ask for the token with one"));
    }
    if let Some(named) = wish.user {
        caller.must_be_trusted("user")?;
        return fields::user(&named).map(UserKey::from);
    }
    match caller {
        Principal::Visitor(visitor) => visitor_again(visitor, bot),
        Principal::Stranger if wants_key => Err(principal::key_needed()),
        Principal::Stranger | Principal::Operator | Principal::Key(_) => Ok(uuid::Uuid::new_v4().to_string().into()),
    }
}

/// A token gives its successor, for the same user.
fn visitor_again(visitor: Visitor, bot: &Bot) -> Result<UserKey, Problem> {
    let user = visitor.user.clone();
    Principal::Visitor(visitor).must_speak(bot, &user).map(|()| user)
}

/// The key with which the token ends: the one that asks for it, or for its predecessor.
fn key_of(caller: &Principal) -> Option<KeyId> {
    match caller {
        Principal::Key(key) => Some(key.id.clone()),
        Principal::Visitor(visitor) => visitor.key.clone(),
        Principal::Operator | Principal::Stranger => None,
    }
}
