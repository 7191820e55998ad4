//! All data of a user: read, and erased.

use actix_web::{
    HttpResponse, delete, get,
    web::{Data, Path, Query},
};

use super::{State, fields, messages, principal::Principal, problem::Problem, users::On};
use crate::{gateway::Refusal, id::ConversationKey, key::Scope};

/// Everything that is stored of a user, table by table.
#[utoipa::path(
    tag = "users",
    params(("bot" = String, Path, description = "The key of the bot"), ("user" = String, Path, description = "The user"), On),
    responses(
        (status = 200, content_type = "application/json", body = Object, description = "`{bot, channel, user, tables: {conversations: […], messages: […], …}}`"),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "The query does not fit"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "An API key is needed, or the one sent is no good"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "The key is not for this"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "There is no such bot or user"),
        (status = 503, body = Problem, content_type = "application/problem+json", description = "Try again later"),
    ),
    security((), ("key" = ["read"]))
)]
#[get("/v1/bots/{bot}/users/{user}")]
pub(super) async fn export_user(
    state: Data<State>,
    path: Path<(String, String)>,
    on: Query<On>,
    caller: Principal,
) -> Result<HttpResponse, Problem> {
    let key = whose(&state, &path, &on, &caller, Scope::Read)?;
    let data = state.gateway.export(&key).await?.ok_or(Refusal::UnknownUser)?;
    Ok(HttpResponse::Ok().json(data))
}

/// Erases a user from every table, for good; also during an open session, and while a call is out. What was counted stays.
#[utoipa::path(
    tag = "users",
    params(("bot" = String, Path, description = "The key of the bot"), ("user" = String, Path, description = "The user"), On),
    responses(
        (status = 204, description = "Nothing of the user is left"),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "The query does not fit"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "An API key is needed, or the one sent is no good"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "The key is not for this"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "There is no such bot or user"),
        (status = 503, body = Problem, content_type = "application/problem+json", description = "Try again later"),
    ),
    security((), ("key" = ["send"]))
)]
#[delete("/v1/bots/{bot}/users/{user}")]
pub(super) async fn erase_user(
    state: Data<State>,
    path: Path<(String, String)>,
    on: Query<On>,
    caller: Principal,
) -> Result<HttpResponse, Problem> {
    let key = whose(&state, &path, &on, &caller, Scope::Send)?;
    if !state.gateway.erase(&key).await? {
        return Err(Refusal::UnknownUser.into());
    }
    tracing::info!(bot = %key.bot, channel = %key.channel, "a user was erased");
    Ok(HttpResponse::NoContent().finish())
}

fn whose(state: &State, path: &(String, String), on: &On, caller: &Principal, scope: Scope) -> Result<ConversationKey, Problem> {
    caller.must_have_key()?;
    let bot = caller.bot(state, &path.0, scope)?;
    let channel = messages::channel_of(&bot, on.channel())?;
    Ok(ConversationKey { bot: bot.key().clone(), channel, user: fields::user_on(&bot, channel, &path.1, "user")? })
}
