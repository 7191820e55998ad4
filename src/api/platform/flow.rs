//! Starting a flow as clients of the platform API do.

use actix_web::{
    HttpRequest, HttpResponse, post,
    web::{Data, Path},
};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::asked::Asked;
use crate::api::{
    State,
    body::FirstObject,
    dialect::{PlatformAnswer, PlatformError},
    features, fields,
    principal::Principal,
    problem::Problem,
};
use crate::{
    accounts::Feature,
    flow::Bot,
    gateway::{Happening, Inbound, anybody, request_id},
    id::{Channel, ConversationKey, UserKey},
    key::Scope,
};
/// A version of the API; all do the same.
#[derive(Deserialize, ToSchema)]
enum ApiVersion {
    #[serde(rename = "v1.0")]
    V1,
    #[serde(rename = "v2.0")]
    V2,
    #[serde(rename = "v3.0")]
    V3,
}

/// Which flow of whose bot.
#[derive(Deserialize)]
pub(in crate::api) struct Flow {
    #[serde(rename = "version")]
    _version: ApiVersion,
    customer: String,
    bot: String,
    flow: String,
}

/// Starts a flow for a user, on top of an open question. Answers once that is durable; the flow runs right after.
///
/// Attributes come in the query (`?invoiceId=INV-1`), as one flat JSON object in the body, or both; the query wins. Their names and
/// `channel` are read in any case. `user.phone_no` is the user's id on the channel, whichever it is; without it a new user is made on
/// `workflow`. The channel is `whatsapp` if nothing is said, or `workflow` where the bot has no WhatsApp.
#[utoipa::path(
    tag = "platform",
    params(
        ("version" = ApiVersion, Path, description = "A version of this API; all do the same"),
        ("customer" = String, Path, description = "The number of the account", example = "61179"),
        ("bot" = String, Path, description = "The key of the bot"),
        ("flow" = String, Path, description = "The key of a sequence, in any case, or its number"),
        ("channel" = Option<String>, Query, description = "By name; `web` is webchat, an unknown name is workflow"),
        ("user.phone_no" = Option<String>, Query, description = "The user's id on the channel"),
        ("user.user_name" = Option<String>, Query, description = "The user's name; likewise `user.first_name`, `user.last_name`, `user.language`, `user.email`"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeat harmless: what was asked for with this key is done once"),
    ),
    request_body(content = Object, content_type = "application/json", example = json!({"user.channel": "web", "user.phone_no": "u1", "payment_status": "Paid"})),
    responses(
        (status = 200, body = PlatformAnswer),
        (status = 400, body = PlatformError, description = "2002: it does not fit, or an attribute that the flow needs is missing; 2004: the bot does not list the channel"),
        (status = 401, body = PlatformError, description = "2000: an API key is needed, or the one sent is no good"),
        (status = 403, body = PlatformError, description = "2003: there is no such bot, or the key is not for it; 2000: the account has not this feature"),
        (status = 404, body = PlatformError, description = "2007: the bot has no such flow"),
        (status = 413, body = PlatformError, description = "2000: the body is larger than 256 KiB"),
        (status = 415, body = PlatformError, description = "2000: the body is compressed"),
        (status = 422, body = PlatformError, description = "2000: the `Idempotency-Key` was used for another request"),
        (status = 429, body = PlatformError, description = "2000: 20 events of this user wait already"),
        (status = 503, body = PlatformError, description = "2000: try again later"),
    ),
    security(("key" = ["send"]))
)]
#[post("/bot-api/{version}/customer/{customer}/bot/{bot}/flow/{flow}")]
pub(in crate::api) async fn start_flow(
    state: Data<State>,
    request: HttpRequest,
    path: Path<Flow>,
    caller: Principal,
    body: FirstObject,
) -> Result<HttpResponse, Problem> {
    let bot = caller.bot_of(&state, &path.customer, &path.bot, Scope::Send)?;
    features::wanted(&state, bot.key(), Feature::Triggers)?;
    let sequence = bot.find_sequence(&path.flow).ok_or_else(Problem::unknown_flow)?.key.clone();
    let asked = Asked::of(request.query_string(), body.0);
    let idempotency = fields::idempotency_key(&request)?;
    let (channel, user) = whom(&bot, &asked, idempotency)?;
    let key = ConversationKey { bot: bot.key().clone(), channel, user };
    let external_id = idempotency.map(|key| request_id(&bot.about().account, key));
    let attributes = fields::attributes(asked.attributes)?;
    state.gateway.accept(Inbound { key, external_id, happening: Happening::Start { sequence, attributes } }).await?;
    Ok(HttpResponse::Ok().json(PlatformAnswer::success(json!(true))))
}

/// The channel and the user that are meant.
fn whom(bot: &Bot, asked: &Asked, idempotency: Option<&str>) -> Result<(Channel, UserKey), Problem> {
    let channel = match (&asked.channel, &asked.user) {
        (Some(name), _) => named(name),
        (None, Some(_)) if bot.about().listed(Channel::Whatsapp).is_some() => Channel::Whatsapp,
        (None, _) => Channel::Workflow,
    };
    if bot.about().listed(channel).is_none() {
        return Err(Problem::unlisted(channel));
    }
    match &asked.user {
        Some(user) => fields::user_on(bot, channel, user, "user.phone_no").map(|user| (channel, user)),
        None if channel == Channel::Workflow => Ok((channel, anybody(&bot.about().account, idempotency))),
        None => Err(Problem::invalid(format!("`user.phone_no` is missing: the channel {channel} needs to know for whom"))),
    }
}

/// A channel by the name that clients have for it.
fn named(name: &str) -> Channel {
    if name.eq_ignore_ascii_case("web") { Channel::Webchat } else { name.parse().unwrap_or(Channel::Workflow) }
}
