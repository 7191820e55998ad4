//! An app shows its secret and gets a token.

use std::time::Instant;

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, post, web::Data};
use serde::Serialize;
use utoipa::ToSchema;

use super::{read, token};
use crate::{
    accounts::Feature,
    api::{State, address, body::FirstObject, dialect::OpenError, features, problem::Problem},
    id::KeyId,
    key::KeyHash,
    time::Timestamp,
};

/// What an app logs in with.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "only describes the body to OpenAPI")]
pub(super) struct Login {
    /// The id of the app.
    app_id: String,
    /// Its secret.
    app_secret: String,
}

/// A token of an app.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AppToken {
    /// To be sent as `Authorization`, alone or behind `Bearer`.
    auth_token: String,
    /// When it ends: in 24 hours.
    #[schema(example = "2026-03-02T19:00:00.000Z")]
    expire_at: String,
    /// The same.
    #[schema(example = "2026-03-02T19:00:00.000Z")]
    expires_at: String,
}

/// Logs an app in: gives a token for the other calls of the Bot Open API, good for 24 hours, or until the app is revoked.
#[utoipa::path(
    tag = "open",
    request_body(content = Login, example = json!({"appId": "b6ff1c1e-5f7b-4c1a-9d0e-0d5f4c3b2a19", "appSecret": "…"})),
    responses(
        (status = 200, body = AppToken),
        (status = 400, body = OpenError, description = "A field is missing, or no text"),
        (status = 403, body = OpenError, description = "The account of the bot has not got this API"),
        (status = 408, body = OpenError, description = "The body took too long to arrive"),
        (status = 409, body = OpenError, description = "Id and secret do not match an active app"),
        (status = 413, body = OpenError, description = "The body is larger than 256 KiB"),
        (status = 415, body = OpenError, description = "The body is compressed"),
        (status = 429, body = OpenError, description = "Too many logins failed, or too many requests came from this address; `Retry-After` says when to try again"),
        (status = 500, body = OpenError, description = "No token can be made"),
        (status = 503, body = OpenError, description = "Try again later"),
    ),
)]
#[post("/login")]
pub(in crate::api) async fn log_in(state: Data<State>, request: HttpRequest, body: FirstObject) -> Result<HttpResponse, Problem> {
    let (id, secret) = (read::wanted(&body.0, "appId")?, read::wanted(&body.0, "appSecret")?);
    let client = address::client(request.head(), &state.settings.trusted_proxies, state.settings.forwarded_header);
    state.failures.pass(client, id, Instant::now())?;
    let (app, now) = (KeyId::from(id), Timestamp::now());
    let bot = state.gateway.keys()?.app(&app, KeyHash::of(secret), now).and_then(|row| row.bot.clone());
    let Some(bot) = bot else {
        state.failures.note(client, id, Instant::now());
        return Err(mismatch());
    };
    state.failures.forget(client, id);
    features::wanted(&state, &bot, Feature::OpenApi)?;
    state.gateway.note_use(&app, now);
    let (auth_token, until) = token::sign(&app, state.gateway.app_token_key(), now).map_err(|error| unsigned(&error))?;
    let until = until.rfc3339();
    Ok(HttpResponse::Ok().json(AppToken { auth_token, expire_at: until.clone(), expires_at: until }))
}

/// An app that is not there and a wrong secret look the same.
fn mismatch() -> Problem {
    Problem::new(StatusCode::CONFLICT, "mismatch", "`appId` and `appSecret` do not match an active app")
}

fn unsigned(error: &jsonwebtoken::errors::Error) -> Problem {
    tracing::error!(%error, "no token can be made for an app: {error}");
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "no token can be made; the log says why")
}
