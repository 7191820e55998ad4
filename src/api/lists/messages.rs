//! The messages of a user.

use actix_web::{
    get,
    http::StatusCode,
    web::{Data, Json, Path, Query},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::{channel, limit};
use crate::{
    api::{State, principal::Principal, problem::Problem},
    gateway::Cursor,
    key::Scope,
};

/// Which messages.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct Wanted {
    /// The channel; without it the one with the latest message.
    channel: Option<String>,
    /// Only messages behind this place: the `next` of the page before.
    after: Option<i64>,
    /// The last messages before this place. Not with `after`; with neither, the first messages.
    before: Option<i64>,
    /// How many messages a page has: 50, at most 500.
    limit: Option<i64>,
}

/// A page of messages, oldest first.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct MessageList {
    /// `{"id", "from": "user" | "bot", "type", …, "at"}`, as the events stream shows them, and their `place` in the conversation.
    #[schema(value_type = Vec<Object>)]
    messages: Vec<Value>,
    /// `after` of the next page; null: there is none now, or the page was asked for with `before`, which goes on with the first `place`.
    next: Option<i64>,
}

/// The messages of a user, in and out, oldest first.
#[utoipa::path(
    tag = "users",
    params(("bot" = String, Path, description = "The key of the bot"), ("user" = String, Path, description = "The user's id on the channel"), Wanted),
    responses(
        (status = 200, body = MessageList),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "The query does not fit"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "An API key is needed, or the one sent is no good"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "The key is not for this"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "There is no such bot or user"),
        (status = 503, body = Problem, content_type = "application/problem+json", description = "Try again later"),
    ),
    security((), ("key" = ["read"]))
)]
#[get("/v1/bots/{bot}/users/{user}/messages")]
pub(in crate::api) async fn list_messages(
    state: Data<State>,
    path: Path<(String, String)>,
    wanted: Query<Wanted>,
    caller: Principal,
) -> Result<Json<MessageList>, Problem> {
    caller.must_have_key()?;
    let bot = caller.bot(&state, &path.0, Scope::Read)?;
    let limit = limit(wanted.limit)?;
    let cursor = match (wanted.after, wanted.before) {
        (Some(_), Some(_)) => return Err(Problem::invalid("send `after` or `before`")),
        (None, Some(place)) => Cursor::Before(place),
        (after, None) => Cursor::After(after.unwrap_or(0)),
    };
    let user = state.gateway.user(&bot, &path.1, channel(wanted.channel.as_deref())?).await?.ok_or_else(unknown_user)?;
    let mut lines = state.gateway.lines(&user.key, cursor, limit + 1).await?;
    let is_more = lines.len() as i64 > limit;
    let next = match cursor {
        Cursor::After(_) if is_more => {
            lines.pop();
            lines.last().map(|line| line.position)
        }
        Cursor::Before(_) => {
            lines.drain(..usize::from(is_more));
            None
        }
        Cursor::After(_) => None,
    };
    let place = |line: crate::gateway::Line| {
        let mut json = line.json;
        json["place"] = line.position.into();
        json
    };
    Ok(Json(MessageList { messages: lines.into_iter().map(place).collect(), next }))
}

fn unknown_user() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "unknown-user", "the bot has no such user")
}
