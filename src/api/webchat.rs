//! Tokens for visitors of webchat.

use std::time::{Duration, Instant};

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    post,
    web::{Data, Path},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    State, address,
    body::Json,
    caller::{self, Caller},
    fields,
    problem::Problem,
    token::Visitor,
};
use crate::{flow::Bot, id::UserKey, language::Access, time::Timestamp};

/// What a token is asked for with.
#[derive(Deserialize, ToSchema)]
pub(super) struct Wish {
    /// Whom the token is for. Not for callers on webchat: they get a new random user, or keep the one of the token they send.
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
        (status = 401, body = Problem, content_type = "application/problem+json", description = "The token sent is no good, or the bot wants an API key"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`user` is not for callers on webchat"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "There is no such bot"),
        (status = 429, body = Problem, content_type = "application/problem+json", description = "Too many tokens for this address"),
    ),
    security((), ("webchat" = []))
)]
#[post("/v1/bots/{bot}/webchat/token")]
pub(super) async fn give_token(
    state: Data<State>,
    request: HttpRequest,
    bot: Path<String>,
    caller: Caller,
    wish: Json<Wish>,
) -> Result<HttpResponse, Problem> {
    if caller != Caller::Operator {
        let client = address::client(request.head(), &state.settings.trusted_proxies, state.settings.forwarded_header);
        state.limiter.take(client, Instant::now()).map_err(too_many)?;
    }
    let bot = state.bot(&bot)?;
    let user = user_for(caller, wish.0, &bot)?;
    let visitor = Visitor::new(bot.key().clone(), user, Timestamp::now());
    let token = visitor.sign(&state.gateway.token_keys());
    Ok(HttpResponse::Ok().json(Granted { user: visitor.user, token, expires_at: visitor.expires_at.rfc3339() }))
}

/// Whom the token is for.
fn user_for(caller: Caller, wish: Wish, bot: &Bot) -> Result<UserKey, Problem> {
    let wants_key = bot.about().access == Access::Key;
    if caller == Caller::Operator && wants_key {
        return Err(Problem::forbidden("the bot takes no webchat tokens: it wants an API key"));
    }
    if let Some(named) = wish.user {
        caller.must_be_trusted("user")?;
        return fields::user(&named).map(UserKey::from);
    }
    match caller {
        Caller::Visitor(visitor) if visitor.bot != *bot.key() => Err(Problem::forbidden("the token is for another bot")),
        Caller::Visitor(_) | Caller::Stranger if wants_key => Err(caller::key_needed()),
        Caller::Visitor(visitor) => Ok(visitor.user),
        Caller::Stranger | Caller::Operator => Ok(uuid::Uuid::new_v4().to_string().into()),
    }
}

fn too_many(wait: Duration) -> Problem {
    let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    Problem::new(StatusCode::TOO_MANY_REQUESTS, "too-many-tokens", "too many tokens were given to this address").retry_after(seconds.max(1))
}
