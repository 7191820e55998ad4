//! Starting and stopping the server.

use std::{io, net::SocketAddr, net::TcpListener, sync::Arc, time::Duration};

use actix_server::{Server, ServerHandle};
use actix_web::web::Data;
use tokio::{
    runtime::Handle,
    sync::watch,
    task::{AbortHandle, JoinHandle},
};

use super::{
    Settings, State, connections, docs,
    door::{Door, IsDoor},
    limit, live, open,
};
use crate::gateway::Gateway;

/// How long requests may take to finish once the server is to end; the longest wait for a run is 15 s.
const FINISH_SECONDS: u64 = 20;
/// How often metrics and limits are tidied up.
const UPKEEP: Duration = Duration::from_secs(5);

/// Where calls come in.
#[derive(Debug)]
pub struct Listeners {
    /// For everybody.
    pub public: TcpListener,
    /// For the operator, if there is one apart.
    pub operator: Option<TcpListener>,
}

/// A running server.
#[must_use = "the server ends with `stop`"]
pub struct Serving {
    address: SocketAddr,
    door: Door,
    handle: ServerHandle,
    open: connections::Open,
    server: JoinHandle<io::Result<()>>,
    closing: watch::Sender<bool>,
    background: Vec<AbortHandle>,
}

/// Serves the gateway on bound sockets. Signals are the caller's business. Needs a multi-thread runtime.
///
/// # Errors
/// When a socket cannot be listened on.
pub fn serve(listeners: Listeners, gateway: Gateway, settings: Settings) -> io::Result<Serving> {
    let Listeners { public, operator } = listeners;
    let (address, own) = (public.local_addr()?, operator.as_ref().map(TcpListener::local_addr).transpose()?);
    let door = Door::of(address, own, &settings);
    let (closing, closed) = watch::channel(false);
    let live = Arc::new(live::Live::default());
    let limiter = Arc::new(limit::Limiter::new(settings.limits));
    let background = vec![follow(&gateway, live.clone()), upkeep(&settings, limiter.clone())];
    let workers = settings.workers;
    let state = Data::new(State {
        gateway,
        settings,
        runtime: Handle::current(),
        live,
        limiter,
        failures: open::Failures::default(),
        document: docs::Document::new(),
        closing: closed,
    });
    let mut server = Server::build().disable_signals().shutdown_timeout(FINISH_SECONDS);
    let open = connections::Open::default();
    if let Some(workers) = workers {
        server = server.workers(workers);
    }
    server = connections::listen(server, public, state.clone(), IsDoor(door == Door::Shared), &open)?;
    if let Some(operator) = operator {
        server = connections::listen(server, operator, state, IsDoor(true), &open)?;
    }
    let server = server.run();
    Ok(Serving { address, door, handle: server.handle(), open, server: tokio::spawn(server), closing, background })
}

fn follow(gateway: &Gateway, live: Arc<live::Live>) -> AbortHandle {
    let news = gateway.follow();
    tokio::spawn(async move { live.listen(news).await }).abort_handle()
}

fn upkeep(settings: &Settings, limiter: Arc<limit::Limiter>) -> AbortHandle {
    let metrics = settings.metrics.clone();
    let task = async move {
        let mut interval = tokio::time::interval(UPKEEP);
        loop {
            interval.tick().await;
            metrics.tidy();
            limiter.tidy();
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

    /// Where its operator calls.
    #[must_use]
    pub fn door(&self) -> Door {
        self.door
    }

    /// Takes no more connections, ends the event streams, and returns when the requests under way are answered.
    ///
    /// # Errors
    /// When the server had failed.
    pub async fn stop(self) -> io::Result<()> {
        self.closing.send_replace(true);
        self.background.iter().for_each(AbortHandle::abort);
        let stopped = self.handle.stop(true);
        tokio::select! {
            () = stopped => {}
            () = self.open.none() => return Ok(()), // the server itself looks at its connections once a second
        }
        self.server.await.unwrap_or_else(|error| Err(io::Error::other(error)))
    }
}
