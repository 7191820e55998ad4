//! From connections to requests: HTTP/1.1 on each listener. What is no HTTP never gets to a route, so it is noted here.

use std::{io, net::TcpListener, time::Duration};

use actix_http::{
    HttpService,
    error::{DispatchError, ParseError},
};
use actix_server::ServerBuilder;
use actix_service::{IntoServiceFactory, ServiceFactoryExt, map_config};
use actix_web::{App, Error, dev::AppConfig, http::StatusCode, middleware::from_fn, web::Data};
use utoipa_actix_web::AppExt;

use super::{State, door::IsDoor, head, metrics, observe, origins, routes};

/// How long a client may take for the head of its first request.
const HEAD: Duration = Duration::from_secs(5);
/// How long it may take to go, once the server is done with it.
const LEAVE: Duration = Duration::from_secs(1);

/// Adds a listener to the server.
pub(super) fn listen(server: ServerBuilder, listener: TcpListener, state: Data<State>, door: IsDoor) -> io::Result<ServerBuilder> {
    let (address, shutdown) = (listener.local_addr()?, server.graceful_shutdown_signal());
    server.listen(address.to_string(), listener, move || {
        let app = App::new().into_utoipa_app().configure(routes::all).into_app();
        let app = app.configure(routes::defaults).app_data(state.clone()).app_data(door);
        let app = app.wrap(from_fn(head::answer)).wrap(from_fn(origins::guard)).wrap(from_fn(observe::request));
        let app = app.into_factory().map_err(|error: Error| error.error_response());
        let shutdown = shutdown.clone();
        HttpService::build()
            .client_request_timeout(HEAD)
            .client_disconnect_timeout(LEAVE)
            .local_addr(address)
            .graceful_shutdown_signal(move || {
                let shutdown = shutdown.clone();
                async move { shutdown.notified().await }
            })
            .finish(map_config(app, |()| AppConfig::default()))
            .tcp()
            .map_err(|error| note(&error))
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
