//! Users by when they last had a message.

use actix_web::{
    HttpResponse, post,
    web::{Data, Query},
};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{App, paging::Paging, read};
use crate::{
    api::{State, body::FirstObject, dialect::OpenError, problem::Problem},
    gateway::{Between, User},
    id::Channel,
    time::Timestamp,
};

/// Which users are asked for.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "only describes the body to OpenAPI")]
pub(super) struct Filter {
    /// Numbers of channels, each once; all channels by default.
    channel_ids: Option<Vec<u16>>,
    /// The first moment of the last message.
    start_date: Option<String>,
    /// The last one. A range that ends where a day begins does not touch that day.
    end_date: Option<String>,
}

/// A user.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct UserLine {
    /// The number of the user.
    user_id: String,
    /// The id on the channel, phone numbers with their `+`.
    bot_user_id: String,
    channel_name: &'static str,
    user_name: String,
    /// The full name; the user name where it is not known.
    name: String,
    created_date: String,
    #[serde(rename = "first interacted date")]
    first_interacted: String,
    #[serde(rename = "last interacted date")]
    last_interacted: String,
}

/// A page of users.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Users {
    users: Vec<UserLine>,
    page: i64,
    pages: i64,
    /// Exact up to 10,000; beyond, as it was within the last minute.
    total: i64,
    limit: i64,
    /// 0 or 1.
    has_next_page: u8,
}

/// Lists the users of the bot whose last message, in or out, lies in a range.
#[utoipa::path(
    tag = "open",
    params(Paging),
    request_body(content = Filter, example = json!({"channelIds": [1010], "startDate": "2021-10-01T00:00:00.000Z", "endDate": "2021-10-02T00:00:00.000Z"})),
    responses(
        (status = 200, body = Users),
        (status = 400, body = OpenError, description = "A date, a channel or the page is none, or the page is too deep"),
        (status = 401, body = OpenError, description = "The token is missing, not valid, expired, or of an app that was revoked"),
        (status = 403, body = OpenError, description = "The account of the bot has not got this API"),
        (status = 408, body = OpenError, description = "The body took too long to arrive"),
        (status = 413, body = OpenError, description = "The body is larger than 256 KiB"),
        (status = 415, body = OpenError, description = "The body is compressed"),
        (status = 429, body = OpenError, description = "Too many requests; `Retry-After` says when to try again"),
        (status = 503, body = OpenError, description = "Try again later, or ask for less: there are too many to count in 5 seconds"),
    ),
    security(("app" = []))
)]
#[post("/users")]
pub(in crate::api) async fn list_users(
    app: App,
    state: Data<State>,
    paging: Query<Paging>,
    body: FirstObject,
) -> Result<HttpResponse, Problem> {
    let wanted = paging.wanted("ask for fewer channels, or for a narrower range of `startDate` and `endDate`")?;
    let found = state.gateway.interacted(&app.bot, &between(&body.0)?, wanted.offset(), wanted.limit).await?;
    let pages = wanted.pages(found.total);
    Ok(HttpResponse::Ok().json(Users {
        users: found.users.into_iter().map(|(user, last_at)| line(&user, last_at)).collect(),
        page: wanted.page,
        pages,
        total: found.total,
        limit: wanted.limit,
        has_next_page: u8::from(wanted.page < pages),
    }))
}

fn between(body: &Map<String, Value>) -> Result<Between, Problem> {
    let date = |name| read::text(body, name)?.map(|text| read::moment(name, text)).transpose();
    let (from, end) = (date("startDate")?, date("endDate")?);
    if from.zip(end).is_some_and(|(from, end)| end < from) {
        return Err(Problem::invalid("`endDate` lies before `startDate`"));
    }
    let channels = match body.get("channelIds") {
        None | Some(Value::Null) => Channel::ALL.to_vec(),
        Some(Value::Array(numbers)) => channels(numbers)?,
        Some(_) => return Err(Problem::invalid("`channelIds` is a list of numbers of channels")),
    };
    Ok(Between { channels, from, to: end.map(read::until) })
}

fn channels(numbers: &[Value]) -> Result<Vec<Channel>, Problem> {
    let mut channels = numbers.iter().map(|number| read::channel("channelIds", number)).collect::<Result<Vec<_>, _>>()?;
    channels.sort_unstable();
    if channels.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(Problem::invalid("`channelIds` names a channel twice"));
    }
    Ok(channels)
}

fn line(user: &User, last_at: Timestamp) -> UserLine {
    let created = user.created_at.rfc3339();
    let user_name = user.built_in("user_name").unwrap_or_else(|| user.key.user.to_string());
    UserLine {
        user_id: user.uid.to_string(),
        bot_user_id: shown(user.key.channel, &user.key.user),
        channel_name: user.key.channel.as_str(),
        name: user.built_in("full_name").unwrap_or_else(|| user_name.clone()),
        user_name,
        created_date: created.clone(),
        first_interacted: created,
        last_interacted: last_at.rfc3339(),
    }
}

/// An id as clients of this API know it.
fn shown(channel: Channel, user: &str) -> String {
    if channel.is_phone() { format!("+{user}") } else { user.to_owned() }
}
