//! What was said with a user.

use actix_web::{
    HttpRequest, get,
    http::StatusCode,
    web::{Data, Json, Path},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{line::Said, query::Query};
use crate::{
    api::{State, dialect::PlatformError, principal::Principal, problem::Problem},
    gateway::Page,
    id::Channel,
    key::Scope,
    store::Span,
    time::Timestamp,
};

/// A page of messages, oldest first.
#[derive(Serialize, ToSchema)]
#[schema(as = PlatformConversations)]
pub(in crate::api) struct Conversations {
    conversations: Vec<Said>,
    /// The page that this is, from 1; where none was asked for, the number of pages.
    page_number: i64,
    /// How many messages a page has at most.
    page_size: i64,
    /// How many messages there are.
    total: i64,
}

/// The messages of a user, in and out, oldest first.
///
/// Without `page_number` the last `page_size` messages; a number counts pages from the oldest. A user whom several channels know is the
/// one with the latest message, unless `channel` names another. Names are read in any case.
#[utoipa::path(
    tag = "platform",
    params(
        ("customer" = String, Path, description = "The number of the account", example = "61179"),
        ("bot" = String, Path, description = "The key of the bot"),
        ("user" = String, Path, description = "The user's id on the channel; a phone number in any form"),
        ("channel" = Option<String>, Query, description = "The channel by name"),
        ("start_date" = Option<i64>, Query, description = "Only messages from this moment on, in ms since 1970"),
        ("end_date" = Option<i64>, Query, description = "Only messages until this moment, in ms since 1970"),
        ("page_number" = Option<i64>, Query, description = "The page, from 1"),
        ("page_size" = Option<i64>, Query, description = "Messages of a page: 500, at most 1,000"),
    ),
    responses(
        (status = 200, body = Conversations),
        (status = 400, body = PlatformError, description = "2002: a parameter does not fit"),
        (status = 401, body = PlatformError, description = "2000: an API key is needed, or the one sent is no good"),
        (status = 403, body = PlatformError, description = "2003: there is no such bot, or the key is not for it"),
        (status = 404, body = PlatformError, description = "2008: the bot has no such user"),
        (status = 503, body = PlatformError, description = "2000: try again later"),
    ),
    security(("key" = ["read"]))
)]
#[get("/bot-api/v1.0/customer/{customer}/bot/{bot}/channel-user/{user}/conversations")]
pub(in crate::api) async fn list_conversations(
    state: Data<State>,
    request: HttpRequest,
    path: Path<(String, String, String)>,
    caller: Principal,
) -> Result<Json<Conversations>, Problem> {
    let bot = caller.bot_of(&state, &path.0, &path.1, Scope::Read)?;
    let query = Query::of(&request);
    let (paging, span) = (query.paging()?, span(&query)?);
    let page = match paging.number {
        Some(_) => Page::Skip { skip: paging.skip("narrow it down by `start_date` and `end_date`")?, limit: paging.size },
        None => Page::Last(paging.size),
    };
    let user = state.gateway.user(&bot, &path.2, channel(&query)?).await?.ok_or_else(unknown_user)?;
    let total = state.gateway.count_within(&user.key, span).await?;
    let messages = state.gateway.messages_within(&user.key, span, page).await?;
    let conversations = messages.into_iter().map(|message| Said::new(message, &user.key.user)).collect();
    let page_number = paging.number.unwrap_or_else(|| paging.pages(total));
    Ok(Json(Conversations { conversations, page_number, page_size: paging.size, total }))
}

fn span(query: &Query) -> Result<Span, Problem> {
    let moment = |name| Ok::<_, Problem>(query.number(name, 0..=i64::MAX)?.map(Timestamp));
    Ok(Span { from: moment("start_date")?.unwrap_or(Timestamp(0)), to: moment("end_date")?.unwrap_or(Timestamp(i64::MAX)) })
}

fn channel(query: &Query) -> Result<Option<Channel>, Problem> {
    let named = |name: &str| if name.eq_ignore_ascii_case("web") { Ok(Channel::Webchat) } else { name.parse() };
    let channel = query.text(&["channel"]).filter(|name| !name.is_empty()).map(named).transpose();
    channel.map_err(|unknown: crate::id::UnknownChannel| Problem::invalid(unknown.to_string()))
}

fn unknown_user() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "unknown-user", "the bot has no such user")
}
