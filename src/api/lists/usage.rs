//! How much a bot is used.

use actix_web::{
    get,
    web::{Data, Json, Path, Query},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::channel;
use crate::{
    api::{State, principal::Principal, problem::Problem},
    key::Scope,
    store::UsageRow,
    time::Timestamp,
};

/// Days that one answer covers at most.
const DAYS_MAX: i32 = 366;

/// Which days.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::api) struct Wanted {
    /// The first day, UTC; the first of this month by default.
    #[param(example = "2026-12-01")]
    from: Option<String>,
    /// The last day; today by default, at most a year after the first.
    #[param(example = "2026-12-31")]
    to: Option<String>,
    /// Only this channel.
    channel: Option<String>,
}

/// What was counted, by day and channel.
#[derive(Serialize, ToSchema)]
pub(in crate::api) struct UsageList {
    usage: Vec<DayUsage>,
}

/// What was counted on one channel on one day.
#[derive(Serialize, ToSchema)]
struct DayUsage {
    #[schema(example = "2026-12-01")]
    day: String,
    #[schema(example = "webchat")]
    channel: &'static str,
    /// Messages in and out, without starts.
    messages: i64,
    /// Users whose first message of the month was on this day: the sum over a month is the number of its users.
    users: i64,
}

/// Messages and users of a bot, by day and channel; erasing users leaves these counts.
#[utoipa::path(
    tag = "users",
    params(("bot" = String, Path, description = "The key of the bot"), Wanted),
    responses(
        (status = 200, body = UsageList),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "The query does not fit"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "An API key is needed, or the one sent is no good"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "The key is not for this"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "There is no such bot"),
        (status = 503, body = Problem, content_type = "application/problem+json", description = "Try again later"),
    ),
    security((), ("key" = ["read"]))
)]
#[get("/v1/bots/{bot}/usage")]
pub(in crate::api) async fn show_usage(
    state: Data<State>,
    bot: Path<String>,
    wanted: Query<Wanted>,
    caller: Principal,
) -> Result<Json<UsageList>, Problem> {
    caller.must_have_key()?;
    let bot = caller.bot(&state, &bot, Scope::Read)?;
    let (now, on) = (Timestamp::now(), channel(wanted.channel.as_deref())?);
    let to = wanted.to.as_deref().map_or(Ok(now.day()), |text| day("to", text))?;
    let from = wanted.from.as_deref().map_or(Ok(Timestamp::of_day(to).month()), |text| day("from", text))?;
    if to < from || to - from >= DAYS_MAX {
        return Err(Problem::invalid(format!("`to` is at most {DAYS_MAX} days from `from`, and not before it")));
    }
    let usage = state.gateway.usage_by_day(bot.key(), from, to, on).await?;
    Ok(Json(UsageList { usage: usage.into_iter().map(DayUsage::from).collect() }))
}

/// The number of a day.
fn day(name: &str, text: &str) -> Result<i32, Problem> {
    let date: Option<jiff::civil::Date> = text.parse().ok();
    let at = date.and_then(|date| date.to_zoned(jiff::tz::TimeZone::UTC).ok());
    let day = at.map(|at| Timestamp(at.timestamp().as_millisecond()).day());
    day.ok_or_else(|| Problem::invalid(format!("`{name}` is a day such as 2026-12-01")))
}

impl From<UsageRow> for DayUsage {
    fn from(row: UsageRow) -> Self {
        let day = Timestamp::of_day(row.day).jiff().strftime("%Y-%m-%d").to_string();
        Self { day, channel: row.channel.as_str(), messages: row.messages, users: row.users }
    }
}
