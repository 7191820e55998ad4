//! The users of a bot.

use actix_web::{
    get,
    web::{Data, Json, Path, Query},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

use super::{channel, limit};
use crate::{
    api::{State, principal::Principal, problem::Problem},
    flow::Bot,
    gateway::User,
    key::Scope,
    store::Part,
};

/// Which users.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct Wanted {
    /// Only those for whom this attribute has the `value`.
    attribute: Option<String>,
    /// The value of the attribute as a text.
    value: Option<String>,
    /// Only those with this tag.
    tag: Option<String>,
    /// Only those of this channel. Not with `attribute`.
    channel: Option<String>,
    /// Only those with a higher `uid`: the `next` of the page before.
    after: Option<i64>,
    /// How many users a page has: 50, at most 500.
    limit: Option<i64>,
}

/// A page of users, by their `uid`.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct UserList {
    users: Vec<ListedUser>,
    /// `after` of the next page; null: there is none.
    next: Option<i64>,
}

/// A user.
#[derive(Serialize, ToSchema)]
struct ListedUser {
    /// The id on the channel.
    user: String,
    #[schema(example = "webchat")]
    channel: &'static str,
    /// The number of the user, unique in the gateway.
    uid: i64,
    /// What the user is called.
    name: String,
    /// The saved attributes.
    #[schema(value_type = Object)]
    attributes: Map<String, Value>,
    tags: Vec<String>,
    /// The user asked not to be written to.
    opted_out: bool,
    /// When the user was first seen.
    #[schema(example = "2026-12-01T10:00:00.000Z")]
    created_at: String,
    /// When the user was heard last.
    #[schema(example = "2026-12-01T10:00:00.000Z")]
    last_interaction: String,
}

/// The users of a bot: all of them, or those who have an attribute or a tag.
///
/// Attributes that `bot.yaml` marks `indexed: true`, and the built-in ones, are found at once; others by a search through all users of
/// the bot, which ends after 5 s with 503.
#[utoipa::path(
    tag = "users",
    params(("bot" = String, Path, description = "The key of the bot"), Wanted),
    responses(
        (status = 200, body = UserList),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "The query does not fit"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "An API key is needed, or the one sent is no good"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "The key is not for this"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "There is no such bot"),
        (status = 503, body = Problem, content_type = "application/problem+json", description = "Try again later, or mark the attribute `indexed: true`"),
    ),
    security((), ("key" = ["read"]))
)]
#[get("/v1/bots/{bot}/users")]
pub(in crate::api) async fn list_users(
    state: Data<State>,
    bot: Path<String>,
    wanted: Query<Wanted>,
    caller: Principal,
) -> Result<Json<UserList>, Problem> {
    caller.must_have_key()?;
    let bot = caller.bot(&state, &bot, Scope::Read)?;
    let (limit, after, on) = (limit(wanted.limit)?, wanted.after.unwrap_or(0), channel(wanted.channel.as_deref())?);
    let more = limit + 1; // one more tells whether there is a next page
    let mut users = match (&wanted.attribute, &wanted.value, &wanted.tag) {
        (None, None, None) => state.gateway.users(&bot, on, after, more).await?,
        (None, None, Some(tag)) => state.gateway.users_tagged(&bot, tag, on, after, more).await?,
        (Some(name), Some(value), None) if on.is_none() => {
            state.gateway.users_with(&bot, name, value, Part { after, skip: 0, limit: more }).await?.users
        }
        _ => return Err(Problem::invalid("send `attribute` and `value`, or `tag`, or neither; `channel` goes with `tag` or alone")),
    };
    let next = (users.len() as i64 > limit).then(|| users.truncate(limit as usize)).and_then(|()| users.last()).map(|user| user.uid);
    Ok(Json(UserList { users: users.iter().map(|user| ListedUser::new(&bot, user)).collect(), next }))
}

impl ListedUser {
    fn new(bot: &Bot, user: &User) -> Self {
        Self {
            user: user.key.user.to_string(),
            channel: user.key.channel.as_str(),
            uid: user.uid,
            name: user.value(bot, "user_name").as_str().unwrap_or_default().to_owned(),
            attributes: user.attributes().clone(),
            tags: user.tags().map(str::to_owned).collect(),
            opted_out: user.opted_out(),
            created_at: user.created_at.rfc3339(),
            last_interaction: user.last_interaction.rfc3339(),
        }
    }
}
