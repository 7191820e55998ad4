//! How much a bot was used in a month.

use actix_web::{
    HttpResponse, get,
    web::{Data, Query},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{App, read};
use crate::{
    api::{State, dialect::OpenError, problem::Problem},
    time::Timestamp,
};

/// What is asked for.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// A day of the month, this one by default.
    #[param(example = "2021-08-01")]
    month_date: Option<String>,
    /// The number of a channel; all of them by default.
    #[param(value_type = Option<u16>, example = 1014)]
    channel_id: Option<String>,
}

/// What was counted.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct BotUsage {
    /// Messages of users and of the bot.
    total_messages: i64,
    /// Users with at least one of them.
    total_users: i64,
}

/// Counts the messages of a month (UTC), in and out, and the users that had one. What is erased later stays counted.
#[utoipa::path(
    tag = "open",
    params(Wanted),
    responses(
        (status = 200, body = BotUsage),
        (status = 400, body = OpenError, description = "The date or the channel is none"),
        (status = 401, body = OpenError, description = "The token is missing, not valid, expired, or of an app that was revoked"),
        (status = 403, body = OpenError, description = "The account of the bot has not got this API"),
        (status = 429, body = OpenError, description = "Too many requests; `Retry-After` says when to try again"),
        (status = 503, body = OpenError, description = "Try again later"),
    ),
    security(("app" = []))
)]
#[get("/botUsage")]
pub(in crate::api) async fn show_usage(app: App, state: Data<State>, wanted: Query<Wanted>) -> Result<HttpResponse, Problem> {
    let month = match wanted.month_date.as_deref() {
        Some(date) => month(date)?,
        None => Timestamp::now(),
    };
    let channel = wanted.channel_id.as_deref().map(|number| read::channel("channelId", &number.into())).transpose()?;
    let days = state.gateway.usage_by_day(&app.bot, month.month(), month.next_month() - 1, channel).await?;
    let (total_messages, total_users) = days.iter().fold((0, 0), |(messages, users), day| (messages + day.messages, users + day.users));
    Ok(HttpResponse::Ok().json(BotUsage { total_messages, total_users }))
}

/// A day of a month, or the month alone.
fn month(date: &str) -> Result<Timestamp, Problem> {
    let is_month = date.len() == "2021-08".len();
    read::moment("monthDate", &if is_month { format!("{date}-01") } else { date.to_owned() })
}
