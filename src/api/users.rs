//! What is known of a user, changed from outside.

use actix_web::{
    HttpResponse, patch,
    web::{Data, Path, Query},
};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

use super::{State, body::Json, fields, messages, principal::Principal, problem::Problem};
use crate::{
    flow::Change,
    gateway::{Happening, Inbound},
    id::ConversationKey,
    key::Scope,
};

/// Which of the bot's channels.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct On {
    /// The channel, `webchat` by default.
    channel: Option<String>,
}

impl On {
    /// The name of the channel, if one is named.
    pub(super) fn channel(&self) -> Option<&str> {
        self.channel.as_deref()
    }
}

/// What is changed; what is not named stays.
#[derive(Deserialize, ToSchema)]
pub(super) struct UserChange {
    /// Attributes to set, each of its declared type; null takes one away.
    #[schema(value_type = Option<Object>)]
    attributes: Option<Map<String, Value>>,
    /// Tags.
    tags: Option<TagsChange>,
    /// Whether the user is not to be written to.
    opted_out: Option<bool>,
}

/// Tags that come and go.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default)]
struct TagsChange {
    /// Those that the user gets.
    add: Vec<String>,
    /// Those that go.
    remove: Vec<String>,
}

/// Changes attributes and tags of a user, and whether they want to be written to. It is no word of theirs: nothing is said.
#[utoipa::path(
    tag = "conversations",
    params(
        ("bot" = String, Path, description = "The key of the bot"),
        ("user" = String, Path, description = "The user"),
        On,
    ),
    request_body(content = UserChange, example = json!({"attributes": {"tier": "gold"}, "tags": {"add": ["vip"], "remove": ["new"]}})),
    responses(
        (status = 204, description = "It is changed"),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "The body does not fit, or an attribute cannot take its value"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "The key is not for this"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "There is no such bot or user"),
        (status = 413, body = Problem, content_type = "application/problem+json", description = "The body is larger than 256 KiB"),
        (status = 415, body = Problem, content_type = "application/problem+json", description = "The body is not sent as JSON, or is compressed"),
        (status = 429, body = Problem, content_type = "application/problem+json", description = "20 events of this user wait already"),
        (status = 503, body = Problem, content_type = "application/problem+json", description = "Try again later"),
    ),
    security((), ("key" = ["send"]))
)]
#[patch("/v1/bots/{bot}/users/{user}")]
pub(super) async fn change_user(
    state: Data<State>,
    path: Path<(String, String)>,
    on: Query<On>,
    caller: Principal,
    change: Json<UserChange>,
) -> Result<HttpResponse, Problem> {
    caller.must_have_key()?;
    let (bot, user) = path.into_inner();
    let bot = caller.bot(&state, &bot, Scope::Send)?;
    let channel = messages::channel_of(&bot, on.channel.as_deref())?;
    let key = ConversationKey { bot: bot.key().clone(), channel, user: fields::user_on(&bot, channel, &user, "user")? };
    let happening = Happening::Change(change.0.change()?);
    state.gateway.accept(Inbound { key, external_id: None, happening }).await?;
    Ok(HttpResponse::NoContent().finish())
}

impl UserChange {
    fn change(self) -> Result<Change, Problem> {
        let tags = self.tags.unwrap_or_default();
        Ok(Change {
            attributes: fields::attributes(self.attributes.unwrap_or_default())?,
            add_tags: fields::tags(tags.add)?,
            remove_tags: fields::tags(tags.remove)?,
            opted_out: self.opted_out,
        })
    }
}
