//! What is noted of every request, and the headers that every answer carries. Never bodies, tokens or query values.

use std::time::{Duration, Instant};

use actix_web::{
    Error,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method, StatusCode,
        header::{self, HeaderMap, HeaderName, HeaderValue},
    },
    middleware::Next,
};

use super::metrics;
use crate::id::RunId;

/// For all that is not a page; pages bring their own policy.
const NOTHING: &str = "default-src 'none'; frame-ancestors 'none'";

const SECURITY: [(HeaderName, &str); 5] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::CONTENT_SECURITY_POLICY, NOTHING),
    (header::CACHE_CONTROL, "no-store"),
];

/// Marks the answer to a request that was refused to get rid of load: the gateway tells of those together, not one by one.
pub(super) struct Shed;

/// One line and one sample per request.
pub(super) async fn request<B: MessageBody>(request: ServiceRequest, next: Next<B>) -> Result<ServiceResponse<B>, Error> {
    let (started, method) = (Instant::now(), word(request.method()));
    let mut response = next.call(request).await?;
    secure(response.headers_mut());
    note(&response, method, started.elapsed());
    Ok(response)
}

/// What a route has set itself stays.
fn secure(headers: &mut HeaderMap) {
    for (name, value) in SECURITY {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
}

fn note<B>(response: &ServiceResponse<B>, method: &'static str, took: Duration) {
    let route = response.request().match_pattern().unwrap_or_else(|| "none".to_owned());
    let status = response.status();
    let ms = took.as_secs_f64() * 1_000.0;
    let run = response.response().extensions().get::<RunId>().map(tracing::field::display).map(|run| run.to_string());
    let run = run.as_deref();
    if status.is_server_error() && status != StatusCode::SERVICE_UNAVAILABLE {
        tracing::warn!(method, route, status = status.as_u16(), ms, run, "{method} {route} failed with {status}");
    } else if status.is_client_error() {
        tracing::info!(method, route, status = status.as_u16(), ms, run, "{method} {route} was refused with {status}");
    } else {
        tracing::debug!(method, route, status = status.as_u16(), ms, run, "{method} {route} answered {status}");
    }
    metrics::count(route, method, status, took);
}

/// The method as a label: a client can make up any.
fn word(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::OPTIONS => "OPTIONS",
        Method::HEAD => "HEAD",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        _ => "other",
    }
}
