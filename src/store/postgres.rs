//! Reaching a PostgreSQL server: its URL, TLS, connections, and errors in the words of an operator.

use std::{sync::Arc, time::Duration};

use diesel::ConnectionError;
use diesel_async::{
    AsyncPgConnection,
    pooled_connection::{AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod, deadpool::Pool},
};
use futures_util::FutureExt;
use tokio::runtime::Handle;
use tokio_postgres::{
    Client, Connection, Socket,
    config::{Host, SslMode},
    error::SqlState,
    tls::MakeTlsConnect,
};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::{
    OpenError, Options,
    database::{Database, Server, made},
    look::{Conversations, Known},
    migrations,
    silence::Silence,
    tls,
    together::Together,
};

const POOL_SIZE: usize = 8;
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// A server that takes connections but says nothing is as good as away.
pub(super) const HANDSHAKE_MAX: Duration = Duration::from_secs(4);

/// A connection whose peer acknowledges nothing for so long is dead.
const SILENCE_MAX: Duration = Duration::from_secs(10);

/// Encodings of a database that hold every text; `SQL_ASCII` keeps bytes as they come.
const HOLDS_ALL: [&str; 2] = ["UTF8", "SQL_ASCII"];

type Stream = <MakeRustlsConnect as MakeTlsConnect<Socket>>::Stream;

/// Why the server did not do what it was asked for.
#[derive(Debug, thiserror::Error)]
pub(super) enum ServerError {
    /// It, or the way to it, said so.
    #[error("{}", with_cause(.0))]
    Said(#[from] tokio_postgres::Error),
    /// It took the connection and said nothing.
    #[error("no answer within {} s", HANDSHAKE_MAX.as_secs())]
    Silent,
}

/// Makes connections to one server.
#[derive(Clone)]
pub(super) struct Connector {
    settings: tokio_postgres::Config,
    tls: MakeRustlsConnect,
    pub(super) silence: Arc<Silence>,
}

impl Connector {
    /// Reads a URL. `sslmode` is `disable`, `prefer` (the default), `require` or `verify-full`; certificates are always
    /// verified, against `sslrootcert` or else what the system trusts; `prefer` goes on without TLS if that fails.
    pub(super) fn parse(url: &str) -> Result<Self, OpenError> {
        let (plain, tls) = tls::split(url)?;
        let mut settings: tokio_postgres::Config = plain.parse().map_err(|e: tokio_postgres::Error| OpenError::Url(with_cause(&e)))?;
        if settings.get_hosts().is_empty() && settings.get_hostaddrs().is_empty() {
            return Err(OpenError::Url("it names no host".to_owned()));
        }
        settings.ssl_mode(tls.mode).connect_timeout(CONNECT_TIMEOUT).tcp_user_timeout(SILENCE_MAX).keepalives_idle(SILENCE_MAX);
        if settings.get_application_name().is_none() {
            settings.application_name("flowgate");
        }
        Ok(Self { settings, tls: MakeRustlsConnect::new(tls::settings(tls.root.as_deref())?), silence: Arc::default() })
    }

    /// A new connection; the second part has to be driven.
    pub(super) async fn connect(&self) -> Result<(Client, Connection<Socket, Stream>), ServerError> {
        match tokio::time::timeout(HANDSHAKE_MAX, self.handshake()).await {
            Ok(connected) => Ok(connected?),
            Err(_) => Err(ServerError::Silent),
        }
    }

    async fn handshake(&self) -> Result<(Client, Connection<Socket, Stream>), tokio_postgres::Error> {
        match self.settings.connect(self.tls.clone()).await {
            Err(error) if self.settings.get_ssl_mode() == SslMode::Prefer && is_tls(&error) => {
                self.settings.clone().ssl_mode(SslMode::Disable).connect(self.tls.clone()).await
            }
            result => result,
        }
    }

    async fn diesel(&self) -> Result<AsyncPgConnection, ConnectionError> {
        let (client, connection) = self.connect().await.map_err(|e| ConnectionError::BadConnection(e.to_string()))?;
        AsyncPgConnection::try_from_client_and_connection(client, connection).await
    }

    fn explain(&self, error: &ServerError) -> OpenError {
        let (at, reason) = (self.at(), error.to_string());
        let ServerError::Said(error) = error else { return OpenError::Unreachable { at, reason } };
        match error.code() {
            Some(&SqlState::INVALID_PASSWORD | &SqlState::INVALID_AUTHORIZATION_SPECIFICATION) => OpenError::Credentials { at, reason },
            Some(&SqlState::INVALID_CATALOG_NAME) => OpenError::NoDatabase { at, reason },
            _ if is_tls(error) => OpenError::Tls { at, reason },
            _ if reason.contains("password missing") => OpenError::Credentials { at, reason: "the URL has no password".to_owned() },
            _ => OpenError::Unreachable { at, reason },
        }
    }

