//! The conversation with a user.

use actix_web::{
    HttpResponse, post,
    web::{Data, Query},
};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{App, line::line, paging::Paging, read};
use crate::{
    api::{State, body::FirstObject, dialect::OpenError, problem::Problem},
    flow::Bot,
    gateway::Page,
    id::{Channel, ConversationKey, UserKey},
    store::Span,
    time::Timestamp,
};

/// How many months back a transcript reaches.
const MONTHS: i64 = 3;

/// Whose transcript is asked for.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "only describes the body to OpenAPI")]
pub(super) struct Wish {
    /// The id of the user on the channel; phone numbers with `+` or without.
    bot_user_id: String,
    /// The number of the channel.
    channel_id: u16,
    /// The first moment: at most 3 months ago, which is the default.
    start_date: Option<String>,
    /// The last one; now by default.
    end_date: Option<String>,
}

/// What is known of the user.
#[derive(Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct BotUser {
    /// The saved attributes.
    #[schema(value_type = Object)]
    custom_fields: Map<String, Value>,
    tags: Vec<String>,
}

/// Where a page stands.
#[derive(Serialize, ToSchema)]
struct Pagination {
    page: i64,
    pages: i64,
    total: i64,
    limit: i64,
}

/// A page of a transcript.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Transcript {
    bot_user: BotUser,
    /// The messages, the oldest first: `{"from": "User" | "Bot", "type", …, "createdAt", "updatedAt", "isPreviewUser"}`, with what it shows
    /// under the key that `type` names.
    #[schema(value_type = Vec<Object>)]
    transcripts: Vec<Value>,
    pagination_details: Pagination,
}

/// Shows what a user and the bot have said to each other. A user who is not known has said nothing.
#[utoipa::path(
    tag = "open",
    params(Paging),
    request_body(content = Wish, example = json!({"botUserId": "+919876543210", "channelId": 1014})),
    responses(
        (status = 200, body = Transcript),
        (status = 400, body = OpenError, description = "A field is missing or does not fit, the start lies more than 3 months ago, or the page is too deep"),
        (status = 401, body = OpenError, description = "The token is missing, not valid, expired, or of an app that was revoked"),
        (status = 403, body = OpenError, description = "The account of the bot has not got this API"),
        (status = 408, body = OpenError, description = "The body took too long to arrive"),
        (status = 413, body = OpenError, description = "The body is larger than 256 KiB"),
        (status = 415, body = OpenError, description = "The body is compressed"),
        (status = 429, body = OpenError, description = "Too many requests; `Retry-After` says when to try again"),
        (status = 503, body = OpenError, description = "Try again later"),
    ),
    security(("app" = []))
)]
#[post("/transcripts")]
pub(in crate::api) async fn show_transcript(
    app: App,
    state: Data<State>,
    paging: Query<Paging>,
    body: FirstObject,
) -> Result<HttpResponse, Problem> {
    let wanted = paging.wanted("ask for a narrower range of `startDate` and `endDate`")?;
    let (key, span) = (conversation(&state, &app, &body.0)?, span(&body.0, Timestamp::now())?);
    let user = match &key {
        Some(key) => state.gateway.user_of(key).await?.zip(Some(key)),
        None => None,
    };
    let (mut bot_user, mut transcripts, mut total) = (BotUser::default(), Vec::new(), 0);
    if let Some((user, key)) = user {
        total = state.gateway.count_within(key, span).await?;
        let page = Page::Skip { skip: wanted.offset(), limit: wanted.limit };
        transcripts = state.gateway.messages_within(key, span, page).await?.into_iter().map(line).collect();
        bot_user = BotUser { custom_fields: user.attributes().clone(), tags: user.tags().map(str::to_owned).collect() };
    }
    let pagination_details = Pagination { page: wanted.page, pages: wanted.pages(total), total, limit: wanted.limit };
    Ok(HttpResponse::Ok().json(Transcript { bot_user, transcripts, pagination_details }))
}

/// None: nobody can have this id on the channel.
fn conversation(state: &State, app: &App, body: &Map<String, Value>) -> Result<Option<ConversationKey>, Problem> {
    let user = read::wanted(body, "botUserId")?;
    let number = body.get("channelId").filter(|number| !number.is_null()).ok_or_else(|| Problem::invalid("`channelId` is missing"))?;
    let channel = read::channel("channelId", number)?;
    let country = state.gateway.bot(&app.bot).and_then(|bot| country(&bot, channel));
    let user = UserKey::on(channel, user, country.as_deref()).filter(|user| !user.contains('\0')); // no database has one
    Ok(user.map(|user| ConversationKey { bot: app.bot.clone(), channel, user }))
}

/// The code that completes national numbers.
fn country(bot: &Bot, channel: Channel) -> Option<String> {
    bot.about().listed(channel)?.country.clone()
}

fn span(body: &Map<String, Value>, now: Timestamp) -> Result<Span, Problem> {
    let date = |name| read::text(body, name)?.map(|text| read::moment(name, text)).transpose();
    let earliest = months_before(now);
    let (from, end) = (date("startDate")?.unwrap_or(earliest), date("endDate")?);
    if from < earliest {
        return Err(Problem::invalid(format!("`startDate` is at most {MONTHS} months ago: from {} on", earliest.rfc3339())));
    }
    if end.is_some_and(|end| end < from) {
        return Err(Problem::invalid("`endDate` lies before `startDate`"));
    }
    Ok(Span { from, to: end.unwrap_or(now) })
}

/// The begin of the day so many months ago, so that a date of that day is still one.
fn months_before(now: Timestamp) -> Timestamp {
    let today = now.jiff().to_zoned(jiff::tz::TimeZone::UTC);
    let then = today.checked_sub(jiff::Span::new().months(MONTHS)).map_or(now, |then| Timestamp(then.timestamp().as_millisecond()));
    Timestamp::of_day(then.day())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(body: Value) -> Option<(String, String)> {
        let now = Timestamp::iso("2026-05-31T12:00:00Z").unwrap();
        span(body.as_object().unwrap(), now).ok().map(|span| (span.from.rfc3339(), span.to.rfc3339()))
    }

    #[test]
    fn a_transcript_reaches_back_three_months() {
        let (earliest, now) = ("2026-02-28T00:00:00.000Z".to_owned(), "2026-05-31T12:00:00.000Z".to_owned());
        assert_eq!(read(json!({})), Some((earliest.clone(), now.clone())));
        assert_eq!(read(json!({"startDate": "2026-02-28", "endDate": null})), Some((earliest, now.clone())));
        assert_eq!(read(json!({"startDate": "2026-05-31T12:00:00Z"})), Some((now.clone(), now)));
        for bad in [
            json!({"startDate": "2026-02-27T23:59:59.999Z"}),
            json!({"startDate": "2026-05-02", "endDate": "2026-05-01"}),
            json!({"endDate": "2026-02-27"}),
            json!({"endDate": ""}),
        ] {
            assert_eq!(read(bad.clone()), None, "{bad}");
        }
    }
}
