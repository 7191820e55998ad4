//! From connections to requests: HTTP/1.1 on each listener. What is no HTTP never gets to a route, so it is noted here.

use std::{io, net::TcpListener, sync::Arc, time::Duration};

use actix_http::{
    HttpService,
    error::{DispatchError, ParseError},
};
use actix_server::ServerBuilder;
use actix_service::{IntoServiceFactory, Service as _, ServiceFactoryExt, apply_fn_factory, map_config};
use actix_web::{App, Error, dev::AppConfig, http::StatusCode, middleware::from_fn, web::Data};
use tokio::sync::watch;
use utoipa_actix_web::AppExt;

use super::{State, dialect, door::IsDoor, head, limit, metrics, observe, origins, routes};

/// How long a client may take for the head of its first request.
const HEAD: Duration = Duration::from_secs(5);
/// How long it may take to go, once the server is done with it.
const LEAVE: Duration = Duration::from_secs(1);

/// How many connections are open.
#[derive(Clone, Default)]
pub(super) struct Open(Arc<watch::Sender<usize>>);

impl Open {
    /// Ends when none is open.
    pub(super) async fn none(&self) {
        drop(self.0.subscribe().wait_for(|open| *open == 0).await);
    }

    fn one(&self) -> OpenOne {
        self.0.send_modify(|open| *open += 1);
        OpenOne(self.clone())
    }
}

/// A connection that is open until this is dropped.
struct OpenOne(Open);

impl Drop for OpenOne {
    fn drop(&mut self) {
        self.0.0.send_modify(|open| *open -= 1);
    }
}

/// Adds a listener to the server. When the server closes, idle connections end at once and others with their answer.
pub(super) fn listen(
    server: ServerBuilder,
    listener: TcpListener,
    state: Data<State>,
    door: IsDoor,
    open: &Open,
) -> io::Result<ServerBuilder> {
    let (address, closing, open) = (listener.local_addr()?, state.closing.clone(), open.clone());
    server.listen(address.to_string(), listener, move || {
        let app = App::new().into_utoipa_app().configure(routes::all).into_app();
        let app = app.configure(routes::defaults).app_data(state.clone()).app_data(door);
        let app = app.wrap(from_fn(limit::guard)).wrap(from_fn(origins::guard)).wrap(from_fn(dialect::render)).wrap(from_fn(head::answer));
        let app = app.wrap(from_fn(observe::request));
        let app = app.into_factory().map_err(|error: Error| error.error_response());
        let (closing, open) = (closing.clone(), open.clone());
        let http = HttpService::build()
            .client_request_timeout(HEAD)
            .client_disconnect_timeout(LEAVE)
            .local_addr(address)
            .graceful_shutdown_signal(move || {
                let mut closing = closing.clone();
                async move { drop(closing.wait_for(|closing| *closing).await) }
            })
            .finish(map_config(app, |()| AppConfig::default()))
            .tcp()
            .map_err(|error| note(&error));
        apply_fn_factory(http, move |connection, http| {
            let (one, served) = (open.one(), http.call(connection));
            async move {
                let _one = one;
                served.await
            }
        })
    })
}

/// Tells of a connection that did not end well, and counts what was refused because it is no HTTP. The texts of these errors are
/// fixed: nothing that a client has sent is in them.
fn note(error: &DispatchError) {
    match error {
        DispatchError::Parse(error) => {
            let is_large = matches!(error, ParseError::TooLarge);
            let status = if is_large { StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE } else { StatusCode::BAD_REQUEST };
            metrics::count_malformed(status);
            tracing::debug!(status = status.as_u16(), %error, "a malformed request was refused with {status}: {error}");
        }
        error => tracing::debug!(%error, "a connection was lost: {error}"),
    }
}
