//! Where a request comes from: the client's address, and whether it is an operator at the machine itself.

use std::net::{IpAddr, Ipv6Addr};

use actix_web::{
    dev::RequestHead,
    http::{
        header::{FORWARDED, HOST, HeaderMap, HeaderName, ORIGIN, VIA},
        uri::Authority,
    },
};
use ipnet::IpNet;

use crate::settings::ForwardedHeader;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The address of the client: the peer's, or what trusted proxies say. The nearest address that is not a trusted proxy
/// counts, because whatever stands before it may be made up. They write one header; another one is the client's own.
pub(super) fn client(head: &RequestHead, trusted: &[IpNet], header: ForwardedHeader) -> IpAddr {
    let peer = head.peer_addr.map_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED), |peer| peer.ip().to_canonical());
    let is_trusted = |address: &IpAddr| trusted.iter().any(|network| network.contains(address));
    if !is_trusted(&peer) {
        return peer;
    }
    let mut hops = hops(&head.headers, header);
    let mut nearest = peer;
    while let Some(address) = hops.pop().flatten() {
        nearest = address;
        if !is_trusted(&address) {
            break;
        }
    }
    nearest
}

/// The addresses that proxies have noted, farthest first; none for what is no address.
fn hops(headers: &HeaderMap, header: ForwardedHeader) -> Vec<Option<IpAddr>> {
    let (name, read): (_, fn(&str) -> Option<IpAddr>) = match header {
        ForwardedHeader::XForwardedFor => (FORWARDED_FOR, address),
        ForwardedHeader::Forwarded => (FORWARDED, forwarded_for),
    };
    let values = headers.get_all(name).filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).map(read).collect()
}

/// `for="[2001:db8::1]:4711";proto=https`
fn forwarded_for(entry: &str) -> Option<IpAddr> {
    let mut pairs = entry.split(';').filter_map(|pair| pair.split_once('='));
    pairs.find(|(name, _)| name.trim().eq_ignore_ascii_case("for")).and_then(|(_, value)| address(value))
}

/// An address, also with a port, brackets or quotes.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim().trim_matches('"');
    let plain = text.parse().ok();
    let with_port = || text.parse::<std::net::SocketAddr>().ok().map(|socket| socket.ip());
    let bracketed = || text.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    plain.or_else(with_port).or_else(bracketed).map(|address: IpAddr| address.to_canonical())
}

/// Whether a request comes from this machine without a proxy between: neither a proxy beside us nor a web page passes.
pub(super) fn is_direct_loopback(head: &RequestHead) -> bool {
    let peer = head.peer_addr.is_some_and(|peer| peer.ip().to_canonical().is_loopback());
    peer && !head.headers.keys().any(tells_of_a_proxy) && is_host_local(&head.headers) && is_origin_local(&head.headers)
}

fn tells_of_a_proxy(name: &HeaderName) -> bool {
    *name == FORWARDED || *name == VIA || name.as_str().starts_with("x-forwarded-")
}

fn is_host_local(headers: &HeaderMap) -> bool {
    let mut hosts = headers.get_all(HOST);
    let host = hosts.next().and_then(|host| host.to_str().ok());
    host.is_some_and(is_local) && hosts.next().is_none()
}

fn is_origin_local(headers: &HeaderMap) -> bool {
    headers.get_all(ORIGIN).all(|origin| origin.to_str().ok().and_then(authority_of).is_some_and(is_local))
}

/// The host and port of an origin, as it stands there.
pub(super) fn authority_of(origin: &str) -> Option<&str> {
    origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"))
}

