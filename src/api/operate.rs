//! Running the gateway: reload, health, readiness.

use actix_web::{
    HttpResponse, get,
    http::StatusCode,
    post,
    web::{Data, Json, Query},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{State, principal::Admin, problem::Problem, report::Report};
use crate::gateway::Refusal;

/// How to reload.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct How {
    /// Answer with the report once it is done; else at once.
    #[serde(default)]
    wait: bool,
}

/// A word on how it goes.
#[derive(Serialize, ToSchema)]
pub(super) struct Status {
    status: &'static str,
}

/// Reads the bots' folder now. A bot with errors keeps its last good version.
#[utoipa::path(
    tag = "operation",
    params(How),
    responses(
        (status = 200, body = Report, description = "With `wait`: all bots are live in their newest form"),
        (status = 202, body = Status, description = "Without `wait`: it has begun"),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "The query does not fit"),
        (status = 422, body = Report, description = "With `wait`: a bot is refused"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
    ),
    security((), ("key" = ["admin"]))
)]
#[post("/-/reload")]
pub(super) async fn reload(_: Admin, state: Data<State>, how: Query<How>) -> Result<HttpResponse, Problem> {
    let catalog = state.gateway.catalog().clone();
    let reloading = state.runtime.spawn(async move { catalog.reload().await });
    if !how.wait {
        return Ok(HttpResponse::Accepted().json(Status { status: "reloading" }));
    }
    let report = reloading.await.map_err(|error| failed(&error))?;
    let status = if report.sound() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(HttpResponse::build(status).json(Report::from(report)))
}

fn failed(error: &tokio::task::JoinError) -> Problem {
    tracing::error!(%error, "the reload failed");
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "the reload failed; the log says why")
}

/// Whether the process is alive.
#[utoipa::path(tag = "operation", responses((status = 200, body = Status)))]
#[get("/-/health")]
pub(super) async fn health() -> Json<Status> {
    Json(Status { status: "ok" })
}

/// Whether messages can be taken: the database answers and the bots were loaded. A bot with errors does not matter.
#[utoipa::path(
    tag = "operation",
    responses((status = 200, body = Status), (status = 503, body = Problem, content_type = "application/problem+json")),
)]
#[get("/-/ready")]
pub(super) async fn ready(state: Data<State>) -> Result<Json<Status>, Problem> {
    state.gateway.ready().await.map(|()| Json(Status { status: "ready" })).map_err(not_ready)
}

fn not_ready(why: Refusal) -> Problem {
    tracing::debug!(error = %why, "the gateway is not ready: {why}");
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "not-ready", "the gateway cannot take messages now; its log says why").retry_after(5)
}
