//! API keys and apps, for who runs the gateway.

mod form;

use actix_web::{
    HttpResponse, delete, get,
    http::StatusCode,
    post,
    web::{self, Data, Path},
};

use super::{State, body::Json, principal::Admin, problem::Problem};
use crate::{gateway::Refusal, id::KeyId, key::overlap_ms, store::IssueError, time::Timestamp};
use form::{Keys, MadeKey, NewKey, Replacement};

/// All keys and apps, also those that have ended.
#[utoipa::path(
    tag = "keys",
    responses(
        (status = 200, body = Keys),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json", description = "Try again later"),
    ),
    security((), ("key" = ["admin"]))
)]
#[get("/v1/keys")]
pub(super) async fn list_keys(_: Admin, state: Data<State>) -> Result<web::Json<Keys>, Problem> {
    let (rows, now) = (state.gateway.all_keys().await?, Timestamp::now());
    Ok(web::Json(Keys::of(&rows, now)))
}

/// Makes a key, or an app.
#[utoipa::path(
    tag = "keys",
    request_body(content = NewKey, example = json!({"account": "61179", "scopes": ["read"], "expires": "90d", "note": "warehouse"})),
    responses(
        (status = 201, body = MadeKey),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "The body does not fit"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 413, body = Problem, content_type = "application/problem+json", description = "The body is larger than 256 KiB"),
        (status = 415, body = Problem, content_type = "application/problem+json", description = "The body is not sent as JSON, or is compressed"),
        (status = 503, body = Problem, content_type = "application/problem+json", description = "Try again later"),
    ),
    security((), ("key" = ["admin"]))
)]
#[post("/v1/keys")]
pub(super) async fn create_key(_: Admin, state: Data<State>, new: Json<NewKey>) -> Result<HttpResponse, Problem> {
    let now = Timestamp::now();
    let issued = match new.0.is_app()? {
        true => state.gateway.issue_app(new.0.app_grant(now)?).await,
        false => state.gateway.issue_key(new.0.grant(now)?).await,
    };
    Ok(HttpResponse::Created().json(MadeKey::of(&issued?, now)))
}

/// Revokes a key or an app: once this is answered, nothing takes it any more.
#[utoipa::path(
    tag = "keys",
    params(("key" = String, Path, description = "The name of the key: its first 13 characters; or the id of the app")),
    responses(
        (status = 204, description = "It opens nothing any more"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "There is no such key"),
        (status = 503, body = Problem, content_type = "application/problem+json", description = "Try again later"),
    ),
    security((), ("key" = ["admin"]))
)]
#[delete("/v1/keys/{key}")]
pub(super) async fn revoke_key(_: Admin, state: Data<State>, key: Path<String>) -> Result<HttpResponse, Problem> {
    match state.gateway.revoke_key(KeyId::from(key.into_inner())).await? {
        true => Ok(HttpResponse::NoContent().finish()),
        false => Err(unknown()),
    }
}

/// Makes a key or an app that opens what another opens, which ends at once or after an overlap.
#[utoipa::path(
    tag = "keys",
    params(("key" = String, Path, description = "The name of the key: its first 13 characters; or the id of the app")),
    request_body(content = Replacement, example = json!({"overlap": "24h"})),
    responses(
        (status = 201, body = MadeKey),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "The body does not fit"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "There is no such key"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "The key has ended"),
        (status = 413, body = Problem, content_type = "application/problem+json", description = "The body is larger than 256 KiB"),
        (status = 415, body = Problem, content_type = "application/problem+json", description = "The body is not sent as JSON, or is compressed"),
        (status = 503, body = Problem, content_type = "application/problem+json", description = "Try again later"),
    ),
    security((), ("key" = ["admin"]))
)]
#[post("/v1/keys/{key}/rotate")]
pub(super) async fn rotate_key(_: Admin, state: Data<State>, key: Path<String>, how: Json<Replacement>) -> Result<HttpResponse, Problem> {
    let overlap = how.0.overlap.as_deref().map_or(Some(0), overlap_ms);
    let overlap = overlap.ok_or_else(|| Problem::invalid("`overlap` is a time of 30 days at most, for example \"24h\""))?;
    let issued = state.gateway.rotate_key(KeyId::from(key.into_inner()), overlap).await?;
    Ok(HttpResponse::Created().json(MadeKey::of(&issued, Timestamp::now())))
}

fn unknown() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "unknown-key", "there is no such key")
}

impl From<IssueError> for Problem {
    fn from(error: IssueError) -> Self {
        match error {
            IssueError::Grant(bad) => Self::invalid(bad.to_string()),
            IssueError::Unknown => unknown(),
            IssueError::Ended => Self::new(StatusCode::CONFLICT, "key-ended", "the key has ended: make a new one"),
            IssueError::Store(error) => Refusal::from(error).into(),
            IssueError::Chance(error) => {
                tracing::error!(%error, "no key can be made: {error}");
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "no key can be made; the log says why")
            }
        }
    }
}
