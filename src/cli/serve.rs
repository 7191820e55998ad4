//! `flowgate serve`: bots, database, HTTP, put together; and an end in which every run is finished.

use std::{
    io::{self, ErrorKind},
    net::{SocketAddr, TcpListener},
    sync::Arc,
};

use tokio::{
    net::TcpSocket,
    signal::unix::{SignalKind, signal},
};

use super::{Outcome, accounts as accounts_file, logging, start, trouble::Trouble, wait_for};
use crate::{
    accounts::Accounts,
    api::{self, Door, Limits, Listeners, Metrics},
    catalog::{self, Catalog, State},
    gateway::Gateway,
    outbound,
    settings::{Egress, Serve, SqliteSync, Watch},
    store::{Options, Store, Synchronous},
};

/// Connections that may wait to be accepted.
const BACKLOG: u32 = 4_096;

pub(super) fn run(settings: &Serve) -> Result<Outcome, Trouble> {
    logging::start(settings.log);
    wait_for(serve(settings))?
}

async fn serve(settings: &Serve) -> Result<Outcome, Trouble> {
    let metrics = Metrics::install().map_err(|error| Trouble::new(error.to_string()))?;
    start::find_bots(&settings.bots)?;
    let accounts = settings.accounts.as_deref().map(accounts_file::read).transpose()?;
    let listeners = listeners(settings)?;
    let store = Store::open(settings.database.expose(), options(settings)).await.map_err(|error| Trouble::new(error.to_string()))?;
    let outside = (!settings.offline).then_some(start::Outside { egress: egress(settings.egress), secrets_dir: &settings.secrets_dir });
    let gateway = start::gateway(&settings.bots, store, outside, accounts.clone()).await?;
    let watching = gateway.catalog().watch(watch(settings.watch));
    let serving =
        api::serve(listeners, gateway.clone(), http(settings, accounts, metrics)).map_err(|error| Trouble::new(error.to_string()))?;
    tell(&gateway, &serving.address().to_string());
    tell_of_the_operator(serving.door());
    until_told_to_stop(&gateway).await?;
    tracing::info!("stopping: runs under way are finished");
    drop(watching);
    let stopped = serving.stop().await;
    gateway.close().await;
    tracing::info!("stopped");
    stopped.map(|()| Outcome::Fine).map_err(|error| Trouble::new(error.to_string()))
}

fn http(settings: &Serve, accounts: Option<Accounts>, metrics: Metrics) -> api::Settings {
    api::Settings {
        public_url: settings.public_url.clone(),
        trusted_proxies: settings.trusted_proxy.clone(),
        forwarded_header: settings.forwarded_header,
        workers: None,
        accounts,
        limits: Limits {
            key_per_second: settings.limit_key,
            address_per_second: settings.limit_address,
            visitor_per_minute: settings.limit_visitor,
        },
        metrics,
    }
}

fn listeners(settings: &Serve) -> Result<Listeners, Trouble> {
    let listen = |address, option| listen(address).map_err(|error| occupied(address, option, &error));
    let public = listen(settings.listen, "--listen")?;
    let operator = settings.operator_listen.map(|address| listen(address, "--operator-listen")).transpose()?;
    Ok(Listeners { public, operator })
}

/// With room for many who connect at the same moment: the 128 of the standard library make the others wait for a second.
fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)?.into_std()
}

fn occupied(address: SocketAddr, option: &str, error: &io::Error) -> Trouble {
    if error.kind() == ErrorKind::AddrInUse {
        let trouble = Trouble::new(format!("cannot listen on {address}: the address is in use"));
        return trouble.help(format!("choose another with {option}, or stop what listens there"));
    }
    Trouble::new(format!("cannot listen on {address}: {error}")).help(format!("choose another address with {option}"))
}

fn options(settings: &Serve) -> Options {
    let sqlite_synchronous = match settings.sqlite_sync {
        SqliteSync::Full => Synchronous::Full,
        SqliteSync::Normal => Synchronous::Normal,
    };
    Options { migrate: !settings.no_migrate, sqlite_synchronous, exclusive: true, existing: false }
}

fn egress(egress: Egress) -> outbound::Egress {
    match egress {
        Egress::Any => outbound::Egress::Any,
        Egress::Public => outbound::Egress::Public,
    }
}

fn watch(watch: Watch) -> catalog::Watch {
    match watch {
        Watch::Auto => catalog::Watch::Auto,
        Watch::Poll => catalog::Watch::Poll,
        Watch::Off => catalog::Watch::Off,
    }
}

fn tell(gateway: &Gateway, address: &str) {
    let snapshot = gateway.catalog().snapshot();
    let live = snapshot.bots.iter().filter(|(_, entry)| entry.live.is_some()).map(|(key, _)| key.as_str()).collect::<Vec<_>>().join(", ");
    let waiting = snapshot.bots.values().filter(|entry| entry.state == State::Quarantined).count();
    let bots = if live.is_empty() { "no bot is live".to_owned() } else { format!("live: {live}") };
    tracing::info!(address, refused = waiting, "listening on http://{address} ({bots}); chat with them there");
}

/// Beside everything else: who is told to stop meanwhile stops.
fn reload(catalog: Arc<Catalog>) {
    tokio::spawn(async move { catalog.reload().await });
}

/// Who may do everything without credentials, so that nobody finds out by chance.
fn tell_of_the_operator(door: Door) {
    match door {
        Door::Shared => tracing::info!(
            "whoever calls from this machine is the operator; a proxy in front cannot be told from that: then set --public-url"
        ),
        Door::Own(address) => tracing::info!(%address, "the operator calls http://{address}, directly from this machine"),
        Door::None => tracing::info!("nobody is the operator; --operator-listen 127.0.0.1:8081 lets the operator call from this machine"),
    }
}

/// Waits for SIGTERM or Ctrl-C; SIGHUP reloads.
async fn until_told_to_stop(gateway: &Gateway) -> Result<(), Trouble> {
    let listen = |kind| signal(kind).map_err(|error| Trouble::new(format!("cannot listen for signals: {error}")));
    let (mut terminate, mut interrupt, mut hang_up) =
        (listen(SignalKind::terminate())?, listen(SignalKind::interrupt())?, listen(SignalKind::hangup())?);
    loop {
        tokio::select! {
            _ = terminate.recv() => return Ok(()),
            _ = interrupt.recv() => return Ok(()),
            _ = hang_up.recv() => reload(gateway.catalog().clone()),
        }
    }
}
