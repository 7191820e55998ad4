//! Users who have an attribute of some value.

use actix_web::{
    HttpRequest, get,
    web::{Data, Json, Path},
};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{moment, query::Query};
use crate::{
    api::{State, dialect::PlatformError, principal::Principal, problem::Problem},
    flow::Bot,
    gateway::User,
    key::Scope,
    store::Part,
};

/// A page of users.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct PlatformUsers {
    users: Vec<PlatformUser>,
    /// The page that this is, from 1.
    page_number: i64,
    /// How many users a page has at most.
    page_size: i64,
    /// How many there are: exact up to 10,000, beyond that as they were counted within the last minute.
    total: i64,
}

/// A user.
#[derive(Serialize, ToSchema)]
struct PlatformUser {
    /// The id on the channel.
    #[schema(example = "919565428256")]
    user_id: String,
    /// The same.
    channel_user_id: String,
    #[schema(example = "whatsapp")]
    channel: &'static str,
    user_name: String,
    first_name: String,
    last_name: String,
    /// On channels whose users are phone numbers; else empty.
    phone_no: String,
    #[schema(example = "2023/04/04 10:54:00.000+0000")]
    created_on: String,
    /// When the user was heard last.
    #[schema(example = "2023/04/05 08:00:00.000+0000")]
    last_interaction: String,
    /// The saved attributes, and the one that was asked for.
    #[schema(value_type = Object)]
    attributes: Map<String, Value>,
}

/// The users for whom an attribute has a value, compared as texts, in the order in which they came.
///
/// Attributes that `bot.yaml` marks `indexed: true`, and the built-in ones, are found at once; others by a search through all users of
/// the bot, which ends after 5 s with 503.
#[utoipa::path(
    tag = "platform",
    params(
        ("customer" = String, Path, description = "The number of the account", example = "61179"),
        ("bot" = String, Path, description = "The key of the bot"),
        ("attribute_name" = String, Query, description = "The attribute; `attribute.name` works, too", example = "tier"),
        ("attribute_value" = String, Query, description = "Its value as a text; `attribute.value` works, too", example = "gold"),
        ("page_number" = Option<i64>, Query, description = "The page, from 1"),
        ("page_size" = Option<i64>, Query, description = "Users of a page: 500, at most 1,000"),
        ("after" = Option<i64>, Query, description = "Only users with a higher `uid`: for what lies more than 10,000 users deep"),
    ),
    responses(
        (status = 200, body = PlatformUsers),
        (status = 400, body = PlatformError, description = "2002: a parameter is missing or does not fit"),
        (status = 401, body = PlatformError, description = "2000: an API key is needed, or the one sent is no good"),
        (status = 403, body = PlatformError, description = "2003: there is no such bot, or the key is not for it"),
        (status = 503, body = PlatformError, description = "2000: try again later, or mark the attribute `indexed: true`"),
    ),
    security(("key" = ["read"]))
)]
#[get("/bot-api/v1.0/customer/{customer}/bot/{bot}/users")]
pub(in crate::api) async fn list_users_with(
    state: Data<State>,
    request: HttpRequest,
    path: Path<(String, String)>,
    caller: Principal,
) -> Result<Json<PlatformUsers>, Problem> {
    let bot = caller.bot_of(&state, &path.0, &path.1, Scope::Read)?;
    let query = Query::of(&request);
    let name = query.needed(&["attribute_name", "attribute.name"])?;
    let value = query.needed(&["attribute_value", "attribute.value"])?;
    let (paging, after) = (query.paging()?, query.number("after", 0..=i64::MAX)?);
    let skip = if after.is_some() { 0 } else { paging.skip("go on with `after=<uid>`")? };
    let part = Part { after: after.unwrap_or(0), skip, limit: paging.size };
    let found = state.gateway.users_with(&bot, name, value, part).await?;
    let users = found.users.iter().map(|user| PlatformUser::new(&bot, user, name)).collect();
    Ok(Json(PlatformUsers { users, page_number: paging.number.unwrap_or(1), page_size: paging.size, total: found.total }))
}

impl PlatformUser {
    fn new(bot: &Bot, user: &User, asked: &str) -> Self {
        let text = |name: &str| user.value(bot, name).as_str().unwrap_or_default().to_owned();
        let mut attributes = user.attributes().clone();
        attributes.entry(asked).or_insert_with(|| user.value(bot, asked));
        Self {
            user_id: user.key.user.to_string(),
            channel_user_id: user.key.user.to_string(),
            channel: user.key.channel.as_str(),
            user_name: text("user_name"),
            first_name: text("first_name"),
            last_name: text("last_name"),
            phone_no: text("phone_no"),
            created_on: moment(user.created_at),
            last_interaction: moment(user.last_interaction),
            attributes,
        }
    }
}
