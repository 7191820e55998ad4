//! Which addresses may be called, whatever spelling they come in.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::Host;

/// Where calls may go. Link-local and metadata addresses are never called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Egress {
    /// Anywhere else, this machine and private networks included.
    Any,
    /// Public addresses only.
    Public,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refused {
    #[error("the host's address is link-local or a metadata service, which is never called")]
    Metadata,
    #[error("the host's address is not public, and only public addresses may be called")]
    NotPublic,
    #[error("the host name does not resolve")]
    UnknownHost,
    #[error("the host name could not be looked up on this machine")]
    NotLookedUp,
}

impl Egress {
    /// Judges a host that is written as an address; a name is judged by [`Guard`](super::dns::Guard) once it is resolved.
    pub(super) fn judge_host(self, host: Option<Host<&str>>) -> Result<(), Refused> {
        match host {
            Some(Host::Ipv4(address)) => self.judge(address.into()),
            Some(Host::Ipv6(address)) => self.judge(address.into()),
            Some(Host::Domain(_)) => Ok(()),
            None => Err(Refused::UnknownHost),
        }
    }

    pub(super) fn judge(self, address: IpAddr) -> Result<(), Refused> {
        let within = match address {
            IpAddr::V4(_) => vec![],
            IpAddr::V6(v6) => embedded(v6),
        };
        let behind = isatap(address);
        if metadata(address) || within.iter().chain(&behind).any(|v4| metadata((*v4).into())) {
            return Err(Refused::Metadata);
        }
        let public = match address {
            IpAddr::V4(v4) => public_v4(v4),
            IpAddr::V6(v6) if within.is_empty() => public_v6(v6),
            IpAddr::V6(_) => within.into_iter().all(public_v4),
        };
        if self == Egress::Public && !(public && behind.is_none_or(public_v4)) { Err(Refused::NotPublic) } else { Ok(()) }
    }
}

/// The IPv4 addresses that an IPv6 address may stand for: v4-mapped, v4-compatible, v4-translated, NAT64, 6to4, Teredo.
fn embedded(address: Ipv6Addr) -> Vec<Ipv4Addr> {
    let [a, b, c, d, e, f, g, h] = address.segments();
    let v4 = |high: u16, low: u16| Ipv4Addr::from((u32::from(high) << 16) | u32::from(low));
    match [a, b, c, d, e, f] {
        [0, 0, 0, 0, 0, 0] if g == 0 && h <= 1 => vec![],
        [0, 0, 0, 0, 0, 0 | 0xffff] | [0, 0, 0, 0, 0xffff, 0] | [0x64, 0xff9b, 0, 0, 0, 0] => vec![v4(g, h)],
        [0x64, 0xff9b, 1, ..] => nat64(address),
        [0x2002, ..] => vec![v4(b, c)],
        [0x2001, 0, ..] => present([v4(!g, !h), v4(c, d)]), // the client, and the server that leads to it
        _ => vec![],
    }
}

/// Where an address leads that names an IPv4 one as its interface (ISATAP, RFC 5214), in any network.
fn isatap(address: IpAddr) -> Option<Ipv4Addr> {
    let IpAddr::V6(v6) = address else { return None };
    let [.., o8, o9, o10, o11, a, b, c, d] = v6.octets();
    matches!([o8, o9, o10, o11], [0 | 2, 0, 0x5e, 0xfe]).then(|| Ipv4Addr::from([a, b, c, d]))
}

/// The networks of RFC 8215 are cut as their owner likes: the address may stand at each of the places of RFC 6052, 2.2, all of
/// which leave out the bits 64 to 71; what stands behind it is ignored by translators.
fn nat64(address: Ipv6Addr) -> Vec<Ipv4Addr> {
    let octets = address.octets();
    let places = [[6, 7, 9, 10], [7, 9, 10, 11], [9, 10, 11, 12], [12, 13, 14, 15]];
    present(places.map(|place| Ipv4Addr::from(place.map(|at: usize| octets[at]))))
}

/// Without those of the network 0, which are no addresses; if there are others.
fn present<const N: usize>(found: [Ipv4Addr; N]) -> Vec<Ipv4Addr> {
    let some: Vec<_> = found.into_iter().filter(|v4| v4.octets()[0] != 0).collect();
    if some.is_empty() { found.to_vec() } else { some }
}

/// Link-local networks, and where clouds keep credentials outside of them: Amazon, Google (IPv6), Alibaba, Oracle, Azure.
fn metadata(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(a) => a.is_link_local() || matches!(a.octets(), [100, 100, 100, 200] | [192, 0, 0, 192] | [168, 63, 129, 16]),
        IpAddr::V6(a) => a.is_unicast_link_local() || matches!(a.segments(), [0xfd00, 0xec2, ..] | [0xfd20, 0xce, ..]),
    }
}

/// Not in the special-purpose registry of IANA (RFC 6890).
fn public_v4(address: Ipv4Addr) -> bool {
    !matches!(
        address.octets(),
        [0 | 10 | 127 | 224..=255, ..]
            | [100, 64..=127, ..]
            | [172, 16..=31, ..]
            | [169, 254, ..]
            | [192, 168, ..]
            | [198, 18 | 19, ..]
            | [192, 0, 0 | 2, _]
            | [192, 88, 99, _]
            | [198, 51, 100, _]
            | [203, 0, 113, _]
    )
}

/// Global unicast (`2000::/3`) without what RFC 6890 and RFC 9637 take out of it.
fn public_v6(address: Ipv6Addr) -> bool {
    match address.segments() {
        [0x2001, 0..=0x1ff | 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => false,
        [first, ..] => (0x2000..=0x3fff).contains(&first),
    }
}

#[cfg(test)]
mod tests;
