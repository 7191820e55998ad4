//! Calls against real servers on this machine.

use std::sync::{Arc, Mutex};

use serde_json::json;
use tracing_subscriber::fmt::MakeWriter;

use super::*;
use crate::{
    flow::FailureKind,
    id::RunId,
    outbound::{
        Auth, Client, Egress, Method, Part, Parts, Request, SecretRef, Secrets,
        tests::{
            recorder::Recorder,
            server::{Server, answer, redirect},
        },
    },
};

fn integrations(egress: Egress) -> Integrations {
    Integrations::new(Arc::new(Client::new(egress, Arc::new(secrets()), "flowgate/test").unwrap()))
}

fn secrets() -> Secrets {
    Secrets::of([("TOKEN", "canary-token"), ("PATH_KEY", "canary-path")])
}

fn call(method: Method, url: String) -> Call {
    Call {
        id: "call-1".into(),
        bot: "shop".into(),
        api: "orders".into(),
        request: Request::new(method, url.into()),
        timeout_ms: 5_000,
        retry: method == Method::Get,
        envelope: true,
        traceparent: traceparent(&RunId::from("run-1"), &"call-1".into()),
    }
}

/// A call whose URL, header and credentials hold canaries.
fn secretive(url: &str) -> Call {
    let secret = |name: &str| Part::Secret(SecretRef::Env(name.to_owned()));
    let mut call = call(Method::Get, String::new());
    call.request.url = Parts(vec![Part::Text(url.to_owned()), secret("PATH_KEY")]);
    call.request.headers = vec![("X-Token".to_owned(), Parts(vec![secret("TOKEN")]))];
    call.request.auth = Auth::Bearer(Parts(vec![secret("TOKEN")]));
    call
}

async fn backend(status: &'static str, body: &'static str) -> Server {
    Server::answering(move |_, _| answer(status, "application/json", body)).await
}

fn failure(outcome: Outcome) -> (FailureKind, Option<u16>) {
    match outcome {
        Outcome::Failed(failure) => (failure.kind, failure.status),
        Outcome::Answered { .. } => panic!("{outcome:?}"),
    }
}

