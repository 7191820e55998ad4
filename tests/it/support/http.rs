//! The client through which tests talk to a gateway.

use std::time::Duration;

use super::patience::PATIENCE;

/// Below the five seconds after which the gateway closes a connection on which nothing comes: a request that meets its end is lost.
const IDLE: Duration = Duration::from_secs(3);

/// A client that knows no proxy, keeps no connection for too long, and waits for no word for ever.
pub(crate) fn client() -> reqwest::ClientBuilder {
    reqwest::Client::builder().no_proxy().pool_idle_timeout(IDLE).connect_timeout(PATIENCE).read_timeout(PATIENCE)
}
