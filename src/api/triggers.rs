//! The flows of a bot that are meant to be started from outside, described as OpenAPI: each with its parameters, their types and an
//! example, for whoever writes the form or the job that starts them.

use actix_web::{
    HttpResponse, get,
    web::{Data, Path},
};
use serde_json::{Map, Value, json};

use super::{State, principal::Principal, problem::Problem};
use crate::{
    flow::{Attribute, Bot, Sequence, Type},
    key::Scope,
    language::TypeName,
};

/// The triggers of a bot as OpenAPI 3.1: the sequences that have `needs`.
#[utoipa::path(
    tag = "bots",
    params(("bot" = String, Path, description = "The key of the bot")),
    responses(
        (status = 200, content_type = "application/json", body = Object, description = "OpenAPI 3.1"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "An API key is needed, or the one sent is no good"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "The key is not for this"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "There is no such bot"),
    ),
    security((), ("key" = ["read"]))
)]
#[get("/v1/bots/{bot}/openapi.json")]
pub(super) async fn show_triggers(state: Data<State>, bot: Path<String>, caller: Principal) -> Result<HttpResponse, Problem> {
    caller.must_have_key()?;
    let bot = caller.bot(&state, &bot, Scope::Read)?;
    Ok(HttpResponse::Ok().json(describe(&bot)))
}

fn describe(bot: &Bot) -> Value {
    let about = bot.about();
    let meant = bot.sequences().iter().filter(|sequence| sequence.outside);
    let path = |sequence: &Sequence| format!("/bot-api/v3.0/customer/{}/bot/{}/flow/{}", about.account, about.key, sequence.key);
    let paths: Map<String, Value> = meant.map(|sequence| (path(sequence), json!({"post": operation(bot, sequence)}))).collect();
    json!({
        "openapi": "3.1.0",
        "info": {"title": about.name, "description": about.description.as_deref().unwrap_or_default(), "version": &about.version[..12]},
        "paths": paths,
        "components": {"securitySchemes": {"key": {
            "type": "http", "scheme": "bearer", "description": "An API key of the bot's account with the scope `send`",
        }}},
    })
}

fn operation(bot: &Bot, sequence: &Sequence) -> Value {
    let mut properties = Map::new();
    properties.insert("user.channel".into(), json!({"type": "string", "description": "The channel by name", "enum": channels(bot)}));
    properties.insert(
        "user.phone_no".into(),
        json!({"type": "string", "description": "The user's id on the channel; without it a new user is made on `workflow`"}),
    );
    properties.extend(sequence.needs.iter().map(|name| (name.clone(), schema_of(bot.attributes().get(name.as_str())))));
    let mut example: Map<String, Value> =
        [("user.channel".into(), json!("webchat")), ("user.phone_no".into(), json!("u1"))].into_iter().collect();
    example.extend(sequence.needs.iter().map(|name| (name.clone(), example_of(bot.attributes().get(name.as_str())))));
    let answer =
        json!({"type": "object", "properties": {"responseObject": {}, "status": {"type": "object"}, "message": {"type": "string"}}});
    let told = |description: &str| json!({"description": description, "content": {"application/json": {"schema": answer}}});
    json!({
        "operationId": &*sequence.key,
        "summary": format!("Starts the flow `{}` for a user", sequence.key),
        "security": [{"key": ["send"]}],
        "parameters": [{"name": "Idempotency-Key", "in": "header", "schema": {"type": "string"}, "description": "Makes a repeat harmless"}],
        "requestBody": {"content": {"application/json": {
            "schema": {"type": "object", "properties": properties, "required": sequence.needs},
            "example": example,
        }}},
        "responses": {
            "200": told("The start is stored; the flow runs right after"),
            "400": told("A value is missing or does not fit; `message` names it"),
            "401": told("The key is missing, unknown or revoked"),
            "403": told("The key is not for this bot"),
            "404": told("The bot has no such flow any more"),
            "422": told("The `Idempotency-Key` was used for another request"),
            "429": told("Too much at once"),
            "503": told("Not now"),
        },
    })
}

fn channels(bot: &Bot) -> Vec<&'static str> {
    bot.about().channels.iter().map(|listed| listed.channel.as_str()).collect()
}

/// Built-in attributes are texts.
fn schema_of(attribute: Option<&Attribute>) -> Value {
    match attribute.map(|attribute| attribute.types.as_slice()) {
        Some([one]) => schema(one),
        Some(several) => json!({"anyOf": several.iter().map(schema).collect::<Vec<_>>()}),
        None => json!({"type": "string"}),
    }
}

fn schema(of: &Type) -> Value {
    let fields = || of.fields.iter().map(|(name, field)| (name.clone(), schema(&Type::from(*field)))).collect::<Map<_, _>>();
    match of.name {
        TypeName::String | TypeName::Phone => json!({"type": "string"}),
        TypeName::Integer => json!({"type": "integer"}),
        TypeName::Number => json!({"type": "number"}),
        TypeName::Boolean => json!({"type": "boolean"}),
        TypeName::Date => json!({"type": "string", "format": "date"}),
        TypeName::Time => json!({"type": "string", "pattern": "^[0-2][0-9]:[0-5][0-9]"}),
        TypeName::Datetime => {
            json!({"type": "string", "description": "Local time of the bot, such as 2026-12-24T19:00, or with an offset"})
        }
        TypeName::Email => json!({"type": "string", "format": "email"}),
        TypeName::Url => json!({"type": "string", "format": "uri"}),
        TypeName::Location | TypeName::File => json!({"type": "object"}),
        TypeName::Object => json!({"type": "object", "properties": fields()}),
        TypeName::List => match &of.of {
            Some(element) => json!({"type": "array", "items": schema(element)}),
            None if of.fields.is_empty() => json!({"type": "array"}),
            None => json!({"type": "array", "items": {"type": "object", "properties": fields()}}),
        },
    }
}

fn example_of(attribute: Option<&Attribute>) -> Value {
    let named = attribute.and_then(|attribute| attribute.types.first()).map(|of| of.name);
    match named.unwrap_or(TypeName::String) {
        TypeName::String => json!("text"),
        TypeName::Integer => json!(3),
        TypeName::Number => json!(12.5),
        TypeName::Boolean => json!(true),
        TypeName::Date => json!("2026-12-24"),
        TypeName::Time => json!("19:00"),
        TypeName::Datetime => json!("2026-12-24T19:00"),
        TypeName::Email => json!("ann@example.com"),
        TypeName::Phone => json!("+919876543210"),
        TypeName::Url => json!("https://example.com"),
        TypeName::Location => json!({"latitude": 40.85, "longitude": 14.27}),
        TypeName::File => json!({"url": "https://example.com/a.pdf", "name": "a.pdf", "type": "application/pdf", "size": 1000}),
        TypeName::List => json!([]),
        TypeName::Object => json!({}),
    }
}
