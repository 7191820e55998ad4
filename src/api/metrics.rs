//! Metrics: the recorder of this process, and `/metrics`.

mod gauges;

use std::{fmt, time::Duration};

use actix_web::{HttpResponse, get, http::StatusCode, web::Data};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};

use super::{State, principal::Admin, problem::Problem};

/// Seconds; the deadline of an API call is 5, that of an answer 15.
const BUCKETS: [f64; 14] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0];

const REQUESTS: &str = "flowgate_http_requests_total";
const DURATION: &str = "flowgate_http_request_duration_seconds";

/// The metrics of this process.
#[derive(Clone)]
pub struct Metrics(PrometheusHandle);

impl Metrics {
    /// Collects, from now on, what all modules count. Once per process.
    ///
    /// # Errors
    /// When something else collects already.
    pub fn install() -> Result<Self, BuildError> {
        let builder = PrometheusBuilder::new().set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &BUCKETS)?;
        let handle = builder.install_recorder()?;
        ::metrics::describe_counter!(REQUESTS, "Requests by route, method and status");
        ::metrics::describe_histogram!(DURATION, ::metrics::Unit::Seconds, "Time until the answer began, by route");
        Ok(Self(handle))
    }

    /// What was counted so far, in the text format of Prometheus.
    #[must_use]
    pub fn render(&self) -> String {
        self.0.render()
    }

    /// Keeps what histograms hold bounded; to be called now and then.
    pub(super) fn tidy(&self) {
        self.0.run_upkeep();
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Metrics")
    }
}

/// Counts a request. Routes are patterns, so labels are bounded.
pub(super) fn count(route: String, method: &'static str, status: StatusCode, took: Duration) {
    ::metrics::histogram!(DURATION, "route" => route.clone()).record(took);
    ::metrics::counter!(REQUESTS, "route" => route, "method" => method, "status" => status.as_str().to_owned()).increment(1);
}

/// Counts a request that is no HTTP, and so has no route.
pub(super) fn count_malformed(status: StatusCode) {
    ::metrics::counter!(REQUESTS, "route" => "malformed", "method" => "none", "status" => status.as_str().to_owned()).increment(1);
}

/// Metrics in the text format of Prometheus.
#[utoipa::path(
    tag = "operation",
    responses(
        (status = 200, content_type = "text/plain", body = String),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
    ),
    security((), ("key" = ["admin"]))
)]
#[get("/metrics")]
pub(super) async fn show_metrics(_: Admin, state: Data<State>) -> HttpResponse {
    gauges::set(&state).await;
    HttpResponse::Ok().content_type("text/plain; version=0.0.4").body(state.settings.metrics.render())
}
