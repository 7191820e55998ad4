//! A message of a user, and the bot's answer to it.

use std::sync::Arc;

use actix_web::{
    HttpResponse, post,
    web::{Data, Path},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{State, body::Json, fields, left::replied, principal::Principal, problem::Problem};
use crate::{
    flow::{Bot, Message},
    gateway::{Happening, Inbound, Reply, Said},
    id::{Channel, ConversationKey, Version},
    key::Scope,
};

/// What a user sends: exactly one of `text`, `payload` and `location`.
#[derive(Deserialize, ToSchema)]
pub(super) struct NewMessage {
    /// Who writes: 1 to 128 characters.
    #[schema(example = "u1")]
    user: String,
    /// A typed text, at most 4,096 characters.
    #[schema(example = "hi")]
    text: Option<String>,
    /// The `payload` of a pressed item as it was given, or a list of one.
    #[schema(value_type = Option<PayloadForm>)]
    payload: Option<Value>,
    /// A place: `{latitude, longitude, label?, address?}`.
    #[schema(value_type = Option<Object>)]
    location: Option<Map<String, Value>>,
    /// Makes a repeat harmless: the same id is run once, and answered again with the same messages.
    id: Option<String>,
    /// Attributes to set first. Only with an API key, or for the operator.
    #[schema(value_type = Option<Object>)]
    attributes: Option<Map<String, Value>>,
    /// The channel, `webchat` by default. Only with an API key, or for the operator.
    channel: Option<String>,
}

/// A key, or a list of one.
#[derive(ToSchema)]
#[schema(as = Payload)]
#[expect(dead_code, reason = "only describes the field to OpenAPI")]
#[serde(untagged)]
enum PayloadForm {
    One(String),
    List(Vec<String>),
}

/// What the bot answered.
#[derive(Serialize, ToSchema)]
struct Answer {
    /// The session, if one is open.
    session: Option<String>,
    /// The version of the bot that answered: a content hash.
    #[schema(value_type = Option<String>)]
    version: Option<Version>,
    /// The messages, in order: `{"id", "type", …}` with the fields of the block of that name.
    #[schema(value_type = Vec<Object>)]
    messages: Vec<Arc<Message>>,
    /// The payloads of the items with `once` that still act: their questions are open.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    open_items: Vec<String>,
    /// The message is a press that was made already: nothing happened, and the events stream does not show it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    repeated: bool,
    /// The bot is still at work: what follows comes by the events stream.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    pending: bool,
}

/// Sends a message to a bot and waits, at most 15 seconds, for its answer.
#[utoipa::path(
    tag = "conversations",
    params(("bot" = String, Path, description = "The key of the bot")),
    request_body(content = NewMessage, example = json!({"user": "u1", "text": "hi"})),
    responses(
        (status = 200, body = Answer),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "The body does not fit"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "A token or a key is needed, or the one sent is no good"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "Another user's token, a key that is not for this, or `attributes` or `channel` on webchat"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "There is no such bot"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "The id was used for another message"),
        (status = 413, body = Problem, content_type = "application/problem+json", description = "The body is larger than 256 KiB"),
        (status = 415, body = Problem, content_type = "application/problem+json", description = "The body is not sent as JSON, or is compressed"),
        (status = 429, body = Problem, content_type = "application/problem+json", description = "20 messages of this user wait already"),
        (status = 503, body = Problem, content_type = "application/problem+json", description = "Try again later"),
    ),
    security((), ("webchat" = []), ("key" = ["messages"]))
)]
#[post("/v1/bots/{bot}/messages")]
pub(super) async fn send_message(
    state: Data<State>,
    bot: Path<String>,
    caller: Principal,
    message: Json<NewMessage>,
) -> Result<HttpResponse, Problem> {
    let bot = caller.bot(&state, &bot, Scope::Messages)?;
    let inbound = message.0.inbound(&bot, &caller)?;
    state.gateway.receive(inbound).await.map(answer).map(replied).map_err(Problem::from)
}

fn answer(reply: Reply) -> HttpResponse {
    let answer = Answer {
        session: reply.session,
        version: reply.version,
        messages: reply.messages,
        open_items: reply.open_items,
        repeated: reply.repeated,
        pending: reply.pending,
    };
    let mut response = HttpResponse::Ok().json(answer);
    if let Some(run) = reply.run {
        response.extensions_mut().insert(run);
    }
    response
}

impl NewMessage {
    /// What it asks for, if the caller may ask for it.
    fn inbound(self, bot: &Bot, caller: &Principal) -> Result<Inbound, Problem> {
        caller.must_speak(bot, fields::user(&self.user)?)?;
        self.id.as_deref().map_or(Ok(()), fields::id)?;
        let channel = self.channel.map_or(Ok(Channel::Webchat), |name| channel(&name, caller))?;
        let attributes = self.attributes.map_or_else(|| Ok(Map::new()), |given| attributes(given, caller))?;
        let input = said(self.text, self.payload, self.location)?;
        let key = ConversationKey { bot: bot.key().clone(), channel, user: fields::user_on(bot, channel, &self.user, "user")? };
        Ok(Inbound { key, external_id: self.id, happening: Happening::Message { input, attributes } })
    }
}

fn said(text: Option<String>, payload: Option<Value>, location: Option<Map<String, Value>>) -> Result<Said, Problem> {
    match (text, payload, location) {
        (Some(text), None, None) => fields::said("text", text).map(Said::Text),
        (None, Some(payload), None) => fields::payload(payload).map(Said::Press),
        (None, None, Some(place)) => fields::location(&place).map(Said::Location),
        _ => Err(Problem::invalid("send exactly one of `text`, `payload` and `location`")),
    }
}

/// The channel of a bot that a trusted caller names, webchat by default.
pub(super) fn channel_of(bot: &Bot, name: Option<&str>) -> Result<Channel, Problem> {
    let Some(name) = name else { return Ok(Channel::Webchat) };
    let channel = name.parse().map_err(|unknown: crate::id::UnknownChannel| Problem::invalid(unknown.to_string()))?;
    if bot.about().listed(channel).is_some() { Ok(channel) } else { Err(Problem::unlisted(channel)) }
}

/// The channel that a caller names.
pub(super) fn channel(name: &str, caller: &Principal) -> Result<Channel, Problem> {
    caller.must_be_trusted("channel")?;
    name.parse().map_err(|unknown: crate::id::UnknownChannel| Problem::invalid(unknown.to_string()))
}

fn attributes(given: Map<String, Value>, caller: &Principal) -> Result<Map<String, Value>, Problem> {
    caller.must_be_trusted("attributes")?;
    fields::attributes(given)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn input(body: Value) -> Result<Said, Problem> {
        let message: NewMessage = serde_json::from_value(body).unwrap();
        said(message.text, message.payload, message.location)
    }

    #[test]
    fn exactly_one_thing_is_said() {
        assert_eq!(input(json!({"user": "u", "text": "hi", "payload": null, "later": 1})).unwrap(), Said::Text("hi".into()));
        assert_eq!(input(json!({"user": "u", "payload": ["k"]})).unwrap(), Said::Press("k".into()));
        assert!(matches!(input(json!({"user": "u", "location": {"latitude": 1, "longitude": 2}})), Ok(Said::Location(_))));
        for bad in [json!({"user": "u"}), json!({"user": "u", "text": "hi", "payload": "k"}), json!({"user": "u", "media": "m"})] {
            assert!(input(bad.clone()).is_err(), "{bad}");
        }
    }
}
