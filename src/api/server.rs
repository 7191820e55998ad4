//! Starting and stopping the server.

use std::{io, net::SocketAddr, net::TcpListener, sync::Arc, time::Duration};

use actix_web::{App, HttpServer, dev::ServerHandle, middleware::from_fn, web::Data};
use tokio::{
    runtime::Handle,
    sync::watch,
    task::{AbortHandle, JoinHandle},
};
use utoipa_actix_web::AppExt;

use super::{Settings, State, docs, limit, live, observe, origins, routes};
use crate::gateway::Gateway;

/// How long requests may take to finish once the server is to end; the longest wait for a run is 15 s.
const FINISH_SECONDS: u64 = 20;
/// How often metrics are tidied up.
const UPKEEP: Duration = Duration::from_secs(5);

/// A running server.
#[must_use = "the server ends with `stop`"]
pub struct Serving {
    address: SocketAddr,
    handle: ServerHandle,
    server: JoinHandle<io::Result<()>>,
    closing: watch::Sender<bool>,
    background: Vec<AbortHandle>,
}

/// Serves the gateway on a bound socket. Signals are the caller's business. Needs a multi-thread runtime.
///
/// # Errors
/// When the socket cannot be listened on.
pub fn serve(listener: TcpListener, gateway: Gateway, settings: Settings) -> io::Result<Serving> {
    let address = listener.local_addr()?;
    let (closing, closed) = watch::channel(false);
    let live = Arc::new(live::Live::default());
    let background = vec![follow(&gateway, live.clone()), upkeep(&settings)];
    let workers = settings.workers;
    let state = Data::new(State {
        gateway,
        settings,
        runtime: Handle::current(),
        live,
        limiter: limit::Limiter::default(),
        document: docs::Document::new(),
        closing: closed,
    });
    let mut server = HttpServer::new(move || {
        let app = App::new().into_utoipa_app().configure(routes::all).into_app();
        app.configure(routes::defaults).app_data(state.clone()).wrap(from_fn(origins::guard)).wrap(from_fn(observe::request))
    });
    if let Some(workers) = workers {
        server = server.workers(workers);
    }
    let server = server.disable_signals().shutdown_timeout(FINISH_SECONDS).listen(listener)?.run();
    Ok(Serving { address, handle: server.handle(), server: tokio::spawn(server), closing, background })
}

fn follow(gateway: &Gateway, live: Arc<live::Live>) -> AbortHandle {
    let news = gateway.follow();
    tokio::spawn(async move { live.listen(news).await }).abort_handle()
}

fn upkeep(settings: &Settings) -> AbortHandle {
    let metrics = settings.metrics.clone();
    let task = async move {
        let mut interval = tokio::time::interval(UPKEEP);
        loop {
            interval.tick().await;
            metrics.tidy();
        }
    };
    tokio::spawn(task).abort_handle()
}

impl Serving {
    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Takes no more connections, ends the event streams, and returns when the requests under way are answered.
    ///
    /// # Errors
    /// When the server had failed.
    pub async fn stop(self) -> io::Result<()> {
        self.closing.send_replace(true);
        self.handle.stop(true).await;
        self.background.iter().for_each(AbortHandle::abort);
        self.server.await.unwrap_or_else(|error| Err(io::Error::other(error)))
    }
}
