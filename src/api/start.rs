//! Starting a sequence for a user, natively.

use actix_web::{
    HttpRequest, HttpResponse, post,
    web::{Data, Path},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{State, body::Json, fields, messages, principal::Principal, problem::Problem};
use crate::{
    gateway::{Happening, Inbound, request_id},
    id::{Channel, ConversationKey, UserKey},
    key::Scope,
};

/// What is started, and for whom.
#[derive(Deserialize, ToSchema)]
pub(super) struct NewStart {
    /// The key of the sequence, in any case, or its number.
    #[schema(example = "order_status")]
    sequence: String,
    /// For whom: a user who need not have written before.
    #[schema(example = "u1")]
    user: String,
    /// The channel, `webchat` by default.
    channel: Option<String>,
    /// Attributes to set first.
    #[schema(value_type = Option<Object>)]
    attributes: Option<Map<String, Value>>,
}

/// A start that will not be lost.
#[derive(Serialize, ToSchema)]
struct Started {
    /// The user, as the gateway knows them: a phone number is its digits.
    #[schema(value_type = String)]
    user: UserKey,
    /// The channel.
    #[schema(value_type = String, example = "webchat")]
    channel: Channel,
}

/// Starts a sequence for a user, on top of an open question. Answers once that is durable; the sequence runs right after.
#[utoipa::path(
    tag = "conversations",
    params(
        ("bot" = String, Path, description = "The key of the bot"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeat harmless: what was asked for with this key is done once"),
    ),
    request_body(content = NewStart, example = json!({"sequence": "welcome", "user": "u1", "attributes": {"tier": "gold"}})),
    responses(
        (status = 202, body = Started),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "The body does not fit, or an attribute that the sequence needs is missing"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "The key is not for this"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "There is no such bot or sequence"),
        (status = 413, body = Problem, content_type = "application/problem+json", description = "The body is larger than 256 KiB"),
        (status = 415, body = Problem, content_type = "application/problem+json", description = "The body is not sent as JSON, or is compressed"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "The `Idempotency-Key` was used for another request"),
        (status = 429, body = Problem, content_type = "application/problem+json", description = "20 events of this user wait already"),
        (status = 503, body = Problem, content_type = "application/problem+json", description = "Try again later"),
    ),
    security((), ("key" = ["send"]))
)]
#[post("/v1/bots/{bot}/start")]
pub(super) async fn start_sequence(
    state: Data<State>,
    request: HttpRequest,
    bot: Path<String>,
    caller: Principal,
    start: Json<NewStart>,
) -> Result<HttpResponse, Problem> {
    caller.must_have_key()?;
    let (bot, start) = (caller.bot(&state, &bot, Scope::Send)?, start.0);
    let sequence = bot.find_sequence(&start.sequence).ok_or_else(Problem::unknown_flow)?.key.clone();
    let channel = messages::channel_of(&bot, start.channel.as_deref())?;
    let user = fields::user_on(&bot, channel, &start.user, "user")?;
    let external_id = fields::idempotency_key(&request)?.map(|key| request_id(&bot.about().account, key));
    let key = ConversationKey { bot: bot.key().clone(), channel, user: user.clone() };
    let attributes = fields::attributes(start.attributes.unwrap_or_default())?;
    state.gateway.accept(Inbound { key, external_id, happening: Happening::Start { sequence, attributes } }).await?;
    Ok(HttpResponse::Accepted().json(Started { user, channel }))
}