/// Whether host and port name this machine.
fn is_local(authority: &str) -> bool {
    let Ok(parsed) = Authority::try_from(authority) else { return false };
    let host = parsed.host();
    let address = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host);
    let local = host.eq_ignore_ascii_case("localhost") || address.parse().is_ok_and(|a: IpAddr| a.to_canonical().is_loopback());
    local && !authority.contains('@')
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn from(peer: &str, headers: &[(&'static str, &str)]) -> actix_web::HttpRequest {
        let request = TestRequest::default().peer_addr(format!("{peer}:4711").parse().unwrap());
        headers.iter().fold(request, |request, header| request.append_header(*header)).to_http_request()
    }

    fn passes(peer: &str, headers: &[(&'static str, &str)]) -> bool {
        is_direct_loopback(from(peer, headers).head())
    }

    #[test]
    fn an_operator_at_the_machine_passes() {
        for (peer, host) in
            [("127.0.0.1", "localhost:8080"), ("127.8.8.8", "127.0.0.1"), ("[::1]", "[::1]:8080"), ("[::ffff:127.0.0.1]", "LocalHost")]
        {
            assert!(passes(peer, &[("host", host)]), "{peer} {host}");
            assert!(passes(peer, &[("host", host), ("origin", "http://localhost:3000")]), "{peer} {host}");
        }
    }

    #[test]
    fn others_do_not_pass() {
        let local = ("host", "localhost");
        assert!(!passes("10.0.0.7", &[local]));
        assert!(!passes("127.0.0.1", &[]));
        for host in ["bots.example", "localhost.example", "127.0.0.1.nip.io", "user@localhost", "10.0.0.1", "", "localhost/x", "[::2]"] {
            assert!(!passes("127.0.0.1", &[("host", host)]), "{host}");
        }
        for proxied in ["forwarded", "via", "x-forwarded-for", "x-forwarded-proto", "x-forwarded-anything"] {
            assert!(!passes("127.0.0.1", &[local, (proxied, "")]), "{proxied}");
        }
        for origin in ["https://evil.example", "null", "", "http://localhost.evil.example", "file://localhost", "http://evil@localhost"] {
            assert!(!passes("127.0.0.1", &[local, ("origin", origin)]), "{origin}");
        }
        assert!(!passes("127.0.0.1", &[local, ("host", "bots.example")]), "two hosts");
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        let trusted: Vec<IpNet> = vec!["10.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()];
        let read = |peer: &str, headers: &[(&'static str, &str)], by| client(from(peer, headers).head(), &trusted, by).to_string();
        let seen = |peer: &str, headers: &[(&'static str, &str)]| read(peer, headers, ForwardedHeader::XForwardedFor);
        assert_eq!(seen("192.0.2.1", &[("x-forwarded-for", "203.0.113.9")]), "192.0.2.1");
        assert_eq!(seen("10.0.0.1", &[("x-forwarded-for", "1.1.1.1, 203.0.113.9, 10.0.0.2")]), "203.0.113.9");
        assert_eq!(seen("10.0.0.1", &[("x-forwarded-for", "1.1.1.1"), ("x-forwarded-for", "203.0.113.9:80")]), "203.0.113.9");
        assert_eq!(seen("10.0.0.1", &[("x-forwarded-for", "1.1.1.1, unknown")]), "10.0.0.1");
        assert_eq!(seen("10.0.0.1", &[("x-forwarded-for", "10.0.0.3")]), "10.0.0.3");
        assert_eq!(seen("10.0.0.1", &[]), "10.0.0.1");
        let seen = |peer: &str, headers: &[(&'static str, &str)]| read(peer, headers, ForwardedHeader::Forwarded);
        assert_eq!(seen("[::1]", &[("forwarded", "for=1.1.1.1, for=\"[2001:db8::7]:4711\";proto=https")]), "2001:db8::7");
        assert_eq!(seen("[::ffff:10.0.0.1]", &[("forwarded", "For=203.0.113.9")]), "203.0.113.9");
    }

    #[test]
    fn a_header_that_the_proxy_does_not_write_is_ignored() {
        let trusted: Vec<IpNet> = vec!["10.0.0.0/8".parse().unwrap()];
        let both = [("x-forwarded-for", "203.0.113.1"), ("forwarded", "for=203.0.113.2")];
        for (given, by, expected) in [
            (&both[..], ForwardedHeader::XForwardedFor, "203.0.113.1"),
            (&both[..], ForwardedHeader::Forwarded, "203.0.113.2"),
            (&both[1..], ForwardedHeader::XForwardedFor, "10.0.0.1"),
            (&both[..1], ForwardedHeader::Forwarded, "10.0.0.1"),
        ] {
            assert_eq!(client(from("10.0.0.1", given).head(), &trusted, by).to_string(), expected, "{given:?} {by:?}");
        }
    }
}