#[tokio::test]
async fn a_get_has_no_key() {
    let server = backend("200 OK", r#"{"data": "On its way", "success": true}"#).await;
    integrations(Egress::Any).perform(&call(Method::Get, server.url("/orders"))).await;
    assert!(!server.seen()[0].to_lowercase().contains("idempotency-key"), "{:?}", server.seen());
}

#[tokio::test]
async fn an_answer_comes_back_and_the_call_says_who_it_is() {
    let server = backend("200 OK", r#"{"data": "On its way", "success": true}"#).await;
    let outcome = integrations(Egress::Any).perform(&call(Method::Post, server.url("/orders"))).await;
    let expected = Answer::Json(json!({"data": "On its way", "success": true}));
    assert_eq!(outcome, Outcome::Answered { status: 200, answer: expected });
    let seen = &server.seen()[0];
    for line in [
        "idempotency-key: call-1",
        "user-agent: flowgate/test",
        &format!("traceparent: {}", traceparent(&"run-1".into(), &"call-1".into())),
    ] {
        assert!(seen.contains(&format!("{line}\r\n")), "{line}: {seen}");
    }
}

#[test]
fn a_trace_belongs_to_a_run_and_a_span_to_a_call() {
    let (a, b) = (traceparent(&"r".into(), &"c1".into()), traceparent(&"r".into(), &"c2".into()));
    assert!(a.len() == 55 && a.starts_with("00-") && a.ends_with("-01"), "{a}");
    assert_eq!(a[..36], b[..36]);
    assert_ne!(a[36..], b[36..]);
}

#[tokio::test]
async fn each_way_to_fail_has_its_kind() {
    for (status, body, expected) in [
        ("500 Oops", "{}", (FailureKind::Status, Some(500))),
        ("404 Not Found", "{}", (FailureKind::Status, Some(404))),
        ("200 OK", "<html>", (FailureKind::Shape, Some(200))),
        ("204 No Content", "", (FailureKind::Shape, Some(204))),
    ] {
        let server = backend(status, body).await;
        assert_eq!(failure(integrations(Egress::Any).perform(&call(Method::Get, server.url("/"))).await), expected, "{status}");
    }
    let fine = backend("200 OK", "{}").await;
    assert_eq!(failure(integrations(Egress::Public).perform(&call(Method::Get, fine.url("/"))).await), (FailureKind::Blocked, None));
    let away = Server::answering(|_, _| redirect(302, "https://elsewhere.example/")).await;
    let recorder = Recorder::start().await;
    let recorded = Integrations::new(Arc::new(recorder.client(Egress::Any, secrets())));
    assert_eq!(failure(recorded.perform(&call(Method::Get, away.url("/"))).await), (FailureKind::Blocked, Some(302)));
    assert_eq!(recorder.dialled(), [""; 0]);
    let mute = Server::answering(|_, _| vec![]).await;
    assert_eq!(failure(integrations(Egress::Any).perform(&call(Method::Post, mute.url("/"))).await), (FailureKind::Connect, None));
    assert_eq!(mute.seen().len(), 1, "a POST is made once");
}

#[tokio::test]
async fn a_body_that_never_ends_or_is_too_large_fails_by_its_status_first() {
    for (status, shape) in [("200 OK", (FailureKind::Shape, Some(200))), ("500 Oops", (FailureKind::Status, Some(500)))] {
        let large = Server::answering(move |_, _| answer(status, "application/json", &"1".repeat(2 << 20))).await;
        assert_eq!(failure(integrations(Egress::Any).perform(&call(Method::Get, large.url("/"))).await), shape, "{status}");
    }
    let hanging = Server::silent().await;
    let call = Call { timeout_ms: 100, ..call(Method::Get, hanging.url("/")) };
    assert_eq!(failure(integrations(Egress::Any).perform(&call).await), (FailureKind::Timeout, None));
}

#[tokio::test]
async fn the_breaker_spares_a_backend_that_is_down_and_no_other() {
    let server = backend("503 Busy", "").await;
    let integrations = integrations(Egress::Any);
    let down = call(Method::Get, server.url("/"));
    for _ in 0..5 {
        assert_eq!(failure(integrations.perform(&down).await), (FailureKind::Status, Some(503)));
    }
    let Outcome::Failed(refused) = integrations.perform(&down).await else { panic!("open") };
    assert_eq!((refused.kind, refused.message.as_str()), (FailureKind::Blocked, "the API failed repeatedly; the next attempt is in 10 s"));
    assert_eq!(server.seen().len(), 5);
    let other = Call { api: "other".into(), ..down };
    assert_eq!(failure(integrations.perform(&other).await), (FailureKind::Status, Some(503)));
}

#[tokio::test]
async fn refusals_and_misfits_do_not_open_the_breaker() {
    for (status, body) in [("404 Not Found", ""), ("200 OK", "<html>")] {
        let server = backend(status, body).await;
        let integrations = integrations(Egress::Any);
        for _ in 0..7 {
            assert_ne!(failure(integrations.perform(&call(Method::Get, server.url("/"))).await).0, FailureKind::Blocked);
        }
    }
}

/// Collects what is logged on this thread.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn calls_are_logged_and_counted_without_what_they_say() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(log.clone()).finish();
    // While there is only one subscriber, a log line that another thread reaches first is switched off for all threads.
    let _second = tracing::Dispatch::new(tracing_subscriber::registry());
    let _logged = tracing::subscriber::set_default(subscriber);
    let recorder = metrics_exporter_prometheus::PrometheusBuilder::new().build_recorder();
    let _counted = metrics::set_default_local_recorder(&recorder);
    let outside = Recorder::start().await;
    let integrations = Integrations::new(Arc::new(outside.client(Egress::Any, secrets())));
    let mut outcomes = vec![];
    for (status, body) in [("200 OK", r#"{"data": "canary-body"}"#), ("500 Oops", "canary-body"), ("200 OK", "canary-body")] {
        let server = backend(status, body).await;
        let done = integrations.perform(&secretive(&server.url("/canary-user/"))).await;
        outcomes.extend(matches!(done, Outcome::Failed(_)).then(|| format!("{done:?}")));
        assert!(server.seen()[0].contains("canary-token") && server.seen()[0].contains("canary-path"));
    }
    for url in ["http://169.254.169.254/canary-user/", "http://canary-user@127.0.0.1/", "canary-user"] {
        outcomes.push(format!("{:?}", integrations.perform(&secretive(url)).await));
    }
    assert_eq!(outside.dialled(), [""; 0]);
    let logged = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    let counted = recorder.handle().render();
    for text in [&outcomes.join("\n"), &logged, &counted] {
        assert!(!text.is_empty() && !text.contains("canary"), "{text}");
    }
    assert!(logged.contains("API \"orders\" failed: the API answered with status 500"), "{logged}");
    assert!(counted.contains(r#"flowgate_api_calls_total{bot="shop",api="orders",kind="blocked"} 3"#), "{counted}");
}
