//! Addresses in the forms in which people write them.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use ipnet::IpNet;
use url::Url;

/// `0.0.0.0:8080`, `[::1]:8080`, or `localhost:8080` for this machine.
pub(super) fn listen(text: &str) -> Result<SocketAddr, String> {
    let local = text.strip_prefix("localhost:").and_then(|port| port.parse().ok());
    let local = local.map(|port| SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
    local.or_else(|| text.parse().ok()).ok_or_else(|| "write an address and a port: 0.0.0.0:8080, [::1]:8080".into())
}

/// The same, of this machine alone.
pub(super) fn local(text: &str) -> Result<SocketAddr, String> {
    let local = listen(text).ok().filter(|address| address.ip().to_canonical().is_loopback());
    local.ok_or_else(|| "write an address of this machine alone, and a port: 127.0.0.1:8081, [::1]:8081".into())
}

/// A range of addresses, or one address.
pub(super) fn network(text: &str) -> Result<IpNet, String> {
    let one = text.parse::<IpAddr>().ok().map(IpNet::from);
    one.or_else(|| text.parse().ok()).ok_or_else(|| "write a range or an address: 10.0.0.0/8, 192.168.1.7, fd00::/8".into())
}

/// Where the world finds the gateway: scheme, host, and a path if a proxy adds one. Credentials have no place in it and are
/// dropped, not refused: the message of a refusal would show them.
pub(super) fn public_url(text: &str) -> Result<Url, String> {
    let fits = |url: &Url| matches!(url.scheme(), "http" | "https") && url.query().is_none() && url.fragment().is_none();
    let url = text.parse().ok().filter(fits);
    url.and_then(without_credentials).ok_or_else(|| "write it as https://bots.example or https://example.com/bots".into())
}

fn without_credentials(mut url: Url) -> Option<Url> {
    url.set_username("").and_then(|()| url.set_password(None)).ok().map(|()| url)
}