    fn at(&self) -> String {
        let ports = self.settings.get_ports();
        let port = |i: usize| ports.get(i).or(ports.first()).copied().unwrap_or(5432);
        let hosts = self.settings.get_hosts().iter().enumerate().map(|(i, host)| match host {
            Host::Tcp(name) => format!("{name}:{}", port(i)),
            Host::Unix(folder) => format!("{}:{}", folder.display(), port(i)),
        });
        hosts.collect::<Vec<_>>().join(", ")
    }
}

/// Opens the database: one connection that says clearly what is wrong, the migrations, then the pool.
pub(super) async fn open(connector: &Connector, options: &Options) -> Result<Database, OpenError> {
    let (client, connection) = connector.connect().await.map_err(|e| connector.explain(&e))?;
    if let Some(encoding) = connection.parameter("server_encoding").filter(|encoding| !HOLDS_ALL.contains(encoding)) {
        return Err(OpenError::Encoding { at: connector.at(), encoding: encoding.to_owned() });
    }
    let first = AsyncPgConnection::try_from_client_and_connection(client, connection).await;
    let first = first.map_err(|e| OpenError::Unreachable { at: connector.at(), reason: e.to_string() })?;
    migrations::postgres(first, options.migrate).await?;
    Ok(Database::Postgres(Server {
        pool: pool(connector.clone())?,
        conversations: Arc::new(Together::new(Conversations::new(connector.clone()))),
        known: Arc::new(Together::new(Known::new(connector.clone()))),
        silence: Arc::clone(&connector.silence),
    }))
}

/// Connections for all that is asked for seldom, made when they are wanted.
fn pool(connector: Connector) -> Result<Pool<AsyncPgConnection>, OpenError> {
    let (mut config, home) = (ManagerConfig::default(), Handle::current());
    config.recycling_method = RecyclingMethod::Fast;
    config.custom_setup = Box::new(move |_| {
        let connector = connector.clone();
        made(home.spawn(async move { connector.diesel().await })).boxed()
    });
    let manager = AsyncDieselConnectionManager::new_with_config("", config);
    Pool::builder(manager).max_size(POOL_SIZE).build().map_err(|e| OpenError::Url(e.to_string()))
}

/// An error with what caused it: tokio-postgres keeps the telling part there.
pub(super) fn with_cause(error: &tokio_postgres::Error) -> String {
    if let Some(server) = error.as_db_error() {
        return server.message().to_owned();
    }
    match std::error::Error::source(error) {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}

/// The URL without what stands between user and host, for messages.
pub(super) fn without_password(url: &str) -> String {
    match (url.find("://"), url.rfind('@')) {
        (Some(scheme), Some(at)) if scheme < at => format!("{}…{}", &url[..scheme + 3], &url[at..]),
        (None, Some(at)) => format!("…{}", &url[at..]),
        _ => url.to_owned(),
    }
}

/// tokio-postgres has no kind for it.
fn is_tls(error: &tokio_postgres::Error) -> bool {
    error.to_string().contains("TLS")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(url: &str) -> String {
        match Connector::parse(url) {
            Ok(_) => panic!("{url} is accepted"),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn the_modes_of_libpq_are_understood() {
        let mode = |url: &str| Connector::parse(url).unwrap().settings.get_ssl_mode();
        assert_eq!(mode("postgres://u:p@h/d"), SslMode::Prefer);
        assert_eq!(mode("postgres://u:p@h/d?sslmode=disable&application_name=x"), SslMode::Disable);
        assert_eq!(mode("postgres://u:p@h/d?connect_timeout=1&sslmode=verify-full"), SslMode::Require);
    }

    #[test]
    fn what_is_wrong_with_a_url_is_said_without_its_password() {
        for url in [
            "postgres://u:s3cret@h/d?sslmode=verify-ca",
            "postgres://u:s3cret@h/d?sslrootcert=/does/not/exist",
            "postgres://u:s3cret@h:port/d",
            "postgres://u:s3cret@h/d?colour=red",
        ] {
            assert!(!refused(url).contains("s3cret"), "{}", refused(url));
        }
        assert!(refused("postgres://u:s3cret@h/d?sslmode=verify-ca").contains("verify-full"));
        assert_eq!(without_password("mysql://u:s3cret@h/d"), "mysql://…@h/d");
        assert_eq!(without_password("u:s3cret@h/d"), "…@h/d");
    }
}
